"""Every change is kept and can be taken back; nobody overwrites anybody in silence."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from fwsite.blueprints.comparison.files import content
from fwsite.blueprints.comparison.files.edition import write_file
from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import Action, By, Conflict, InUse, NothingToUndo, UndoConflict
from fwsite.blueprints.comparison.models import Change
from fwsite.blueprints.comparison.queries import whole_comparison
from fwsite.domain.items import FIELDS, PLACED, Document, Field, Item, Kind, State, Value, canonical, key_of
from fwsite.extend import db
from tests.support.statements import statements

MARA, JO = By("mara", "because"), By("jo")
CLAIM = canonical(
    Kind.CLAIM,
    {
        "key": "flask-new",
        "framework": "flask",
        "criterion": "learning",
        "side": "pro",
        "text": "A new point",
        "evidence": "opinion",
        "reviewed_on": "2026-11-22",
    },
)
CITED = {"source": "django-faq", "words": "w"}
SOURCE = canonical(
    Kind.SOURCE, {"key": "new-book", "title": "Book", "url": "https://example.org/", "read_on": "2026-11-22"}
)


@pytest.fixture
def filled(app: Flask) -> Iterator[Flask]:
    """The application with schema and content, in its context."""
    with app.app_context():
        yield app


def item(kind: Kind, key: str) -> Item:
    found = document_mapper.find(kind, key)
    assert found is not None
    return found


def changed(of: Item, by: By = MARA, **fields: Any) -> Change:
    change = journal.save(of, {**of.document, **fields}, by)
    assert change is not None
    return change


def claim(**fields: Any) -> Item:
    journal.add(Kind.CLAIM, {**CLAIM, **fields}, MARA)
    return item(Kind.CLAIM, fields.get("key", "flask-new"))


def order(kind: Kind) -> list[str]:
    return [key for other, key in document_mapper.everything() if other is kind]


def history(kind: Kind, key: str) -> list[Change]:
    query = select(Change).where(Change.kind == kind.value, Change.item_key == key)
    return list(db.session.scalars(query.order_by(Change.id)))


def numbers() -> list[int]:
    return list(db.session.scalars(select(Change.id)))


@pytest.mark.usefixtures("filled")
class TestAdding:
    @pytest.mark.parametrize("kind", Kind)
    def test_keeps_the_document_as_it_was_given(self, kind: Kind) -> None:
        _, found = next((key, found) for key, found in document_mapper.everything().items() if key[0] is kind)
        document = {**found.document, "key": "all-new"}
        if kind is Kind.RATING:
            journal.add(Kind.CRITERION, {**item(Kind.CRITERION, "memory").document, "key": "all-new"}, MARA)
            document = {**found.document, "criterion": "all-new"}
        change = journal.add(kind, document, MARA)
        stored = item(kind, key_of(kind, document))
        assert (stored.document, stored.version) == (document, 1)
        assert (change.document, change.version, change.who, change.note) == (document, 1, "mara", "because")
        assert change.action == "added"

    def test_puts_the_item_last(self) -> None:
        for kind in PLACED:
            document = {**item(kind, order(kind)[0]).document, "key": "all-new"}
            journal.add(kind, document, MARA)
            assert order(kind)[-1] == "all-new"

    def test_of_a_key_that_is_there_is_a_conflict_and_overwrites_nothing(self) -> None:
        rating = item(Kind.RATING, "flask.memory")
        before = numbers()
        with pytest.raises(Conflict) as caught:
            journal.add(Kind.RATING, {**rating.document, "score": 1}, JO)
        assert caught.value.current == rating
        assert (item(Kind.RATING, "flask.memory"), numbers()) == (rating, before)


def taken_in_one_by_one(documents: list[tuple[Kind, Document]], batch: int) -> None:
    for kind, document in documents:
        journal.add(kind, document, MARA, Action.IMPORTED, batch)


def taken_in_at_once(documents: list[tuple[Kind, Document]], batch: int) -> None:
    for kind in Kind:
        journal.add_all(kind, [document for of, document in documents if of is kind], MARA, Action.IMPORTED, batch)


@pytest.mark.usefixtures("filled")
class TestAddingMany:
    def test_leaves_the_same_as_adding_each(self) -> None:
        documents = self.edition()
        found = []
        for take_in in (taken_in_one_by_one, taken_in_at_once):
            with db.session.begin_nested() as attempt:
                batch = journal.begin_batch(MARA, Action.IMPORTED, {}).id
                take_in(documents, batch)
                db.session.expire_all()
                items = {key: (each.document, each.version) for key, each in document_mapper.everything().items()}
                rows = db.session.scalars(select(Change).where(Change.batch_id == batch).order_by(Change.id))
                kept = ("kind", "item_key", "version", "action", "who", "note", "stored", "public", "framework_key")
                told = [[getattr(row, name) for name in kept] for row in rows]  # sources come first there
                found.append((list(items.items()), sorted(told, key=lambda row: row[:3])))
                attempt.rollback()
            db.session.expire_all()
        assert found[0] == found[1]
        assert {row[0] for row in found[1][1]} == set(Kind)

    @staticmethod
    def edition() -> list[tuple[Kind, Document]]:
        """Every item of the site once more, under another name; some are drafts, some retired, and one source that was
        a draft before is brought by what is published and rests on it.
        """
        named = {Kind.CRITERION, Kind.FRAMEWORK, Kind.SOURCE}
        documents: list[tuple[Kind, Document]] = []
        for number, ((kind, _), found) in enumerate(document_mapper.everything().items()):
            document = {**found.document}
            for of in named & set(map(Kind, set(document) & set(Kind))):
                document[of.value] += "-2"
            if kind is not Kind.RATING:
                document["key"] += "-2"
            if kind is Kind.SOURCE:
                document["state"] = "draft"
            if kind in (Kind.RATING, Kind.CLAIM):
                document["state"] = ("published", "draft", "retired")[number % 3]
            if kind is Kind.CLAIM:
                document["sources"] = [{**each, "source": f"{each['source']}-2"} for each in document["sources"]]
            for name in ("sources", "example_sources") if kind in (Kind.RATING, Kind.FRAMEWORK) else ():
                if name in document:
                    document[name] = [f"{key}-2" for key in document[name]]
            documents.append((kind, canonical(kind, document)))
        return documents

    def test_takes_as_many_statements_for_thousands_as_for_one(self, filled: Flask) -> None:
        sent = []
        for name, many in (("first", 1), ("one", 1), ("more", 3_000)):
            documents = [{**CLAIM, "key": f"{name}-{number}", "sources": [CITED]} for number in range(many)]
            with statements(filled) as found:
                journal.add_all(Kind.CLAIM, documents, MARA, Action.IMPORTED, 1)
            sent.append(len(found))
        assert sent[1] == sent[2]
        assert order(Kind.CLAIM)[-1] == "more-2999"

    def test_of_a_key_that_is_there_is_a_conflict_and_adds_none(self) -> None:
        before = numbers()
        with pytest.raises(Conflict) as caught:
            journal.add_all(Kind.CLAIM, [CLAIM, item(Kind.CLAIM, "django-admin").document], MARA, Action.IMPORTED, 1)
        assert caught.value.current == item(Kind.CLAIM, "django-admin")
        assert numbers() == before


@pytest.mark.usefixtures("filled")
class TestSaving:
    def test_counts_the_version_and_keeps_who_when_why_and_what(self) -> None:
        change = changed(claim(), JO, text="Better")
        assert item(Kind.CLAIM, "flask-new").document == {**CLAIM, "text": "Better"}
        assert item(Kind.CLAIM, "flask-new").version == change.version == 2
        assert (change.action, change.who, change.document["text"]) == ("edited", "jo", "Better")
        assert change.framework_key == "flask"
        assert abs((journal.now() - change.made_at).total_seconds()) < 60

    def test_of_what_says_nothing_new_leaves_no_trace(self) -> None:
        of = claim()
        before = numbers()
        assert journal.save(of, dict(of.document), JO) is None
        assert numbers() == before

    def test_of_an_older_version_is_a_conflict_with_what_it_says_now(self) -> None:
        stale = claim()
        changed(stale, text="Mara's")
        with pytest.raises(Conflict) as caught:
            journal.save(stale, {**stale.document, "text": "Jo's"}, JO)
        assert caught.value.current.document["text"] == "Mara's"
        assert item(Kind.CLAIM, "flask-new").document["text"] == "Mara's"

    @pytest.mark.parametrize(
        ("kind", "key", "fields"),
        [
            (Kind.CRITERION, "memory", {"name": "Room", "question": "How much?", "finding": "Little."}),
            (Kind.SOURCE, "schooner-2023", {"title": "T", "published": None, "author": "", "publisher": "P"}),
            (Kind.FRAMEWORK, "none", {"first_release": 1999, "example_sources": ["django-faq"]}),
            (Kind.FRAMEWORK, "django", {"first_release": None, "example_sources": []}),
            (
                Kind.RATING,
                "flask.memory",
                {"score": 1, "evidence": "measured", "sources": ["django-faq", "schooner-2023"]},
            ),
            (
                Kind.CLAIM,
                "django-parts",
                {"sources": [{"source": "django-faq", "words": "b"}, {"source": "django-faq", "words": "a"}]},
            ),
            (Kind.CLAIM, "django-parts", {"evidence": "opinion", "sources": [], "framework": "flask", "side": "con"}),
        ],
    )
    def test_changes_every_field_and_undo_brings_every_field_back(
        self, kind: Kind, key: str, fields: dict[str, Any]
    ) -> None:
        before = item(kind, key)
        change = changed(before, **fields)
        db.session.commit()
        assert item(kind, key).document == {**before.document, **fields}
        journal.undo(change, JO)
        db.session.commit()
        assert item(kind, key).document == before.document
        assert item(kind, key).version == before.version + 2

    @pytest.mark.parametrize(
        ("kind", "field"),
        [(kind, field) for kind in Kind for field in FIELDS[kind] if not field.required],
        ids=lambda it: getattr(it, "name", it),
    )
    def test_empties_any_field_that_may_be_empty_and_fills_it_again(self, kind: Kind, field: Field) -> None:
        """As when somebody undoes the first edit that filled it."""
        of = next(found for (other, _), found in document_mapper.everything().items() if other is kind)
        empty = canonical(kind, {})[field.name]
        filled = {Value.DAY: "2026-11-22", Value.YEAR: 1999, Value.VOICE: "project", Value.CITATIONS: [CITED]}
        filled |= {Value.SOURCES: ["django-faq"], Value.ADDRESS: "https://example.org/"}
        value = filled.get(field.value, "words")
        evidence = {"evidence": "measured"} if "evidence" in of.document else {}
        for content_of_it in (empty, value, empty, value):
            document = {**item(kind, of.key).document, **evidence, field.name: content_of_it}
            journal.save(item(kind, of.key), document, MARA)
            db.session.expire_all()
            assert item(kind, of.key).document[field.name] == content_of_it

    def test_of_a_rating_that_is_measured_keeps_its_sources_and_undo_makes_it_an_opinion(self) -> None:
        before = item(Kind.RATING, "django.data")
        assert (before.document["evidence"], before.document["sources"]) == ("opinion", [])
        change = changed(before, evidence="measured", sources=["django-faq"])
        assert item(Kind.RATING, "django.data").document["sources"] == ["django-faq"]
        journal.undo(change, JO)
        assert item(Kind.RATING, "django.data").document == before.document


class TestTogether:
    def test_of_two_sessions_the_second_gets_a_conflict(self, make_app: Callable[..., Flask]) -> None:
        one, other = make_app(), make_app()
        with one.app_context():
            seen = item(Kind.CLAIM, "django-parts")
            db.session.rollback()
        with other.app_context():
            changed(item(Kind.CLAIM, "django-parts"), JO, text="Jo's")
            db.session.commit()
        with one.app_context():
            with pytest.raises(Conflict) as caught:
                journal.save(seen, {**seen.document, "text": "Mara's"}, MARA)
            assert caught.value.current.document["text"] == "Jo's"

    def test_of_threads_that_save_at_once_each_wins_in_its_turn_or_is_told(self, app: Flask) -> None:
        """Every text that was acknowledged stands in the history, in order; every other was refused."""
        count, rounds = 4, 6
        saved: list[str] = []
        refused: list[str] = []
        start = threading.Barrier(count)

        def work(name: str) -> None:
            start.wait()
            for turn in range(rounds):
                text = f"{name}{turn}"
                with app.test_request_context("/", method="GET"):
                    seen = item(Kind.CLAIM, "django-parts")
                    db.session.rollback()
                with app.app_context():
                    try:
                        journal.save(seen, {**seen.document, "text": text}, By(name))
                        db.session.commit()
                        saved.append(text)
                    except Conflict:
                        db.session.rollback()
                        refused.append(text)

        threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"[:count]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        with app.app_context():
            kept = [change.document["text"] for change in history(Kind.CLAIM, "django-parts")][1:]
            versions = [change.version for change in history(Kind.CLAIM, "django-parts")]
            assert item(Kind.CLAIM, "django-parts").document["text"] == kept[-1]
        assert sorted(kept) == sorted(saved)
        assert len(saved) + len(refused) == count * rounds
        assert versions == list(range(1, len(saved) + 2))


@pytest.mark.usefixtures("filled")
class TestUndo:
    def test_of_an_addition_retires_it_and_its_undo_brings_it_back(self) -> None:
        claim()
        done = journal.undo(history(Kind.CLAIM, "flask-new")[0], JO)
        assert item(Kind.CLAIM, "flask-new").document == {**CLAIM, "state": "retired"}
        assert (done.action, done.undoes_id) == ("undone", history(Kind.CLAIM, "flask-new")[0].id)
        journal.undo(done, JO)
        assert item(Kind.CLAIM, "flask-new").document == CLAIM

    @pytest.mark.parametrize(
        ("action", "fields"),
        [
            (Action.EDITED, {"text": "b"}),
            (Action.RETIRED, {"state": "retired"}),
            (Action.EDITED, {"state": "draft"}),
            (Action.REVIEWED, {"reviewed_on": "2027-01-01"}),
        ],
    )
    def test_of_each_action_gives_back_what_was_before(self, action: Action, fields: dict[str, Any]) -> None:
        of = claim()
        change = journal.save(of, {**of.document, **fields}, MARA, action)
        assert change is not None
        journal.undo(change, JO)
        assert item(Kind.CLAIM, "flask-new").document == CLAIM
        with pytest.raises(NothingToUndo):
            journal.undo(change, JO)

    def test_of_a_restoration_retires_again(self) -> None:
        changed(claim(), state="retired")
        change = changed(item(Kind.CLAIM, "flask-new"), state="published")
        journal.undo(change, JO)
        assert item(Kind.CLAIM, "flask-new").document["state"] == "retired"

    def test_keeps_what_others_changed_since_in_other_fields(self) -> None:
        change = changed(claim(), text="Mara's")
        changed(item(Kind.CLAIM, "flask-new"), JO, side="con", reviewed_on="2027-01-01")
        journal.undo(change, MARA)
        assert item(Kind.CLAIM, "flask-new").document == {**CLAIM, "side": "con", "reviewed_on": "2027-01-01"}

    def test_of_what_was_changed_again_is_a_conflict_that_holds_the_earlier_text(self) -> None:
        change = changed(claim(), text="Mara's")
        changed(item(Kind.CLAIM, "flask-new"), JO, text="Jo's")
        before = numbers()
        with pytest.raises(UndoConflict) as caught:
            journal.undo(change, MARA)
        assert caught.value.current.document["text"] == "Jo's"
        assert (caught.value.merged.document["text"], caught.value.merged.conflicts) == ("A new point", ("text",))
        assert (item(Kind.CLAIM, "flask-new").document["text"], numbers()) == ("Jo's", before)

    def test_of_a_new_source_that_something_rests_on_is_refused(self) -> None:
        change = journal.add(Kind.SOURCE, SOURCE, MARA)
        claim(sources=[{"source": "new-book", "words": ""}])
        with pytest.raises(InUse) as caught:
            journal.undo(change, JO)
        assert caught.value.users == [(Kind.CLAIM, "flask-new")]


def among_siblings(kind: Kind) -> list[str]:
    """Every key in its order, claims by framework and side: pros have no place among cons."""
    if kind is not Kind.CLAIM:
        return order(kind)
    claims = document_mapper.items(kind, order(kind))
    return sorted(order(kind), key=lambda key: (claims[key].document["framework"], claims[key].document["side"]))


@pytest.mark.usefixtures("filled")
class TestMoving:
    def keys(self) -> list[str]:
        return journal.siblings(item(Kind.CLAIM, "django-parts"))

    @pytest.mark.parametrize("kind", sorted(PLACED))
    def test_anywhere_and_undo_puts_it_back(self, kind: Kind) -> None:
        key = "django-parts" if kind is Kind.CLAIM else order(kind)[0]
        before, everything = journal.siblings(item(kind, key)), among_siblings(kind)
        for number, moved in enumerate(before):
            others = [other for other in before if other != moved]
            for place in range(len(before)):
                after = others[place - 1] if place else ""
                change = journal.move(item(kind, moved), after, MARA)
                if place == number:
                    assert change is None
                    continue
                assert journal.siblings(item(kind, key)) == [*others[:place], moved, *others[place:]]
                assert change is not None
                done = journal.undo(change, JO)
                assert done.action == "moved"
                assert journal.siblings(item(kind, key)) == before
            assert among_siblings(kind) == everything

    def test_keeps_the_document_and_its_version(self) -> None:
        before = item(Kind.CLAIM, "django-parts")
        change = journal.move(before, self.keys()[2], MARA)
        assert item(Kind.CLAIM, "django-parts") == before
        assert change is not None
        assert (change.document, change.version) == (before.document, before.version)

    def test_behind_something_that_is_not_there_does_nothing(self) -> None:
        assert journal.move(item(Kind.CLAIM, "django-parts"), "flask-blueprints", MARA) is None

    def test_leaves_every_other_order_alone(self) -> None:
        others = [key for key in order(Kind.CLAIM) if key not in self.keys()]
        journal.move(item(Kind.CLAIM, self.keys()[-1]), "", MARA)
        assert [key for key in order(Kind.CLAIM) if key not in self.keys()] == others


@pytest.mark.usefixtures("filled")
class TestSourcesInUse:
    @pytest.mark.parametrize(
        ("key", "user"),
        [
            ("instagram-2019", (Kind.FRAMEWORK, "django")),
            ("django-admin-docs", (Kind.CLAIM, "django-admin")),
        ],
    )
    def test_cannot_be_retired(self, key: str, user: tuple[Kind, str]) -> None:
        with pytest.raises(InUse) as caught:
            changed(item(Kind.SOURCE, key), state="retired")
        assert user in caught.value.users
        assert item(Kind.SOURCE, key).document["state"] == "published"

    def test_by_a_rating_that_is_measured_cannot_be_retired(self) -> None:
        journal.add(Kind.SOURCE, SOURCE, MARA)
        changed(item(Kind.RATING, "django.data"), evidence="measured", sources=["new-book"])
        with pytest.raises(InUse) as caught:
            changed(item(Kind.SOURCE, "new-book"), state="retired")
        assert caught.value.users == [(Kind.RATING, "django.data")]

    def test_can_be_retired_once_nothing_rests_on_them(self) -> None:
        journal.add(Kind.SOURCE, SOURCE, MARA)
        of = claim(sources=[{"source": "new-book", "words": "x"}])
        changed(of, state="retired")
        changed(item(Kind.SOURCE, "new-book"), state="retired")
        assert item(Kind.SOURCE, "new-book").document["state"] == "retired"

    def test_that_are_retired_come_back_with_what_rests_on_them(self) -> None:
        self.test_can_be_retired_once_nothing_rests_on_them()
        changed(item(Kind.CLAIM, "flask-new"), JO, state="published")
        source = item(Kind.SOURCE, "new-book")
        assert (source.document["state"], source.version) == ("published", 3)
        last = history(Kind.SOURCE, "new-book")[-1]
        assert (last.action, last.who) == ("restored", "jo")


@pytest.mark.usefixtures("filled")
class TestWhatVisitorsMayRead:
    def publicity(self) -> list[bool]:
        return [change.public for change in history(Kind.CLAIM, "flask-new")]

    def test_is_no_draft_and_no_draft_that_was_retired(self) -> None:
        changed(claim(state="draft"), text="b")
        changed(item(Kind.CLAIM, "flask-new"), state="retired")
        assert self.publicity() == [False, False, False]

    def test_is_what_was_published_and_how_it_ended(self) -> None:
        changed(claim(state="draft"), state="published")
        changed(item(Kind.CLAIM, "flask-new"), state="retired")
        assert self.publicity() == [False, True, True]

    def test_is_not_the_draft_that_something_published_became(self) -> None:
        changed(claim(), state="draft", text="secret")
        assert self.publicity() == [True, False]


@pytest.mark.usefixtures("filled")
class TestUndoingManyAtOnce:
    def edition(self, **texts: str) -> Any:
        """The comparison with some claims' texts changed, one gone and one new."""
        documents = dict(content.documents())
        for key, text in texts.items():
            documents[Kind.CLAIM, key] = {**documents[Kind.CLAIM, key], "text": text}
        del documents[Kind.CLAIM, "django-admin"]
        documents[Kind.SOURCE, "new-book"] = SOURCE
        documents = {
            (Kind.CLAIM, "flask-new"): {**CLAIM, "sources": [{"source": "new-book", "words": ""}]},
            **documents,
        }
        return content.Edition(
            {kind: tuple(document for key, document in documents.items() if key[0] is kind) for kind in Kind}
        )

    def test_gives_back_everything_and_its_order(self) -> None:
        before = list(content.documents().items())
        batch = content.take_in(self.edition(**{"flask-blueprints": "x"}), MARA)
        assert item(Kind.CLAIM, "flask-blueprints").document["text"] == "x"
        assert journal.siblings(item(Kind.CLAIM, "flask-new"))[0] == "flask-new"
        after = write_file(content.whole_edition())
        undo = journal.undo_batch(batch, JO)
        now = content.documents()
        new = {(Kind.CLAIM, "flask-new"), (Kind.SOURCE, "new-book")}
        assert [(key, document) for key, document in now.items() if key not in new] == before
        assert {now[key]["state"] for key in new} == {"retired"}
        assert (undo.action, undo.undoes_id, undo.document["counts"]) == ("undone", batch.id, {"undone": 4})
        journal.undo_batch(undo, MARA)
        assert write_file(content.whole_edition()) == after
        with pytest.raises(NothingToUndo):
            journal.undo_batch(undo, MARA)

    @pytest.mark.parametrize("later", ["conflict", "in use"])
    def test_is_all_or_nothing(self, later: str) -> None:
        batch = content.take_in(self.edition(**{"flask-blueprints": "x"}), MARA)
        if later == "conflict":
            changed(item(Kind.CLAIM, "flask-blueprints"), JO, text="Jo's")
        else:
            changed(item(Kind.CLAIM, "django-parts"), JO, sources=[{"source": "new-book", "words": "y"}])
        db.session.commit()
        before, changes = list(content.documents().items()), numbers()
        with pytest.raises(UndoConflict if later == "conflict" else InUse):
            journal.undo_batch(batch, JO)
        db.session.commit()
        assert (list(content.documents().items()), numbers()) == (before, changes)


