"""How two people's changes come together, and what an edition would change: laws over any documents."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fwsite.domain.changes import Key, changed_fields, import_plan, merge, revert, shipped_plan
from fwsite.domain.items import Document, Kind, State, canonical, digest_of, rests_on

Documents = dict[Key, dict[str, Any]]
claims = st.builds(
    lambda **given: canonical(Kind.CLAIM, {"key": "c", "framework": "f", "criterion": "speed", **given}),
    text=st.sampled_from("abc"),
    side=st.sampled_from(["pro", "con"]),
    reviewed_on=st.sampled_from(["2026-01-01", "2026-01-02", "2026-01-03"]),
    sources=st.sampled_from([[], ["book"], ["book", "talk"]]),
    state=st.sampled_from(State).map(str),
)


@st.composite
def edited(draw: st.DrawFn, base: Document) -> dict[str, Any]:
    """The document with some of its fields changed."""
    other = draw(claims)
    names = draw(st.sets(st.sampled_from(["text", "side", "reviewed_on", "sources", "state"])))
    return {**base, **{name: other[name] for name in names}}


triples = claims.flatmap(lambda base: st.tuples(st.just(base), edited(base), edited(base)))


class TestMerge:
    @given(claims, st.data())
    def test_of_equal_changes_is_that_change(self, base: Document, data: st.DataObject) -> None:
        mine = data.draw(edited(base))
        merged = merge(base, mine, mine)
        assert (merged.document, merged.conflicts) == (mine, ())

    @given(triples)
    def test_with_a_side_that_changed_nothing_is_the_other(self, three: tuple[Any, Any, Any]) -> None:
        base, mine, theirs = three
        assert merge(base, mine, base).document == mine
        assert merge(base, base, theirs).document == theirs
        assert merge(base, mine, base).conflicts == merge(base, base, theirs).conflicts == ()

    @given(triples)
    def test_keeps_what_only_one_side_changed_and_names_what_both_did(self, three: tuple[Any, Any, Any]) -> None:
        base, mine, theirs = three
        merged = merge(base, mine, theirs)
        my_fields, their_fields = set(changed_fields(base, mine)), set(changed_fields(base, theirs))
        for name in merged.document:
            if name in my_fields - their_fields:
                assert merged.document[name] == mine[name]
            elif name in their_fields - my_fields:
                assert merged.document[name] == theirs[name]
        differing = {name for name in my_fields & their_fields if mine[name] != theirs[name]}
        assert set(merged.conflicts) == differing - {"reviewed_on"}
        assert all(merged.document[name] == mine[name] for name in merged.conflicts)

    @given(triples)
    def test_has_the_same_conflicts_from_either_side(self, three: tuple[Any, Any, Any]) -> None:
        base, mine, theirs = three
        one, other = merge(base, mine, theirs), merge(base, theirs, mine)
        assert one.conflicts == other.conflicts
        if not one.conflicts and one.document["reviewed_on"] == other.document["reviewed_on"]:
            assert one.document == other.document

    def test_asks_nothing_about_the_day_of_review(self) -> None:
        base = canonical(Kind.CLAIM, {"text": "a", "reviewed_on": "2026-01-01"})
        merged = merge(base, {**base, "reviewed_on": "2026-01-02"}, {**base, "reviewed_on": "2026-01-03"})
        assert (merged.document["reviewed_on"], merged.conflicts) == ("2026-01-03", ())

    def test_leaves_a_field_alone_that_older_documents_do_not_have(self) -> None:
        old = canonical(Kind.CLAIM, {"text": "a"})
        merged = merge(old, {**old, "text": "b"}, {**old, "note": "x"})
        assert (merged.document, merged.conflicts) == ({**old, "text": "b", "note": "x"}, ())


class TestRevert:
    @given(triples)
    def test_of_the_last_change_gives_what_was_before(self, three: tuple[Any, Any, Any]) -> None:
        before, after, _ = three
        assert revert(before, after, after).document == before
        assert revert(before, after, after).conflicts == ()

    @given(triples)
    def test_and_revert_again_gives_the_change_back(self, three: tuple[Any, Any, Any]) -> None:
        before, after, _ = three
        undone = revert(before, after, after).document
        assert revert(after, undone, undone).document == after

    @given(triples)
    def test_keeps_later_changes_of_other_fields(self, three: tuple[Any, Any, Any]) -> None:
        before, after, later = three
        done = set(changed_fields(before, after))
        current = {**after, **{name: later[name] for name in later if name not in done}}
        merged = revert(before, after, current)
        assert merged.conflicts == ()
        assert merged.document == {**current, **{name: before[name] for name in done}}

    @given(claims)
    def test_of_the_making_retires(self, document: Document) -> None:
        assert revert(None, document, document).document == {**document, "state": "retired"}

    def test_of_the_making_keeps_what_was_changed_since(self) -> None:
        made = canonical(Kind.CLAIM, {"key": "c", "text": "a"})
        merged = revert(None, made, {**made, "text": "b"})
        assert (merged.document["text"], merged.document["state"], merged.conflicts) == ("b", "retired", ())


@given(triples)
def test_fields_that_changed_are_those_that_differ(three: tuple[Any, Any, Any]) -> None:
    before, after, _ = three
    names = changed_fields(before, after)
    assert {**before, **{name: after[name] for name in names}} == after
    assert all(before[name] != after[name] for name in names)
    assert changed_fields(None, after) == tuple(after)


def item(text: str, state: State, sources: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"text": text, "state": state.value, "sources": [{"source": name, "words": ""} for name in sources]}


_texts, _states, _names = st.sampled_from("ab"), st.sampled_from(State), st.sampled_from(["s1", "s2"])


@st.composite
def comparisons(draw: st.DrawFn) -> Documents:
    """A few sources and claims; from so few of each that two comparisons have much in common."""
    sources = draw(st.dictionaries(_names, st.builds(item, _texts, _states)))
    rows = draw(st.dictionaries(st.sampled_from("cde"), st.tuples(_texts, _states, st.sets(_names))))
    found: Documents = {(Kind.SOURCE, key): document for key, document in sources.items()}
    for key, (text, state, wanted) in rows.items():
        citable = [name for name in sources if state is State.RETIRED or sources[name]["state"] != State.RETIRED]
        found[Kind.CLAIM, key] = item(text, state, tuple(sorted(wanted.intersection(citable))))
    return found


def carried_out(plan: Any, mine: Documents, theirs: Documents) -> Documents:
    done = {**mine, **{key: theirs[key] for key in (*plan.added, *plan.changed)}}
    return {**done, **{key: {**done[key], "state": "retired"} for key in plan.retired}}


def shown(documents: Documents) -> Documents:
    return {key: document for key, document in documents.items() if document["state"] != State.RETIRED}


class TestImportPlan:
    @given(comparisons(), comparisons())
    def test_carried_out_says_what_the_edition_says(self, mine: Documents, theirs: Documents) -> None:
        done = carried_out(import_plan(mine, theirs), mine, theirs)
        assert shown(done) == shown(theirs)
        assert set(done) == set(mine) | set(theirs)
        assert import_plan(done, theirs).is_empty

    @given(comparisons())
    def test_of_the_same_edition_is_empty(self, mine: Documents) -> None:
        assert import_plan(mine, mine).is_empty

    @given(comparisons(), comparisons())
    def test_and_back_gives_what_was_shown_before(self, mine: Documents, theirs: Documents) -> None:
        there = carried_out(import_plan(mine, theirs), mine, theirs)
        assert shown(carried_out(import_plan(there, mine), there, mine)) == shown(mine)


def digests(documents: Documents) -> dict[Key, str]:
    return {key: digest_of(key[0], document) for key, document in documents.items()}


class TestShippedPlan:
    @given(comparisons(), comparisons())
    def test_follows_the_file_where_nobody_changed_anything(self, mine: Documents, theirs: Documents) -> None:
        assert shipped_plan(digests(mine), mine, theirs) == import_plan(mine, theirs)

    @given(comparisons())
    def test_takes_everything_into_an_empty_site(self, theirs: Documents) -> None:
        plan = shipped_plan({}, {}, theirs)
        assert (plan.added, plan.changed, plan.retired, plan.kept) == (tuple(theirs), (), (), ())

    @given(comparisons(), comparisons(), comparisons())
    def test_touches_nothing_that_people_changed_made_or_left_out(
        self, shipped: Documents, mine: Documents, theirs: Documents
    ) -> None:
        done = carried_out(shipped_plan(digests(shipped), mine, theirs), mine, theirs)
        for key in {*shipped, *mine}:
            if mine.get(key) != shipped.get(key):
                assert done.get(key) == mine.get(key)

    @given(comparisons(), comparisons(), comparisons())
    def test_names_as_kept_what_the_file_changed_in_vain(
        self, shipped: Documents, mine: Documents, theirs: Documents
    ) -> None:
        plan = shipped_plan(digests(shipped), mine, theirs)
        done = carried_out(plan, mine, theirs)
        assert set(plan.kept) == {
            key for key, document in theirs.items() if document not in (shipped.get(key), done.get(key))
        }

    @given(comparisons(), comparisons(), comparisons())
    def test_brings_in_nothing_that_rests_on_a_source_that_people_retired_or_left_out(
        self, shipped: Documents, mine: Documents, theirs: Documents
    ) -> None:
        plan = shipped_plan(digests(shipped), mine, theirs)
        done = carried_out(plan, mine, theirs)
        for kind, key in (*plan.added, *plan.changed):
            if theirs[kind, key]["state"] != State.RETIRED:
                for name in rests_on(kind, theirs[kind, key]):
                    assert done[Kind.SOURCE, name]["state"] != State.RETIRED

    def test_leaves_an_item_alone_that_people_made_under_the_key_of_a_new_one(self) -> None:
        key = (Kind.CLAIM, "c")
        plan = shipped_plan({}, {key: item("mine", State.PUBLISHED)}, {key: item("theirs", State.DRAFT)})
        assert (plan.is_empty, plan.kept) == (True, (key,))
