"""What a document must be: every fault has its message, and no document is too odd to be judged."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fwsite.domain.items import (
    FIELDS,
    KEY_LENGTH,
    NOTE_LENGTH,
    TAKEN_KEYS,
    Field,
    Item,
    Kind,
    Known,
    Value,
    canonical,
    check,
    digest_of,
    is_address,
    key_of,
    new_key,
    rests_on,
    title_of,
    unsupported,
    unusable,
)
from tests.support.strategies import ODD_CHARACTERS, documents, editions, texts

KNOWN = Known(frameworks=["tornado"], criteria=["speed"], sources=["book", "talk"])
GOOD: dict[Kind, dict[str, Any]] = {
    Kind.CRITERION: {"key": "speed", "name": "Speed", "question": "How fast?", "finding": "Fast."},
    Kind.SOURCE: {"key": "book", "title": "A book", "url": "https://example.org/", "read_on": "2026-11-22"},
    Kind.FRAMEWORK: {
        "key": "tornado",
        "name": "Tornado",
        "summary": "For.",
        "drawback": "Against.",
        "example": "One",
        "on_balance": "take it.",
    },
    Kind.RATING: {
        "framework": "tornado",
        "criterion": "speed",
        "score": 4,
        "reason": "Loops",
        "evidence": "opinion",
        "reviewed_on": "2026-11-22",
    },
    Kind.CLAIM: {
        "key": "tornado-loop",
        "framework": "tornado",
        "criterion": "speed",
        "side": "pro",
        "text": "One loop",
        "evidence": "sourced",
        "sources": [{"source": "book", "words": "a loop"}],
        "reviewed_on": "2026-11-22",
    },
}
TEXT_FIELDS = [(kind, field) for kind in Kind for field in FIELDS[kind] if field.longest]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["book", "2026-11-22"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def odd_documents(draw: st.DrawFn, kind: Kind) -> dict[str, Any]:
    """Any JSON in any field, or nothing there at all, beside what is right."""
    names = ["key", "state", *(field.name for field in FIELDS[kind])]
    citation = st.fixed_dictionaries({}, optional={"source": json_values, "words": json_values, "more": json_values})
    odd = json_values | st.lists(citation, max_size=2)
    return {**GOOD[kind], **draw(st.dictionaries(st.sampled_from(names), odd, max_size=4))}


def faults(kind: Kind, **changed: Any) -> list[tuple[str, str]]:
    document = canonical(kind, {**GOOD[kind], **changed})
    return [(fault.place, fault.message) for fault in check(kind, document, KNOWN)]


class TestCheck:
    @pytest.mark.parametrize("kind", Kind)
    def test_finds_nothing_in_what_is_right(self, kind: Kind) -> None:
        assert faults(kind) == []

    @settings(max_examples=25)
    @given(edition=editions())
    def test_finds_nothing_in_any_edition(self, edition: Any) -> None:
        known = Known.of((Item.of(kind, document) for kind, _, document in edition), ())
        assert [fault for kind, _, document in edition for fault in check(kind, document, known)] == []

    @pytest.mark.parametrize(
        ("kind", "changed", "fault"),
        [
            (
                Kind.CRITERION,
                {"key": "Speed"},
                ("key", "is 'Speed'; it must be lower-case letters, digits and hyphens"),
            ),
            (Kind.CRITERION, {"key": []}, ("key", "is []; it must be lower-case letters, digits and hyphens")),
            (Kind.CRITERION, {"key": "a\n"}, ("key", "is 'a\\n'; it must be lower-case letters, digits and hyphens")),
            (
                Kind.FRAMEWORK,
                {"key": "work"},
                ("key", "is 'work', which URLs of this site begin with; choose another"),
            ),
            (Kind.CLAIM, {"state": "gone"}, ("state", "is 'gone'; it must be one of draft, published, retired")),
            (Kind.CLAIM, {"state": []}, ("state", "is []; it must be one of draft, published, retired")),
            (Kind.CRITERION, {"name": " "}, ("name", "is missing or empty")),
            (Kind.CRITERION, {"name": 1}, ("name", "must be a text in quotes")),
            (Kind.CRITERION, {"name": "x" * 81}, ("name", "has 81 characters; at most 80 fit")),
            (Kind.SOURCE, {"url": "ftp://x"}, ("url", "is 'ftp://x'; it must begin with https:// or http://")),
            (Kind.SOURCE, {"read_on": ""}, ("read_on", "is missing or empty")),
            (Kind.SOURCE, {"read_on": "soon"}, ("read_on", "is 'soon'; write a date such as 2026-11-22")),
            (Kind.SOURCE, {"read_on": "20261122"}, ("read_on", "is '20261122'; write a date such as 2026-11-22")),
            (Kind.SOURCE, {"read_on": "2026-W47-7"}, ("read_on", "is '2026-W47-7'; write a date such as 2026-11-22")),
            (Kind.SOURCE, {"read_on": 20261122}, ("read_on", "is 20261122; write a date such as 2026-11-22")),
            (
                Kind.FRAMEWORK,
                {"first_release": 1989},
                ("first_release", "is 1989; it must be a whole number from 1990 to 2100"),
            ),
            (
                Kind.FRAMEWORK,
                {"first_release": "2005"},
                ("first_release", "is '2005'; it must be a whole number from 1990 to 2100"),
            ),
            (Kind.FRAMEWORK, {"example_sources": "book"}, ("example_sources", "must be a list")),
            (Kind.FRAMEWORK, {"example_sources": ["bok"]}, ("example_sources", "'bok' names no source")),
            (Kind.RATING, {"framework": "rails"}, ("framework", "is 'rails'; known are tornado")),
            (Kind.RATING, {"criterion": []}, ("criterion", "is missing or empty")),
            (Kind.RATING, {"criterion": [1]}, ("criterion", "is [1]; known are speed")),
            (Kind.RATING, {"score": 6}, ("score", "is 6; it must be a whole number from 1 to 5")),
            (Kind.RATING, {"score": True}, ("score", "is True; it must be a whole number from 1 to 5")),
            (Kind.RATING, {"score": 4.0}, ("score", "is 4.0; it must be a whole number from 1 to 5")),
            (Kind.RATING, {"evidence": "hearsay"}, ("evidence", "is 'hearsay'; known are measured, sourced, opinion")),
            (
                Kind.RATING,
                {"evidence": "measured"},
                ("sources", "is empty; what is measured names where it comes from"),
            ),
            (Kind.CLAIM, {"sources": []}, ("sources", "is empty; what is sourced names where it comes from")),
            (Kind.CLAIM, {"side": "for"}, ("side", "is 'for'; known are pro, con")),
            (Kind.CLAIM, {"sources": "book"}, ("sources", "must be a list")),
            (Kind.CLAIM, {"sources": ["bok"]}, ("sources", "'bok' names no source")),
            (Kind.CLAIM, {"sources": [1]}, ("sources", "1 names no source")),
            (
                Kind.CLAIM,
                {"sources": [{"source": "book", "word": "x"}]},
                ("sources", "unknown key 'word'; known are source, words"),
            ),
            (Kind.CLAIM, {"sources": [{"source": "book", "words": 1}]}, ("sources", "must be a text in quotes")),
            (
                Kind.CLAIM,
                {"sources": [{"source": "book", "words": "x" * 281}]},
                ("sources", "has 281 characters; at most 280 fit"),
            ),
        ],
    )
    def test_says_what_is_wrong(self, kind: Kind, changed: dict[str, Any], fault: tuple[str, str]) -> None:
        assert faults(kind, **changed) == [fault]

    @pytest.mark.parametrize("code", ODD_CHARACTERS, ids=lambda code: f"U+{ord(code):04X}")
    @pytest.mark.parametrize(("kind", "field"), TEXT_FIELDS, ids=lambda it: getattr(it, "name", it))
    def test_refuses_characters_that_nothing_can_be_trusted_with(self, kind: Kind, field: Any, code: str) -> None:
        text = f"https://a/{code}b" if field.value is Value.ADDRESS else f"a{code}b"
        assert (field.name, f"has the character U+{ord(code):04X}, which cannot be stored; remove it") in faults(
            kind, **{field.name: text}
        )

    @given(text=st.text(), where=st.integers(0, 50), odd=st.sampled_from(ODD_CHARACTERS))
    def test_refuses_them_anywhere_in_a_text(self, text: str, where: int, odd: str) -> None:
        assert unusable(text[:where] + odd + text[where:])

    @given(text=texts())
    def test_accepts_any_other_text(self, text: str) -> None:
        assert unusable(text) is None
        assert faults(Kind.CLAIM, text=text, evidence="opinion") == []
        assert faults(Kind.CLAIM, text=text, sources=[{"source": "book", "words": text}]) == []

    @pytest.mark.parametrize(
        ("text", "named"),
        [("Tornado has one loop", []), ("Twister has one loop", []), ("Cyclone has one loop", ["Cyclone"])],
        ids=["by its key", "by its name", "another"],
    )
    def test_of_the_names_in_a_text_leaves_what_is_compared_to_the_reader(self, text: str, named: list[str]) -> None:
        framework = Item.of(Kind.FRAMEWORK, {**GOOD[Kind.FRAMEWORK], "name": "Twister"})
        about = [framework, *(Item.of(kind, GOOD[kind]) for kind in (Kind.CRITERION, Kind.SOURCE))]
        known = Known.of(about, packages=["Tornado", "Twister", "Cyclone"])
        found = check(Kind.CLAIM, canonical(Kind.CLAIM, {**GOOD[Kind.CLAIM], "text": text}), known)
        assert [fault.message for fault in found] == [unsupported(name) for name in named]

    @given(data=st.data(), kind=st.sampled_from(Kind))
    def test_judges_any_document_without_falling_over(self, data: st.DataObject, kind: Kind) -> None:
        document = canonical(kind, data.draw(odd_documents(kind)))
        found = check(kind, document, KNOWN)
        assert all(fault.message for fault in found)
        assert {fault.place for fault in found} <= set(document)

    def test_counts_every_fault(self) -> None:
        assert len(faults(Kind.CLAIM, key="", side="x", text="", evidence="", reviewed_on="")) == 5


class TestCanonical:
    @pytest.mark.parametrize("empty", [None, "", []])
    def test_no_sources_are_an_empty_list(self, empty: object) -> None:
        assert canonical(Kind.CLAIM, {**GOOD[Kind.CLAIM], "sources": empty})["sources"] == []

    @given(data=st.data(), kind=st.sampled_from(Kind))
    def test_twice_is_as_once(self, data: st.DataObject, kind: Kind) -> None:
        document = canonical(kind, data.draw(odd_documents(kind)))
        assert repr(canonical(kind, document)) == repr(document)

    @given(data=st.data(), kind=st.sampled_from(Kind))
    def test_leaves_what_is_canonical_alone(self, data: st.DataObject, kind: Kind) -> None:
        fixed = {"framework": "tornado", "criterion": "speed"} if kind in (Kind.RATING, Kind.CLAIM) else {}
        if kind is not Kind.RATING:
            fixed["key"] = "some-key"
        document = data.draw(documents(kind, ["book"], **fixed))
        assert canonical(kind, document) == document

    def test_takes_blanks_away_and_puts_every_field_in_its_place(self) -> None:
        document = canonical(Kind.CLAIM, {"text": " a \n b ", "sources": ["book", {"source": "talk", "words": " x "}]})
        assert list(document) == ["key", *(field.name for field in FIELDS[Kind.CLAIM]), "state"]
        assert document["text"] == "a b"
        assert document["sources"] == [{"source": "book", "words": ""}, {"source": "talk", "words": "x"}]
        assert (document["state"], document["reviewed_on"], document["key"]) == ("published", None, "")

    def test_puts_lists_of_sources_in_order_and_names_each_once(self) -> None:
        unsorted = ["talk", "book", "talk"]
        assert canonical(Kind.FRAMEWORK, {"example_sources": unsorted})["example_sources"] == ["book", "talk"]
        assert canonical(Kind.RATING, {"evidence": "measured", "sources": unsorted})["sources"] == ["book", "talk"]


class TestNewKey:
    @given(text=st.text(), taken=st.sets(st.text()))
    def test_is_one_that_any_item_may_have_and_nobody_has(self, text: str, taken: set[str]) -> None:
        key = new_key(text, taken)
        assert key not in taken
        assert not faults(Kind.CRITERION, key=key)

    @given(text=texts(), count=st.integers(1, 12))
    def test_is_another_each_time(self, text: str, count: int) -> None:
        taken: set[str] = set()
        for _ in range(count):
            taken.add(new_key(text, taken))
        assert len(taken) == count
        assert all(len(key) <= KEY_LENGTH for key in taken)

    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ("No ORM, no admin", "no-orm-no-admin"),
            ("Größe & Köln", "grosse-koln"),
            ("2 files", "item-2-files"),
            ("日本語", "item"),
            ("", "item"),
            ("x" * 99, "x" * 48),
            ("word " * 20, "-".join(["word"] * 9)),
        ],
    )
    def test_is_made_of_the_words(self, text: str, key: str) -> None:
        assert new_key(text, ()) == key

    @pytest.mark.parametrize("key", sorted(TAKEN_KEYS))
    def test_of_a_framework_can_avoid_the_sites_own_addresses(self, key: str) -> None:
        assert new_key(key.title(), TAKEN_KEYS) == f"{key}-2"


class TestAddresses:
    @pytest.mark.parametrize("text", ["https://example.org", "http://a.b/c?d=e#f", "HTTPS://EXAMPLE.ORG/%20"])
    def test_that_are_complete(self, text: str) -> None:
        assert is_address(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "example.org",
            "//example.org",
            "https:example.org",
            "https://",
            "https:///x",
            "javascript:alert(1)",
            "JavaScript://x/%0aalert(1)",
            "data:text/html,x",
            " https://x",
            "https://x y",
            'https://x/"onmouseover="',
            "https://x/<script>",
            "https://x\\y",
            "https://[x",
            "java\nscript://x",
        ],
    )
    def test_that_are_none(self, text: str) -> None:
        assert not is_address(text)


@settings(max_examples=25)
@given(edition=editions())
def test_equal_content_has_an_equal_digest_and_other_content_another(edition: Any) -> None:
    for kind, _, document in edition:
        turned = dict(reversed(document.items()))
        assert digest_of(kind, turned) == digest_of(kind, document)
        name = next(field.name for field in FIELDS[kind] if field.longest)
        assert digest_of(kind, {**document, name: document[name] + "x"}) != digest_of(kind, document)


KEPT = {
    Kind.CRITERION: "3f8128627ea387e8a706bdc98514aca7eadc4aa6a28d21076c8b6fa5a3b9a9b7",
    Kind.SOURCE: "b446afcd58c65a2b48c6fe555874280720c425924861dbf36ac01a8fdd9d6151",
    Kind.FRAMEWORK: "31f4449809f0895137abf3bc6a826998c92f0665ecb59f9bab8bdb14d7ebd58c",
    Kind.RATING: "8e84a78b4273d5baab77283c79e48701e92cdf2e1d657d76cf71b2ceb3210ff3",
    Kind.CLAIM: "0dbb354a56a155dbb44dc1ad1ea63b8c8bf367847056ec50daaa9065a1322bb8",
}
"""Digests as databases hold them, of documents whose optional fields are empty."""


@pytest.mark.parametrize(("kind", "digest"), KEPT.items())
def test_the_digests_that_databases_hold_stay_those_of_their_documents(kind: Kind, digest: str) -> None:
    given = {**GOOD[kind], "sources": [], "evidence": "opinion"}
    assert digest_of(kind, canonical(kind, given)) == digest


@pytest.mark.parametrize("kind", Kind)
def test_a_field_that_is_added_counts_where_it_says_something(monkeypatch: pytest.MonkeyPatch, kind: Kind) -> None:
    before = digest_of(kind, canonical(kind, GOOD[kind]))
    monkeypatch.setitem(FIELDS, kind, (*FIELDS[kind], Field("later", "Later", Value.LINE, 120, required=False)))  # type: ignore[arg-type]
    assert digest_of(kind, canonical(kind, GOOD[kind])) == before
    assert digest_of(kind, canonical(kind, {**GOOD[kind], "later": "x"})) != before


@settings(max_examples=25)
@given(edition=editions())
def test_what_an_item_rests_on_is_in_the_edition(edition: Any) -> None:
    sources = {document["key"] for document in edition.documents[Kind.SOURCE]}
    for kind, _, document in edition:
        named = rests_on(kind, document)
        assert set(named) <= sources
        assert bool(named) == bool(document.get("sources") or document.get("example_sources"))


def test_keys_and_titles_are_those_that_people_use() -> None:
    titles = [title_of(kind, canonical(kind, GOOD[kind])) for kind in Kind]
    assert titles == ["Speed", "A book", "Tornado", "tornado on speed", "One loop"]
    assert [key_of(kind, GOOD[kind]) for kind in Kind] == ["speed", "book", "tornado", "tornado.speed", "tornado-loop"]
    assert NOTE_LENGTH == 280
