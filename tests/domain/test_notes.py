"""Expert notes: when one belongs into a result, what a file may say, and what stays without some alternatives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fwsite.domain.evidence import Evidence
from fwsite.domain.notes import TEXT_MOST, Note, note_document, restored_note
from fwsite.domain.questionnaire import DefinitionError, Fault, parse_definition
from fwsite.domain.report import make_report
from tests.support.strategies import answer
from tests.support.woods import planted, woods

WOODS = planted()
NOTE = Note("wide", (("parts", "shade"), ("growth", "fast")), "Prune it.", ("birch",))


def faults(**changes: Any) -> list[Fault]:
    """What is wrong with the note with these changes; nothing else is."""
    note = woods()["notes"][0] | changes
    document = woods() | {"notes": [{name: value for name, value in note.items() if value is not None}]}
    with pytest.raises(DefinitionError) as caught:
        parse_definition(document)
    return list(caught.value.faults)


def chosen(**given: str | list[str]) -> dict[str, tuple[str, ...]]:
    """The options chosen by question, of all that are asked."""
    return {key: reply.options for key, reply in answer(WOODS, **given).items()}


# ---------------------------------------------------------------- when it belongs into a result


@pytest.mark.parametrize(
    ("answers", "named", "applies"),
    [
        ({"parts": ["shade"], "growth": "fast"}, ["birch"], True),
        ({"parts": ["nuts", "shade"], "growth": "fast"}, ["ash", "birch"], True),
        ({"parts": ["nuts"], "growth": "fast"}, ["birch"], False),
        ({"parts": ["shade"], "growth": "slow"}, ["birch"], False),
        ({"parts": ["shade"], "growth": "not-sure"}, ["birch"], False),
        ({"parts": ["shade"]}, ["birch"], False),
        ({"parts": ["shade"], "growth": "fast"}, ["ash"], False),
        ({"parts": ["shade"], "growth": "fast"}, [], False),
    ],
)
def test_it_belongs_where_all_was_chosen_and_one_of_its_own_is_named(
    answers: dict[str, Any], named: list[str], applies: bool
) -> None:
    assert NOTE.applies(chosen(**answers), named) is applies


def test_without_alternatives_it_belongs_whoever_is_named() -> None:
    anybody = NOTE._replace(alternatives=())

    assert all(anybody.applies(chosen(parts=["shade"], growth="fast"), named) for named in (["ash"], ["birch"], []))


def test_of_a_question_that_is_not_asked_it_belongs_nowhere() -> None:
    assert not NOTE.applies({"parts": ("shade",)}, ["birch"])


def test_a_result_has_those_that_apply_in_their_order() -> None:
    always = {"when": ["growth=fast"], "text": "Growing."}
    definition = planted(
        notes=[
            {"key": "a", **always},
            *woods()["notes"],
            {"key": "b", **always, "for": ["ash"]},
            {"key": "c", **always},
        ]
    )

    advice = make_report(definition, answer(definition, parts=["shade"], growth="fast")).advice

    assert advice is not None
    assert advice.recommendation.named == ("birch",)
    assert [note.key for note in advice.notes] == ["a", "wide", "c"]


# ---------------------------------------------------------------- in a file


def test_what_was_read() -> None:
    sourced = woods()["notes"][0] | {"claims": ["birch-wide"], "evidence": "sourced"}

    assert WOODS.notes == (NOTE,)
    assert planted(notes=[sourced]).notes == (NOTE._replace(claims=("birch-wide",), evidence=Evidence.SOURCED),)


@pytest.mark.parametrize(
    ("changes", "message", "path"),
    [
        ({"where": 1}, 'unknown key "where"; known are claims, evidence, for, key, text, when', ("where",)),
        ({"key": "Wide"}, "key is 'Wide'; it must be lower-case letters, digits and hyphens", ("key",)),
        ({"when": None}, 'when is missing: list the answers it belongs to, such as ["work=fixed"]', ("when",)),
        ({"when": []}, 'when is missing: list the answers it belongs to, such as ["work=fixed"]', ("when",)),
        ({"text": " "}, "text is missing or empty", ("text",)),
        ({"text": "x" * (TEXT_MOST + 1)}, "text has 281 characters; 280 are the most", ("text",)),
        ({"for": "birch"}, "for must be a list of texts", ("for",)),
        ({"for": ["ash", "oak"]}, 'for has "oak", which is not among the alternatives', ("for", 1)),
        ({"claims": "birch"}, "claims must be a list of keys of pros and cons", ("claims",)),
        ({"evidence": "hearsay"}, "evidence is 'hearsay'; it must be one of measured, sourced, opinion", ("evidence",)),
        (
            {"evidence": "sourced"},
            "names no claims; what is sourced names the pros and cons it rests on",
            ("claims",),
        ),
        *(
            (
                {"when": ["parts=nuts", condition]},
                f"{condition!r} is not an answer in this questionnaire; write question=option",
                ("when", 1),
            )
            for condition in ("parts", "parts=", "=shade", "parts=oak", "age=old", "parts=not-sure", "parts=shade=nuts")
        ),
    ],
)
def test_a_fault_has_its_place(changes: dict[str, Any], message: str, path: tuple[str | int, ...]) -> None:
    [fault] = faults(**changes)

    assert fault.message == message
    assert fault.path == ("notes", 0, *path)
    assert fault.place in ('note "wide"', 'note "Wide"')


def test_the_longest_text_is_taken_and_blanks_around_it_do_not_count() -> None:
    longest = woods()["notes"][0] | {"text": f"  {'x' * TEXT_MOST}\n"}

    assert planted(notes=[longest]).notes[0].text == "x" * TEXT_MOST


def test_a_key_is_used_once() -> None:
    with pytest.raises(DefinitionError) as caught:
        planted(notes=woods()["notes"] * 2)
    assert [str(fault) for fault in caught.value.faults] == ['notes: the key "wide" is used more than once']


@pytest.mark.parametrize(
    "note",
    [
        NOTE,
        Note("a", (("q", "o"),), "Text."),
        Note("a", (("q", "o"), ("p", "o")), "Text.", ("ash",), ("c-1", "c-2"), Evidence.MEASURED),
        Note("a", (("q", "o"),), "Text.", (), ("c-1",), Evidence.OPINION),
    ],
)
def test_it_is_read_back(note: Note) -> None:
    assert restored_note(json.loads(json.dumps(note_document(note)))) == note


# ---------------------------------------------------------------- fewer to choose from


def test_without_alternatives_it_is_about_the_others_or_nothing() -> None:
    both = NOTE._replace(alternatives=("ash", "birch"))

    assert both.without(["ash"]) == NOTE
    assert both.without(["ash", "birch"]) is NOTE.without(["birch"]) is None
    assert NOTE.without(["cedar"]) == NOTE
    anybody = NOTE._replace(alternatives=())
    assert anybody.without(["ash", "birch"]) == anybody
