"""The first model: what its versions say is worked out as it was before there was a second one.

Definition, answers and document were written by the code of that time.
"""

from __future__ import annotations

from fwsite.domain.answers import parse_answers
from fwsite.domain.questionnaire import Definition, parse_definition
from fwsite.domain.report import make_report, report_from_document, result_document
from tests.support.records import replace
from tests.support.strategies import answer, definition_document

DEFINITION = replace(
    parse_definition(
        definition_document(
            [
                {"x": (4, 2, 1), "y": (0, 3, 4)},
                {"x": (3, 2, None), "y": (0, 4, 1)},
                {"x": (2, 1, 4), "y": (1, 2, 3)},
            ]
        )
    ),
    model=1,
)
GIVEN = {
    "q1": {"options": ["x"], "weight": "must"},
    "q2": {"options": ["x"], "weight": "lot"},
    "q3": {"options": ["x"], "weight": "little"},
}
DOCUMENT = {
    "definition": "f1ce9b6df8954bcfacd7463ac68875307e3c50cbf92c2c1c0fec6864f74d1018",
    "reviewed_on": "2026-11-22",
    "answers": GIVEN,
    "answered": 3,
    "asked": 3,
    "standing": "provisional",
    "strength": "clear",
    "lead": 36,
    "mean": {"exact": "47/72", "points": 65},
    "scores": {
        "ash": {"exact": "5/6", "points": 83},
        "birch": {"exact": "17/36", "points": 47},
        "cedar": {"exact": "4/9", "points": 44},
    },
    "ranking": [
        {"alternative": "ash", "name": "Echo", "place": 1, "points": 83, "tied": False, "unverified": []},
        {"alternative": "birch", "name": "delta", "place": 2, "points": 47, "tied": False, "unverified": []},
    ],
    "contributions": {
        "ash": {
            "q1": {"exact": "1/9", "points": 11},
            "q2": {"exact": "1/18", "points": 6},
            "q3": {"exact": "1/72", "points": 1},
        },
        "birch": {
            "q1": {"exact": "-1/9", "points": -11},
            "q2": {"exact": "-1/18", "points": -6},
            "q3": {"exact": "-1/72", "points": -1},
        },
    },
    "left_out": [{"alternative": "cedar", "name": "Alfa", "needs": ["q1"], "would_be": 3}],
    "unknown": [{"alternative": "cedar", "question": "q2"}],
    "robustness": {
        "band": "clear",
        "exact": {"ash": "1", "birch": "0"},
        "per_cent": {"ash": 100, "birch": 0},
        "winner": "ash",
    },
    "would_change": [
        {"changes": [{"options": ["y"], "question": "q1", "steps": 2, "weight": "must"}], "first": ["cedar"]},
        {"changes": [{"options": ["y"], "question": "q2", "steps": 2, "weight": "lot"}], "first": ["birch"]},
    ],
}


def worked_out(definition: Definition) -> dict[str, object]:
    answers = parse_answers(definition, GIVEN)
    return result_document(definition, answers, make_report(definition, answers))


def test_a_result_is_what_it_was_to_the_digit() -> None:
    """A fit of 2 meets the must, and there is neither verdict nor stack."""
    assert worked_out(DEFINITION) == DOCUMENT


def test_a_stored_result_is_read_back_without_what_the_second_adds() -> None:
    report = report_from_document(DOCUMENT)

    assert report.advice is None
    assert [entry.losses for entry in report.result.ranking] == [(), ()]
    answers = parse_answers(DEFINITION, GIVEN)
    assert result_document(DEFINITION, answers, report) == DOCUMENT


def test_two_answers_are_too_few() -> None:
    report = make_report(DEFINITION, answer(DEFINITION, q1="x", q2="x"))

    assert (report.result.standing, report.result.ranking, report.advice) == ("too_few", (), None)


def test_the_same_questions_by_the_second_leave_out_what_is_done_by_hand() -> None:
    found = worked_out(replace(DEFINITION, model=2))

    assert (found["verdict"], found["named"], found["strength"]) == ("only", ["ash"], "only")
    assert [out["alternative"] for out in found["left_out"]] == ["birch", "cedar"]
