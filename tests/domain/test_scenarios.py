"""Scenarios: what a file may say, and what is left of one where something is gone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fwsite.blueprints.questionnaire.definition_file import FILE, SCENARIOS_FILE, read
from fwsite.domain.questionnaire import DefinitionError, Fault, parse_definition
from fwsite.domain.scenarios import Scenario, Situation, restored_scenario, scenario_document
from tests.support.paths import ROOT
from tests.support.records import replace
from tests.support.woods import planted, scenario, woods

WOODS = planted()
[YARD] = WOODS.scenarios
CONTENT = ROOT / "fwsite" / "content"
SHIPPED = read(CONTENT / FILE, CONTENT / SCENARIOS_FILE).definition


def faults(changes: dict[str, Any], *, of_twin: bool = False) -> list[Fault]:
    """What is wrong with the scenario, or its twin, with these changes; none stands for what is missing."""
    table = scenario()
    if of_twin:
        table["twin"] = {name: value for name, value in (table["twin"] | changes).items() if value is not None}
    else:
        table |= changes
    table = {name: value for name, value in table.items() if value is not None}
    with pytest.raises(DefinitionError) as caught:
        parse_definition(woods() | {"scenarios": [table]})
    return list(caught.value.faults)


def test_what_was_read() -> None:
    situation = Situation(
        "A yard", {"parts": ("shade",), "growth": ("slow",)}, {"parts": "lot"}, ("ash",), "Shade is what it is for."
    )
    twin = Situation(
        "A bare yard",
        {"parts": ("shade",), "growth": ("fast",)},
        {"parts": "lot", "growth": "must"},
        ("birch",),
        "It is to be shady next year.",
    )

    differs = ({"growth": ("fast",)}, {"growth": "must"})
    assert Scenario("yard", "Somebody sits there in summer.", situation, twin, differs) == YARD


def test_nothing_need_be_answered_and_not_sure_is_an_answer() -> None:
    plain = scenario() | {"answers": {"growth": "not-sure"}, "weights": {}}
    del plain["twin"]["answers"], plain["twin"]["weights"]

    [found] = planted(scenarios=[plain]).scenarios

    assert found.situation.answers == found.twin.answers == {"growth": ("not-sure",)}
    assert found.situation.weights == found.twin.weights == {}


ANSWERED = "is no answer of this questionnaire"
WEIGHED = "is no weight: name a question, and one of little, normal, lot, must"
SIDE: list[tuple[dict[str, Any], str, tuple[str | int, ...]]] = [
    ({"where": 1}, 'unknown key "where"; known are ', ("where",)),
    ({"name": ""}, "name is missing or empty", ("name",)),
    ({"why": None}, "why is missing or empty", ("why",)),
    ({"answers": ["shade"]}, 'answers must be a table such as { work = "api" }', ("answers",)),
    ({"answers": {"age": "old"}}, f"age = 'old' {ANSWERED}", ("answers", "age")),
    ({"answers": {"growth": "shade"}}, f"growth = 'shade' {ANSWERED}", ("answers", "growth")),
    ({"answers": {"parts": ["shade", "oak"]}}, f"parts = 'oak' {ANSWERED}", ("answers", "parts")),
    ({"answers": {"parts": 7}}, "parts must be a list of texts", ("answers", "parts")),
    (
        {"answers": {"growth": ["fast", "slow"]}},
        "growth has 2 answers; takes one option only",
        ("answers", "growth"),
    ),
    (
        {"answers": {"parts": ["shade", "not-sure"]}},
        'parts has 2 answers; "not-sure" cannot be combined',
        ("answers", "parts"),
    ),
    ({"weights": "must"}, 'weights must be a table such as { work = "must" }', ("weights",)),
    ({"weights": {"growth": "much"}}, f"growth = 'much' {WEIGHED}", ("weights", "growth")),
    ({"weights": {"age": "must"}}, f"age = 'must' {WEIGHED}", ("weights", "age")),
    ({"accepts": None}, "accepts is missing; list who may come first", ("accepts",)),
    ({"accepts": []}, "accepts is empty; list who may come first", ("accepts",)),
    ({"accepts": "cedar"}, "accepts must be a list of texts", ("accepts",)),
    ({"accepts": ["cedar", "oak"]}, 'accepts has "oak", which is not among the alternatives', ("accepts", 1)),
]


@pytest.mark.parametrize(("changes", "message", "path"), SIDE)
@pytest.mark.parametrize("of_twin", [False, True])
def test_a_fault_of_either_side_has_its_place(
    of_twin: bool, changes: dict[str, Any], message: str, path: tuple[str | int, ...]
) -> None:
    fault = faults(changes, of_twin=of_twin)[0]

    assert fault.message.startswith(message)
    assert fault.path == ("scenarios", 0, *(["twin"] if of_twin else []), *path)
    assert fault.place == f'scenario "yard"{", twin" if of_twin else ""}'


@pytest.mark.parametrize(
    ("changes", "message", "path"),
    [
        ({"key": "a yard"}, "key is 'a yard'; it must be lower-case letters, digits and hyphens", ("key",)),
        ({"story": " "}, "story is missing or empty", ("story",)),
        ({"twin": None}, "twin is missing: the same situation except for what makes another one come first", ("twin",)),
        (
            {"twin": "bare"},
            "twin is missing: the same situation except for what makes another one come first",
            ("twin",),
        ),
    ],
)
def test_a_fault_of_the_whole_has_its_place(changes: dict[str, Any], message: str, path: tuple[str | int, ...]) -> None:
    assert Fault(f'scenario "{changes.get("key", "yard")}"', message, ("scenarios", 0, *path)) in faults(changes)


def test_another_one_has_to_come_first_for_the_twin() -> None:
    assert faults({"accepts": ["birch", "ash"]}, of_twin=True) == [
        Fault(
            'scenario "yard", twin',
            "accepts ash, as its scenario does; another one has to come first",
            ("scenarios", 0, "twin", "accepts"),
        )
    ]


def test_a_key_is_used_once() -> None:
    with pytest.raises(DefinitionError) as caught:
        planted(scenarios=[scenario(), scenario()])
    assert [str(fault) for fault in caught.value.faults] == ['scenarios: the key "yard" is used more than once']


def test_it_is_read_back_and_says_of_the_twin_what_differs() -> None:
    document = json.loads(json.dumps(scenario_document(YARD)))

    assert restored_scenario(document) == YARD
    assert document["twin"]["answers"] == {"growth": ["fast"]}
    assert document["twin"]["weights"] == {"growth": "must"}
    assert scenario_document(restored_scenario(document)) == document


def test_what_is_empty_is_left_out_of_the_document() -> None:
    bare = scenario() | {"answers": {}, "weights": {}}
    bare["twin"] |= {"answers": {}, "weights": {}}

    [found] = planted(scenarios=[bare]).scenarios

    document = scenario_document(found)
    assert not {"answers", "weights"} & (document.keys() | document["twin"].keys())
    assert restored_scenario(document) == found


# ---------------------------------------------------------------- fewer to choose from


def test_without_alternatives_the_others_may_come_first_while_there_are_some_on_both_sides() -> None:
    wide = YARD._replace(situation=YARD.situation._replace(accepts=("ash", "cedar")))

    left = wide.without(["cedar"])

    assert left == YARD
    assert wide.without(["ash", "cedar"]) is YARD.without(["ash"]) is YARD.without(["birch"]) is None
    assert YARD.without(["cedar"]) == YARD


@pytest.mark.parametrize("place", ["story", "name", "why"])
@pytest.mark.parametrize("side", ["situation", "twin"])
def test_it_tells_of_whoever_one_of_its_texts_names(place: str, side: str) -> None:
    text = "Not No framework, but Flask-Admin or FastAPI."
    told = (
        YARD._replace(story=text)
        if place == "story"
        else YARD._replace(**{side: getattr(YARD, side)._replace(**{place: text})})
    )

    assert told.tells_of(["Django", "FastAPI"])
    assert not told.tells_of(["Django", "Flask", "Fast"])
    assert not YARD.tells_of(["FastAPI"])


def test_what_is_withheld_takes_what_tells_of_it_along() -> None:
    """The third is accepted nowhere; one scenario names it."""
    other = scenario() | {"key": "grove", "why": "Where an Alfa would be too wide."}
    definition = planted(scenarios=[scenario(), other])

    left = definition.with_alternatives((), ["cedar"])

    assert list(left.names) == ["ash", "birch"]
    assert left.scenarios == (YARD,)
    assert definition.with_alternatives((), ()).scenarios == definition.scenarios


@pytest.mark.parametrize("gone", ["django", "flask", "fastapi", "none"])
def test_whoever_is_withdrawn_is_gone_with_what_tells_nothing_apart_then(gone: str) -> None:
    left = SHIPPED.with_alternatives((), {gone})

    assert gone not in left.names
    assert all(question.tells_apart(left.names) for question in left.questions)
    assert {each.key for each in left.questions} == {
        each.key for each in SHIPPED.questions if each.tells_apart(left.names)
    }
    assert left == replace(parse_definition(left.document()), model=left.model)
    assert all(key in left.by_key for note in left.notes for key, _ in note.when)
    for each in left.scenarios:
        for side in (each.situation, each.twin):
            assert gone not in side.accepts
            assert left.by_key.keys() >= side.answers.keys() | side.weights.keys()


def test_not_all_can_be_withdrawn() -> None:
    assert SHIPPED.with_alternatives((), set(SHIPPED.names)) is SHIPPED
