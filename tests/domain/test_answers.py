"""What a visitor sends, checked against the questionnaire and put into one form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwsite.domain.answers import (
    WEIGHTS,
    Answer,
    AnswerError,
    State,
    Weight,
    answers_document,
    canonical_answers,
    parse_answers,
)
from fwsite.domain.questionnaire import Definition, Question
from tests.support.strategies import define, definitions, given_answers

ONE = {"x": (4, 0), "y": (0, 4), "z": (2, 3)}
SINGLE = define(ONE, ONE)
SEVERAL = define(ONE, ONE, multiple=True)


def faults(given: dict[str, Any], definition: Definition = SINGLE) -> list[str]:
    with pytest.raises(AnswerError) as caught:
        parse_answers(definition, given)
    assert str(caught.value) == "; ".join(map(str, caught.value.faults))
    return [str(fault) for fault in caught.value.faults]


# ---------------------------------------------------------------- what is read


def test_an_option_is_an_answer_of_normal_weight() -> None:
    assert parse_answers(SINGLE, {"q1": {"options": ["y"]}})["q1"] == Answer(State.ANSWERED, ("y",), Weight.NORMAL)


@pytest.mark.parametrize("weight", Weight)
def test_each_weight_is_read_by_its_word(weight: Weight) -> None:
    answers = parse_answers(SINGLE, {"q1": {"options": ["y"], "weight": weight.value}})

    assert answers["q1"].weight is weight
    assert answers["q1"].is_must == (weight is Weight.MUST)


def test_weights_have_the_published_numbers() -> None:
    assert [WEIGHTS[weight] for weight in ("little", "normal", "lot", "must")] == [1, 2, 4, 4]


@pytest.mark.parametrize("entry", [{}, {"options": []}, {"weight": "must"}])
def test_no_option_is_skipped(entry: dict[str, Any]) -> None:
    answers = parse_answers(SINGLE, {"q1": entry})

    assert answers["q1"].state is answers["q2"].state is State.SKIPPED
    assert not answers["q1"].counts and not answers["q1"].is_must


def test_not_sure_is_kept_apart_from_skipped_and_does_not_count() -> None:
    answer = parse_answers(SINGLE, {"q1": {"options": ["not-sure"], "weight": "must"}})["q1"]

    assert (answer.state, answer.options, answer.counts, answer.is_must) == (State.NOT_SURE, (), False, False)


def test_several_options_come_back_once_each_in_the_order_of_the_question() -> None:
    answers = parse_answers(SEVERAL, {"q1": {"options": ["z", "x", "z"]}})

    assert answers["q1"].options == ("x", "z")


def test_the_same_option_twice_is_one_option() -> None:
    assert parse_answers(SINGLE, {"q1": {"options": ["x", "x"]}})["q1"].options == ("x",)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"q9": {}}, 'q9: unknown question "q9"; known are q1, q2'),
        ({"q1": {"options": ["w"]}}, 'q1: unknown option "w"; known are x, y, z, not-sure'),
        ({"q1": {"weight": "heavy"}}, 'q1: unknown weight "heavy"; known are little, normal, lot, must'),
        ({"q1": {"wieght": "lot"}}, 'q1: unknown key "wieght"; known are options, weight'),
        ({"q1": {"options": ["x", "y"]}}, "q1: takes one option only"),
        ({"q1": {"options": ["x", "not-sure"]}}, 'q1: "not-sure" cannot be combined with another option'),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault_names_its_question_and_what_would_be_right(given: dict[str, Any], fault: str) -> None:
    assert faults(given) == [fault]


def test_not_sure_cannot_stand_beside_another_option_where_several_are_allowed() -> None:
    assert faults({"q2": {"options": ["not-sure", "x"]}}, SEVERAL) == [
        'q2: "not-sure" cannot be combined with another option'
    ]


@pytest.mark.parametrize("entry", ["x", ["x"], None, 1])
def test_an_entry_that_is_no_object_is_refused(entry: Any) -> None:
    assert faults({"q1": entry}) == ['q1: give an object such as {"options": ["..."], "weight": "normal"}']


@pytest.mark.parametrize("options", ["x", {"x": True}, [1], [None], [["x"]], None, 1])
def test_options_that_are_no_list_of_keys_are_refused(options: Any) -> None:
    assert faults({"q1": {"options": options}}) == ["q1: options must be a list of option keys"]


@pytest.mark.parametrize("weight", [None, 2, True, ["lot"], {"lot": 1}, "Lot", ""])
def test_a_weight_that_is_no_word_of_ours_is_refused(weight: Any) -> None:
    (fault,) = faults({"q1": {"options": ["x"], "weight": weight}})

    assert fault.startswith("q1: unknown weight")


def test_every_fault_is_reported_at_once() -> None:
    given = {"q9": {}, "q2": {"options": ["v", "w"]}, "q1": {"options": ["x", "y"], "weight": "heavy", "note": "hi"}}

    assert [fault.partition(";")[0] for fault in faults(given)] == [
        'q9: unknown question "q9"',
        'q1: unknown key "note"',
        'q1: unknown weight "heavy"',
        "q1: takes one option only",
        'q2: unknown option "v"',
        'q2: unknown option "w"',
    ]


# ---------------------------------------------------------------- one form for equal answers


def questionnaire_and_answers() -> st.SearchStrategy[tuple[Definition, dict[str, Any]]]:
    return definitions().flatmap(lambda definition: st.tuples(st.just(definition), given_answers(definition)))


@given(questionnaire_and_answers(), st.data())
def test_equal_answers_are_equal_whatever_order_they_came_in(pair: tuple, data: st.DataObject) -> None:
    definition, given = pair
    again = {
        key: {"weight": given[key]["weight"], "options": data.draw(st.permutations(given[key]["options"]))}
        for key in data.draw(st.permutations(list(given)))
    }

    one, other = parse_answers(definition, given), parse_answers(definition, again)

    assert list(one.items()) == list(other.items())
    assert list(one) == list(definition.by_key)
    assert canonical_answers(one) == canonical_answers(other)


@given(questionnaire_and_answers())
def test_the_document_of_answers_reads_back_as_the_same_answers(pair: tuple) -> None:
    definition, given = pair
    answers = parse_answers(definition, given)

    again = parse_answers(definition, json.loads(canonical_answers(answers)))

    assert again == {key: Answer() if answer.state is State.SKIPPED else answer for key, answer in answers.items()}


def test_skipped_questions_are_left_out_of_the_document_and_not_sure_is_not() -> None:
    answers = parse_answers(SINGLE, {"q1": {"options": ["not-sure"]}, "q2": {"options": [], "weight": "lot"}})

    assert answers_document(answers) == {"q1": {"options": ["not-sure"], "weight": "normal"}}


@given(questionnaire_and_answers(), st.data())
def test_different_answers_have_different_canonical_texts(pair: tuple, data: st.DataObject) -> None:
    definition, given = pair
    question: Question = data.draw(st.sampled_from(definition.questions))
    before = parse_answers(definition, given)
    other = data.draw(st.sampled_from([*question.by_key, "not-sure"]))
    after = parse_answers(definition, given | {question.key: {"options": [other], "weight": "lot"}})

    same = answers_document(before) == answers_document(after)
    assert (canonical_answers(before) == canonical_answers(after)) == same
