"""What came of scenarios: who comes first by the score, whether that is accepted, and what is left out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fwsite.domain.answers import AnswerError, parse_answers
from fwsite.domain.audit import audit, audit_document
from fwsite.domain.questionnaire import Definition, Fault, read_definition
from fwsite.domain.scenario_audit import outcome, scenario_documents, try_scenarios, unexpected
from fwsite.domain.scenarios import Situation
from fwsite.domain.scoring import evaluate
from tests.support.records import replace
from tests.support.strategies import Case, law
from tests.support.woods import planted, scenario

WOODS = planted()
[YARD] = WOODS.scenarios


def expecting(*keys: str, **twin: Any) -> Definition:
    """The questionnaire whose scenario accepts these."""
    table = scenario() | {"accepts": list(keys)}
    return planted(scenarios=[table | {"twin": table["twin"] | twin}])


def test_a_scenario_and_its_twin_come_out_as_expected() -> None:
    [tried] = try_scenarios(WOODS)

    assert tried.scenario == YARD
    assert (tried.situation.firsts, tried.situation.accepted) == (("ash",), True)
    assert (tried.twin.firsts, tried.twin.accepted) == (("birch",), True)
    assert tried.twin.answers == parse_answers(
        WOODS, {"parts": {"options": ["shade"], "weight": "lot"}, "growth": {"options": ["fast"], "weight": "must"}}
    )
    assert list(unexpected(WOODS)) == []


def test_another_one_first_is_no_fault_of_the_file_and_has_its_place_there() -> None:
    definition = expecting("cedar", accepts=["ash"])

    assert list(unexpected(definition)) == [
        Fault('scenario "yard"', "comes out with Echo first; accepted: Alfa", ("scenarios", 0, "accepts")),
        Fault(
            'scenario "yard", twin',
            "comes out with delta first; accepted: Echo",
            ("scenarios", 0, "twin", "accepts"),
        ),
    ]


def test_all_who_tie_have_to_be_accepted() -> None:
    tie = Situation("A tie", {"growth": ("even",)}, {}, ("ash", "birch"), "So.")

    found = outcome(WOODS, tie)

    assert (found.firsts, found.accepted) == (("cedar", "birch", "ash"), False)
    assert outcome(WOODS, replace(tie, accepts=("ash", "birch", "cedar"))).accepted


@pytest.mark.parametrize("answers", [{}, {"growth": ("not-sure",)}, {"growth": ("even",)}])
def test_where_nobody_comes_first_nothing_is_accepted(answers: dict[str, tuple[str, ...]]) -> None:
    found = outcome(WOODS, Situation("?", answers, {"growth": "must"}, ("ash", "birch", "cedar"), "So."))

    assert (found.firsts, found.accepted) == ((), False)


def test_nobody_first_is_said() -> None:
    table = scenario() | {"answers": {}, "weights": {}}

    assert [fault.message for fault in unexpected(planted(scenarios=[table]))] == ["has nobody first; accepted: Echo"]


@pytest.mark.parametrize(
    ("answers", "left_out", "taken"),
    [
        ({"age": ("old",), "growth": ("slow",)}, ("age",), {"growth": ("slow",)}),
        ({"parts": ("shade", "fruit")}, ("parts",), {"parts": ("shade",)}),
        ({"parts": ("fruit",), "growth": ("slow",)}, ("parts",), {"growth": ("slow",)}),
        ({"age": ("not-sure",)}, ("age",), {}),
        ({"age": ()}, (), {}),
        ({"growth": ("not-sure",)}, (), {}),
        # What takes one option now: which of them is meant is not ours to choose.
        ({"growth": ("slow", "fast")}, (), {}),
    ],
)
def test_what_the_questionnaire_does_not_have_is_left_out(
    answers: dict[str, tuple[str, ...]], left_out: tuple[str, ...], taken: dict[str, tuple[str, ...]]
) -> None:
    found = outcome(WOODS, Situation("?", answers, {"age": "lot"}, ("ash",), "So."))

    assert found.left_out == left_out
    assert {key: answer.options for key, answer in found.answers.items() if answer.counts} == taken
    assert list(found.answers) == list(WOODS.by_key)


@law(questions=(3, 4))
def test_law_whoever_comes_first_is_the_first_of_the_ranking(case: Case) -> None:
    """Of any answers, by the score itself."""
    for model in (1, 2):
        definition = replace(case.definition, model=model)
        ranking = evaluate(definition, case.answers).ranking
        firsts = tuple(entry.alternative for entry in ranking if entry.place == 1)
        given = {key: answer.options if answer.counts else ("not-sure",) for key, answer in case.answers.items()}
        weights = {key: answer.weight.value for key, answer in case.answers.items()}

        found = outcome(definition, Situation("?", given, weights, firsts or ("ash",), "So."))

        assert found.firsts == firsts
        assert found.accepted == bool(firsts)
        assert found.left_out == ()
        fewer = outcome(definition, Situation("?", given, weights, firsts[1:] or ("nobody",), "So."))
        assert not fewer.accepted


# ---------------------------------------------------------------- with a framework withdrawn


def test_without_an_alternative_the_others_are_expected_and_tried() -> None:
    table = scenario() | {"accepts": ["ash", "cedar"]}
    definition = planted(scenarios=[table]).with_alternatives((), ["cedar"])

    [tried] = try_scenarios(definition)

    assert tried.situation.situation.accepts == ("ash",)
    assert (tried.situation.accepted, tried.twin.accepted) == (True, True)
    assert try_scenarios(planted(scenarios=[table]).with_alternatives((), ["birch"])) == ()


def test_a_version_that_lost_a_question_is_audited() -> None:
    """As if an earlier release had stored it; nothing is checked when it is read."""
    document = WOODS.document()
    document["questions"] = [table for table in document["questions"] if table["key"] != "parts"]
    definition = read_definition(document)

    [tried] = audit(definition).scenarios

    assert tried.situation.left_out == tried.twin.left_out == ("parts",)
    assert (tried.situation.firsts, tried.twin.firsts) == (("ash",), ("birch",))
    with pytest.raises(AnswerError):
        parse_answers(definition, {"parts": {"options": ["shade"]}})


# ---------------------------------------------------------------- as data


def test_the_document_is_part_of_the_audits_and_json() -> None:
    found = audit(WOODS)

    document = json.loads(json.dumps(audit_document(found)))["scenarios"]

    assert document == scenario_documents(found.scenarios)
    [entry] = document
    assert entry["key"] == "yard"
    assert entry["story"] == YARD.story
    twin = entry["twin"]
    assert (twin["name"], twin["why"], twin["accepts"]) == ("A bare yard", "It is to be shady next year.", ["birch"])
    assert (twin["firsts"], twin["accepted"], twin["left_out"]) == (["birch"], True, [])
    assert parse_answers(WOODS, twin["answers"]) == found.scenarios[0].twin.answers


def test_scenarios_say_nothing_of_the_balance() -> None:
    assert audit(expecting("cedar")).balanced == audit(WOODS).balanced
    assert audit(planted(scenarios=[])).scenarios == ()