class TestHistory:
    @settings(max_examples=15)
    @given(data=st.data())
    def test_replayed_gives_what_stands_in_the_tables(self, app: Flask, data: st.DataObject) -> None:
        """Whatever people do: the last document of each item's history is the item, every version is there once."""
        with app.app_context():
            try:
                for _ in range(data.draw(st.integers(1, 8))):
                    self.act(data)
                self.replay()
            finally:
                db.session.rollback()

    def act(self, data: st.DataObject) -> None:
        everything = document_mapper.everything()
        of = everything[data.draw(st.sampled_from(sorted(everything)))]
        what = data.draw(st.sampled_from(["add", "edit", "state", "move", "undo"]))
        if what == "add":
            journal.add(Kind.CLAIM, {**CLAIM, "key": f"new-{len(numbers())}"}, MARA)
        elif what == "edit":
            name = {Kind.CLAIM: "text", Kind.RATING: "reason", Kind.SOURCE: "title"}.get(of.kind, "name")
            changed(of, **{name: f"edit {len(numbers())}"})
        elif what == "state":
            try:
                journal.save(of, {**of.document, "state": data.draw(st.sampled_from(State)).value}, MARA)
            except InUse:
                assert of.kind is Kind.SOURCE
        elif what == "move" and of.kind in PLACED and of.document["state"] != State.RETIRED:
            journal.move(of, data.draw(st.sampled_from(["", *journal.siblings(of)])), MARA)
        elif what == "undo":
            query = select(Change).where(Change.kind != journal.BATCH)
            made = db.session.scalars(query.order_by(Change.id.desc()).limit(9)).all()
            with suppress(NothingToUndo, UndoConflict, InUse):
                journal.undo(data.draw(st.sampled_from(made)), JO)

    def replay(self) -> None:
        last: dict[tuple[str, str], Change] = {}
        for change in db.session.scalars(select(Change).where(Change.kind != journal.BATCH).order_by(Change.id)):
            place = (change.kind, change.item_key)
            step = 0 if change.moved_from is not None else 1
            assert change.version == (last[place].version + step if place in last else 1)
            last[place] = change
        now = {
            (found.kind.value, found.key): (found.document, found.version)
            for found in document_mapper.everything().values()
        }
        assert {place: (change.document, change.version) for place, change in last.items()} == now
        self.nothing_rests_on_what_is_retired()

    def nothing_rests_on_what_is_retired(self) -> None:
        for source in [found for found in document_mapper.everything().values() if found.kind is Kind.SOURCE]:
            if source.document["state"] == State.RETIRED:
                assert journal.users_of_source(source.key) == []


