"""The submission parser: for whatever is sent there is a submission or a list of faults, and never both.

Where too little is answered there is neither.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import event, given
from werkzeug.datastructures import MultiDict

from fwsite.blueprints.questionnaire.submission_parser import SubmissionParser
from fwsite.domain.answers import AnswerError, State, Weight, canonical_answers, parse_answers
from fwsite.domain.integer_scoring import Board
from fwsite.domain.questionnaire import NOT_SURE, Definition
from fwsite.domain.scoring import RULES
from tests.support.strategies import Case, chances, define, small_cases

KEY = "k" * 22
Sent = MultiDict[str, str]
WEIGHTS = [*map(str, Weight), "heavy", ""]


def filled_in(case: Case, chance: random.Random) -> Sent:
    """The form of a case, in any order; sometimes with nothing answered, every second time with slips that no browser
    makes.
    """
    sent: Sent = MultiDict({"csrf_token": "x", "submission": KEY})
    for key in chance.sample(list(case.answers), len(case.answers)):
        answer = case.answers[key]
        not_sure = [NOT_SURE] if answer.state is State.NOT_SURE else []
        sent.setlist(f"q-{key}", not_sure or chance.sample(answer.options, len(answer.options)))
        sent.setlist(f"w-{key}", [answer.weight.value] if chance.random() < 0.9 else [])
    if chance.random() < 0.2:
        for key in case.answers:
            sent.setlist(f"q-{key}", chance.choice([[], [NOT_SURE]]))
    for _ in range(chance.choice([0, 0, 1, 2])):
        name = chance.choice([*sent, "submission", "q-unheard-of", "w-", "other"])
        values = [*case.definition.questions[0].by_key, *WEIGHTS, NOT_SURE, "", "short", KEY[1:] + "~"]
        sent.setlist(name, [*chance.choice([sent.getlist(name), []]), chance.choice(values)])
    if chance.random() < 0.1:
        del sent[chance.choice(list(sent))]
    return sent


def answers_sent(definition: Definition, sent: Sent) -> dict[str, dict[str, Any]]:
    """The answers of a form that came whole, in the shape that the command and the domain read."""
    return {
        key: {"options": sent.getlist(f"q-{key}"), "weight": sent.get(f"w-{key}", "normal")}
        for key in definition.by_key
    }


def slips(definition: Definition, sent: Sent) -> bool:
    """Whether any field is none of the form's, or came more often than a browser sends it."""
    most = {"csrf_token": 1, "submission": 1}
    for question in definition.questions:
        most[f"q-{question.key}"] = len(question.options) + 1 if question.multiple else 1
        most[f"w-{question.key}"] = 1
    return any(len(values) > most.get(name, -1) for name, values in sent.lists())


@given(small_cases(), chances)
def test_law_what_is_sent_is_taken_or_has_faults_or_says_too_little(case: Case, chance: random.Random) -> None:
    parser, sent = SubmissionParser(case.definition), filled_in(case, chance)
    for _ in range(2):  # the second time from what the parser remembers
        parsed, faults = parser.parse(sent), parser.faults(sent)
        event("taken" if parsed else "refused" if faults else "too little")
        assert parsed is None or not faults
        if parsed is None and not faults:
            answers = parse_answers(case.definition, answers_sent(case.definition, sent))
            assert sum(answer.counts for answer in answers.values()) < RULES[case.definition.model].answers_needed
        assert all(fault.place in ("", *case.definition.by_key) and fault.message for fault in faults)


@given(small_cases(), chances)
def test_law_a_submission_is_what_the_domain_makes_of_the_answers(case: Case, chance: random.Random) -> None:
    definition, sent = case.definition, filled_in(case, chance)
    parser = SubmissionParser(definition)
    try:
        answers = parse_answers(definition, answers_sent(definition, sent))
    except AnswerError:
        answers = {}
    whole = not slips(definition, sent) and sent.get("submission") == KEY
    enough = sum(answer.counts for answer in answers.values()) >= RULES[definition.model].answers_needed
    for _ in range(2):
        parsed = parser.parse(sent)
        assert (parsed is not None) == (whole and enough)
        if parsed is not None:
            assert (parsed.key, parsed.answers) == (KEY, answers)
            assert list(parsed.answers) == list(answers)
            assert parsed.canonical == canonical_answers(answers)
            assert parsed.winners == Board(definition, answers).winners()


