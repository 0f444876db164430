"""What an import of a questionnaire would change, a line for each; none means that nothing would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwsite.domain.definition_changes import change_lines
from fwsite.domain.questionnaire import Definition, Fit, parse_definition
from fwsite.domain.versions import differences, summary, with_fits
from tests.support.strategies import change_fit, define, definitions, worded_definitions

PLAIN = define({"a": (0, 4), "b": (4, 0)}, {"c": (1, 2), "d": (3, None)})
OVERWRITES = "; overwrites what was changed since the content file"
CELL = ("q1", "a", "ash")


def lines(theirs: Definition, mine: Definition | None = PLAIN, base: Definition | None = PLAIN) -> list[str]:
    return list(change_lines(base, mine, theirs))


def changed(change: Callable[[dict[str, Any]], None]) -> Definition:
    document = PLAIN.document()
    change(document)
    return parse_definition(document)


def drop_second_question(document: dict[str, Any]) -> None:
    del document["questions"][1]


def drop_an_option_and_add_one(document: dict[str, Any]) -> None:
    option = document["questions"][0]["options"].pop()
    document["questions"][0]["options"].append({**option, "key": "z", "label": "Last"})


def turn_everything(document: dict[str, Any]) -> None:
    document["alternatives"].reverse()
    document["questions"].reverse()
    document["questions"][0]["options"].reverse()


def reword(document: dict[str, Any]) -> None:
    document["reviewed_on"] = "2026-12-01"
    document["alternatives"][0]["name"] = "Ash"
    document["questions"][0] |= {"why": "So", "multiple": True}
    document["questions"][0]["options"][0] |= {"label": "So"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (drop_second_question, ["- question q2: Question 2?"]),
        (drop_an_option_and_add_one, ["+ option q1.z: Last", "- option q1.b: Label b"]),
        (turn_everything, ["~ order of alternatives", "~ order of questions", "~ order of options of question q2"]),
        (
            reword,
            [
                "~ questionnaire: reviewed_on",
                "~ alternative ash: name",
                "~ question q1: why, multiple",
                "~ option q1.a: label",
            ],
        ),
    ],
)
def test_names_each_part_by_its_kind_and_key(change: Callable[[dict[str, Any]], None], expected: list[str]) -> None:
    assert lines(changed(change)) == expected


def test_names_what_of_a_fit_is_another() -> None:
    fit = Fit(1, "Otherwise", ("x",), reviewed_on=date(2026, 12, 1))
    assert lines(with_fits(PLAIN, {CELL: fit})) == ["~ fit q1.a.ash: fit, reason, claims, reviewed_on"]
    assert lines(with_fits(PLAIN, {CELL: None})) == ["- fit q1.a.ash: Reason ash"]
    assert lines(PLAIN, mine=with_fits(PLAIN, {CELL: None}), base=None) == ["+ fit q1.a.ash: Reason ash"]


def test_says_what_overwrites_work_since_the_content_file() -> None:
    mine = change_fit(PLAIN, *CELL, 3)
    assert lines(PLAIN, mine) == [f"~ fit q1.a.ash: fit, reason{OVERWRITES}"]
    assert lines(change_fit(PLAIN, *CELL, 2), mine) == [f"~ fit q1.a.ash: fit{OVERWRITES}"]
    assert lines(with_fits(PLAIN, {CELL: None}), mine) == [f"- fit q1.a.ash: changed{OVERWRITES}"]
    assert lines(PLAIN, with_fits(PLAIN, {CELL: None})) == [f"+ fit q1.a.ash: Reason ash{OVERWRITES}"]
    assert lines(change_fit(mine, "q1", "b", "ash", 2), mine) == ["~ fit q1.b.ash: fit, reason"]


def test_of_a_new_site_is_one_line() -> None:
    assert lines(PLAIN, mine=None, base=None) == ["+ questionnaire: 2 questions, 2 alternatives"]


@given(mine=definitions(), theirs=st.none() | definitions())
def test_are_none_where_both_say_the_same_and_only_there(mine: Definition, theirs: Definition | None) -> None:
    theirs = mine if theirs is None else theirs
    assert (lines(theirs, mine, base=None) == []) is (theirs.version == mine.version)


@given(mine=worded_definitions(), theirs=worded_definitions())
def test_name_each_part_once(mine: Definition, theirs: Definition) -> None:
    found = [line.partition(":")[0] for line in lines(theirs, mine, base=None)]
    assert len(found) == len(set(found))


def listed(text: str = "Look.", twin: str = "The other") -> Definition:
    """The definition with a note and a scenario."""
    situation = {"name": "Somebody", "story": "They.", "answers": {"q1": "a", "q2": ["c"]}, "weights": {"q1": "must"}}
    other = {"name": twin, "answers": {"q1": "b"}, "accepts": ["birch"], "why": "So"}
    document = {
        **PLAIN.document(),
        "notes": [{"key": "n", "when": ["q1=a"], "text": text}],
        "scenarios": [{"key": "s", **situation, "accepts": ["ash"], "why": "So", "twin": other}],
    }
    return parse_definition(document)


def test_notes_and_scenarios_are_lines_of_their_own() -> None:
    assert lines(listed()) == ["+ note n: Look.", "+ scenario s: Somebody"]
    assert lines(PLAIN, listed(), listed()) == ["- note n: Look.", "- scenario s: Somebody"]
    assert lines(listed("Look twice."), listed(), listed()) == ["~ note n: text"]
    assert lines(listed(twin="Another"), listed(), listed()) == ["~ scenario s: twin"]


def test_notes_and_scenarios_that_say_something_else_are_told_in_pairs() -> None:
    found = differences(listed(), listed("Look twice.", "Another"))
    assert [(each.before and each.before.text, each.after and each.after.text) for each in found.note_changes] == [
        ("Look.", "Look twice.")
    ]
    assert [each.newest.twin.name for each in found.scenario_changes] == ["Another"]
    assert summary(found) == ("1 note of an expert says something else.", "1 scenario says something else.")
    gone = differences(listed(), PLAIN)
    assert [each.after for each in (*gone.note_changes, *gone.scenario_changes)] == [None, None]
    assert [each.newest.key for each in (*gone.note_changes, *gone.scenario_changes)] == ["n", "s"]
    assert summary(gone) == ("1 note of an expert is gone.", "1 scenario is gone.")
    assert not differences(listed(), listed())