class TestHowMuchIsAsked:
    def test_is_the_same_for_a_hundred_claims_and_a_thousand(self, app: Flask) -> None:
        asked = []
        for count in (100, 900):
            with app.app_context():
                start = len(document_mapper.keys(Kind.CLAIM))
                for number in range(start, start + count):
                    document = {**CLAIM, "key": f"more-{number}", "sources": [{"source": "django-faq", "words": "w"}]}
                    document_mapper.put(Item.of(Kind.CLAIM, document, version=1))
                db.session.commit()
            with app.app_context(), statements(app) as everything:
                assert len([key for kind, key in document_mapper.everything() if kind is Kind.CLAIM]) == start + count
            with app.app_context(), statements(app) as shown:
                comparison = whole_comparison(7)
                assert len(comparison.claims) < start + count
            asked.append((len(everything), len(shown)))
        assert asked[0] == asked[1]
        assert max(asked[0]) <= 16


@pytest.mark.usefixtures("filled")
class TestRows:
    def test_found_by_their_keys_are_those_of_everything(self) -> None:
        everything = document_mapper.everything()
        for kind in Kind:
            wanted = [key for other, key in everything if other is kind][::3]
            assert document_mapper.items(kind, iter([*wanted, "no-such.key"])) == {
                key: everything[kind, key] for key in wanted
            }
            assert document_mapper.keys(kind) == {key for other, key in everything if other is kind}
            assert all(document_mapper.find(kind, key) == everything[kind, key] for key in wanted)
            assert document_mapper.find(kind, "no-such.key") is None

    def test_names_what_documents_may_refer_to_in_a_fixed_order(self) -> None:
        known = document_mapper.known()
        assert known.frameworks == ["django", "fastapi", "flask", "none"]
        assert known.criteria == sorted(document_mapper.keys(Kind.CRITERION))
