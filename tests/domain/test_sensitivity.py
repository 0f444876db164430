"""What would change a result: compared with trying every change through the score itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given

from fwsite.domain.answers import Answer, State, Weight
from fwsite.domain.questionnaire import Definition, Question
from fwsite.domain.scoring import evaluate
from fwsite.domain.sensitivity import MOST_PAIRS, Change, Flip, changed, flips
from tests.support.records import replace
from tests.support.strategies import Case, answer, define, small_cases

Answers = dict[str, Answer]
LEVELS = ["little", "normal", "lot", "must"]


def winners(definition: Definition, answers: Answers) -> tuple[str, ...]:
    """Everyone in the first place, by the score."""
    return tuple(entry.alternative for entry in evaluate(definition, answers).ranking if entry.place == 1)


def neighbours(question: Question, given: Answer) -> Iterator[tuple[Answer, int]]:
    """Every answer one change away, and how far it is: two steps to another option, one to the next weight."""
    keys = list(question.by_key)
    for number in range(1, 2 ** len(keys)):
        options = tuple(key for bit, key in enumerate(keys) if number >> bit & 1)
        one_toggled = len(set(options) ^ set(given.options)) == 1
        if one_toggled if question.multiple else len(options) == 1 and options != given.options:
            yield Answer(State.ANSWERED, options, given.weight), 2
    if given.counts:
        yield Answer(State.NOT_SURE, (), given.weight), 2
        for weight in LEVELS:
            if weight != given.weight:
                yield replace(given, weight=Weight(weight)), abs(LEVELS.index(weight) - LEVELS.index(given.weight))


def by_trying(case: Case, number: int) -> dict[frozenset[tuple[str, Answer]], tuple[tuple[str, ...], int]]:
    """Every so many changes, of different questions, that give other winners: the winners, and the steps."""
    before = winners(case.definition, case.answers)
    single = [
        (key, reply, steps)
        for key, given in case.answers.items()
        for reply, steps in neighbours(case.definition.by_key[key], given)
    ]
    found = {}
    for chosen in combinations(single, number):
        made = {key: reply for key, reply, _ in chosen}
        after = winners(case.definition, {**case.answers, **made})
        if len(made) == number and after and after != before:
            found[frozenset(made.items())] = (after, sum(steps for _, _, steps in chosen))
    return found


def told(found: tuple[Flip, ...]) -> dict[frozenset[tuple[str, Answer]], tuple[tuple[str, ...], int]]:
    return {
        frozenset((change.question, change.answer) for change in flip.changes): (
            flip.winners,
            sum(change.steps for change in flip.changes),
        )
        for flip in found
    }


@given(small_cases())
def test_exactly_the_single_changes_that_change_the_winner_are_told(case: Case) -> None:
    found = flips(case.definition, case.answers)

    if not winners(case.definition, case.answers):
        assert found == ()
    elif singles := by_trying(case, 1):
        assert told(found) == singles
        assert len(found) == len(singles)
        order = list(case.definition.by_key)
        asked = [order.index(flip.changes[0].question) for flip in found]
        assert asked == sorted(asked)
    else:
        assert all(len(flip.changes) == 2 for flip in found)


@given(small_cases(questions=(3,), alternatives=(2, 3)))
def test_where_no_single_change_does_the_smallest_pairs_are_told(case: Case) -> None:
    if not winners(case.definition, case.answers) or by_trying(case, 1):
        return
    pairs = by_trying(case, 2)

    found = flips(case.definition, case.answers)

    assert told(found).items() <= pairs.items()
    steps = [sum(change.steps for change in flip.changes) for flip in found]
    assert steps == sorted(steps for _, steps in pairs.values())[:MOST_PAIRS]


@given(small_cases())
def test_each_change_is_of_another_question_and_none_is_empty(case: Case) -> None:
    for flip in flips(case.definition, case.answers):
        asked = [change.question for change in flip.changes]
        assert len(set(asked)) == len(asked) in (1, 2)
        for change in flip.changes:
            question = case.definition.by_key[change.question]
            assert change.steps in (1, 2, 3)
            assert change.answer.counts == bool(change.answer.options)
            assert list(change.answer.options) == [key for key in question.by_key if key in change.answer.options]
            assert question.multiple or len(change.answer.options) < 2
            assert change.answer.state is not State.SKIPPED


# ---------------------------------------------------------------- by example


def test_a_firm_result_has_nothing_near() -> None:
    definition = define(*[{"x": (4, 0), "y": (4, 1)}] * 6)

    assert flips(definition, answer(definition, **dict.fromkeys(definition.by_key, "x"))) == ()


def test_without_a_winner_nothing_is_told() -> None:
    definition = define(*[{"x": (4, 0), "y": (0, 4)}] * 4)

    assert flips(definition, answer(definition)) == ()
    assert flips(replace(definition, model=1), answer(definition, q1="x", q2="y")) == ()
    assert flips(definition, answer(definition, "must", q1="x", q2="y", q3="x")) == ()


@pytest.mark.parametrize(("model", "needed"), [(1, 3), (2, 1)])
def test_an_answer_less_than_a_ranking_needs_is_no_change(model: int, needed: int) -> None:
    more = [{"x": (2, 3), "y": (2, 4)}] * 2
    definition = replace(define({"x": (4, 0), "y": (0, 2)}, *more[: needed - 1]), model=model)

    found = flips(definition, answer(definition, **dict.fromkeys(definition.by_key, "x")))

    assert found
    assert all(change.answer.counts for flip in found for change in flip.changes)


def test_a_must_that_shuts_the_winner_out_is_told() -> None:
    definition = define({"x": (2, 3), "y": (0, 4)}, *[{"x": (4, 2), "y": (4, 2)}] * 4)
    answers = answer(definition, **dict.fromkeys(definition.by_key, "x"))

    found = flips(definition, answers)

    must = Change("q1", replace(answers["q1"], weight=Weight.MUST), 2)
    assert found == (Flip((must,), ("birch",)),)
    assert changed(answers, found[0].changes)["q1"].weight is Weight.MUST
    assert answers["q1"].weight is Weight.NORMAL


def test_winners_that_tie_are_told_as_a_ranking_lists_them() -> None:
    definition = define({"x": (4, 3, 3), "y": (3, 3, 3)}, *[{"x": (3, 3, 3), "y": (0, 4, 4)}] * 2)

    found = flips(definition, answer(definition, q1="x", q2="x", q3="x"))

    assert Flip((Change("q1", Answer(State.ANSWERED, ("y",)), 2),), ("cedar", "birch", "ash")) in found


def test_only_so_many_pairs_are_told_and_the_nearest_first() -> None:
    definition = define(*[{"x": (4, 3), "y": (3, 4)}] * 6)
    answers = answer(definition, **dict.fromkeys(definition.by_key, "x"))

    assert flips(definition, answers) == ()

    nearer = answers | {key: replace(answers[key], options=("y",)) for key in ("q1",)}
    found = flips(definition, nearer)
    steps = [sum(change.steps for change in flip.changes) for flip in found]

    assert len(found) == MOST_PAIRS
    assert all(len(flip.changes) == 2 for flip in found)
    assert steps == sorted(steps)


@pytest.mark.parametrize("multiple", [False, True])
def test_ten_questions_and_five_alternatives_take_less_than_half_a_second(multiple: bool) -> None:
    """All pairs are tried, as nothing changes this winner."""
    definition = define(*[dict.fromkeys("vwxyz", (4, 0, 1, 1, 0))] * 10, multiple=multiple)
    answers = answer(definition, **dict.fromkeys(definition.by_key, "x"))

    start = time.process_time()

    assert flips(definition, answers) == ()
    assert time.process_time() - start < 0.5
