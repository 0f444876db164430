"""Sensitivity analysis: every single answer that gives another winner, or else the smallest pairs.

A *change* is another option, "not sure", another weight, or a must on or off; where several options may be chosen,
one more or one less. Who comes first is decided in whole numbers (:mod:`fwsite.domain.integer_scoring`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from fwsite.domain.answers import Answer, Answers, State, Weight
from fwsite.domain.integer_scoring import Board, Shift
from fwsite.domain.questionnaire import Definition, Question

MOST_PAIRS = 5
"""So many pairs are told, those with the fewest steps."""
_LEVELS = list(Weight)
_OPTION_STEPS = 2
"""Another option counts as much as two levels of weight."""


class Change(NamedTuple):
    """One answer given otherwise. ``steps`` says how far it is from the answer given."""

    question: str
    answer: Answer
    steps: int


class Flip(NamedTuple):
    """Changes that, made together, put ``winners`` first; more than one where they tie, as a ranking lists them."""

    changes: tuple[Change, ...]
    winners: tuple[str, ...]


def changed(answers: Answers, changes: Sequence[Change]) -> dict[str, Answer]:
    """The answers with the changes made."""
    return {**answers, **{change.question: change.answer for change in changes}}


def flips(definition: Definition, answers: Answers) -> tuple[Flip, ...]:
    """Every single change that gives another winner, in the order of the questions; else the smallest pairs.

    Empty where there is no winner to begin with, and where neither one nor two changes give another. A change
    that leaves nobody, or too few answers for a ranking, gives no winner and is none.
    """
    board = Board(definition, answers)
    winners = board.winners()
    if not winners:
        return ()
    shifts = {
        change: board.shift(question.key, change.answer)
        for question in definition.questions
        for change in _changes(question, answers[question.key])
    }
    singles = _found(board, winners, shifts, ((change,) for change in shifts))
    if singles:
        return tuple(singles)
    pairs = (pair for pair in combinations(shifts, 2) if pair[0].question != pair[1].question)
    found = _found(board, winners, shifts, pairs)
    return tuple(sorted(found, key=lambda flip: sum(change.steps for change in flip.changes))[:MOST_PAIRS])


def _found(
    board: Board, winners: tuple[str, ...], shifts: Mapping[Change, Shift], tried: Iterator[tuple[Change, ...]]
) -> list[Flip]:
    found = []
    for changes in tried:
        others = board.winners(*(shifts[change] for change in changes))
        if others and others != winners:
            found.append(Flip(changes, others))
    return found


def _changes(question: Question, answer: Answer) -> Iterator[Change]:
    """Every answer that is one change away."""
    for options in _other_options(question, answer):
        weight = answer.weight
        yield Change(question.key, Answer(State.ANSWERED, options, weight), _OPTION_STEPS)
    if answer.counts:
        yield Change(question.key, answer._replace(state=State.NOT_SURE, options=()), _OPTION_STEPS)
        for weight in _LEVELS:
            if weight is not answer.weight:
                steps = abs(_LEVELS.index(weight) - _LEVELS.index(answer.weight))
                yield Change(question.key, answer._replace(weight=weight), steps)


def _other_options(question: Question, answer: Answer) -> Iterator[tuple[str, ...]]:
    """Another option; where several may be chosen, one more or one less."""
    for option in question.by_key:
        if not question.multiple:
            options: tuple[str, ...] = (option,)
        else:
            chosen = set(answer.options) ^ {option}
            options = tuple(key for key in question.by_key if key in chosen)
        if options and options != answer.options:
            yield options