@given(small_cases(), chances)
def test_law_a_parser_that_has_read_other_forms_reads_this_one_alike(case: Case, chance: random.Random) -> None:
    experienced, fresh = SubmissionParser(case.definition), SubmissionParser(case.definition)
    for _ in range(3):
        experienced.parse(filled_in(case, chance))
    sent = filled_in(case, chance)
    assert experienced.parse(sent) == fresh.parse(sent)
    assert experienced.faults(sent) == fresh.faults(sent)


ONE = {"x": (4, 0), "y": (0, 4), "z": (2, 3)}
SINGLE, SEVERAL = (define(ONE, ONE, ONE, multiple=several) for several in (False, True))
FILLED = {"csrf_token": ["t"], "submission": [KEY], "q-q1": ["x"], "q-q2": ["x"], "q-q3": ["y"]}
TWICE = "One answer was sent more than once; choose again."
NOT_SHOWN = "Choose from the answers shown."
WRONG: dict[str, tuple[Definition, dict[str, Sequence[str]], list[tuple[str, str]]]] = {
    "unknown field": (
        SINGLE,
        {"q-q4": ["x"], "more": ["y"]},
        [("", "2 of the fields sent do not belong to this questionnaire.")],
    ),
    "own field twice": (SINGLE, {"submission": [KEY, KEY]}, [("", TWICE)]),
    "answer twice": (SINGLE, {"q-q1": ["x", "x"]}, [("q1", TWICE)]),
    "weight twice": (SINGLE, {"w-q1": ["lot", "lot"]}, [("q1", TWICE)]),
    "unknown option": (SINGLE, {"q-q2": ["v"]}, [("q2", NOT_SHOWN)]),
    "unknown weight": (SINGLE, {"w-q2": ["heavy"]}, [("q2", NOT_SHOWN)]),
    "more than there are": (SEVERAL, {"q-q1": ["x"] * 5}, [("q1", NOT_SHOWN)]),
    "not sure and sure": (
        SEVERAL,
        {"q-q1": ["x", "not-sure"]},
        [("q1", "Choose “Not sure” or other answers, not both.")],
    ),
    "no key": (
        SINGLE,
        {"submission": []},
        [("", "Part of the form did not arrive. Your answers are here: please send it again.")],
    ),
    "several": (SINGLE, {"q-q3": ["v"], "q-q1": ["x", "y"]}, [("q1", TWICE), ("q3", NOT_SHOWN)]),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_a_form_is_said_of_its_question(what: str) -> None:
    definition, changes, expected = WRONG[what]
    parser = SubmissionParser(definition)
    fine: Sent = MultiDict([(name, value) for name, values in FILLED.items() for value in values])
    assert parser.parse(fine) is not None and parser.faults(fine) == []
    sent: Sent = MultiDict([(name, value) for name, values in (FILLED | changes).items() for value in values])
    assert parser.parse(sent) is None
    assert [(fault.place, fault.message) for fault in parser.faults(sent)] == expected


@pytest.mark.parametrize("options", [[], [NOT_SURE]])
def test_nothing_answered_is_neither_taken_nor_wrong(options: list[str]) -> None:
    parser = SubmissionParser(SINGLE)
    sent: Sent = MultiDict({"csrf_token": "t", "submission": KEY, "w-q1": "must"})
    for key in SINGLE.by_key:
        sent.setlist(f"q-{key}", options)
    assert (parser.parse(sent), parser.faults(sent)) == (None, [])
    sent["w-q2"] = "heavy"
    assert parser.faults(sent) == [("q2", NOT_SHOWN, ())]
