"""Integer scoring: what one answer adds to every alternative, in whole numbers, to go through very many quickly.

All sums keep one denominator, so who comes first needs no division and equal scores are equal numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from operator import add
from typing import NamedTuple

from fwsite.domain.answers import WEIGHTS, Answer, Answers
from fwsite.domain.questionnaire import OPTIONS_PER_QUESTION, Definition, Question
from fwsite.domain.scoring import RULES, Rules, misses_must

_SCALE = lcm(*OPTIONS_PER_QUESTION)
"""Makes the mean over any number of chosen options a whole number."""


class Row(NamedTuple):
    """``values`` is what an answer adds to each alternative's sum, ``misses`` is 1 where it shuts one out."""

    values: tuple[int, ...]
    misses: tuple[int, ...]
    counts: bool


def answer_row(question: Question, answer: Answer, names: Sequence[str], rules: Rules) -> Row:
    """The row of one answer, an entry for each of ``names``; all zero where it is not answered."""
    if not answer.counts:
        nothing = (0,) * len(names)
        return Row(nothing, nothing, counts=False)
    factor = WEIGHTS[answer.weight] * _SCALE // len(answer.options)
    return Row(
        values=tuple(factor * sum(question.by_key[option].value(name) for option in answer.options) for name in names),
        misses=tuple(int(misses_must(question, answer, name, rules)) for name in names),
        counts=True,
    )


def firsts(totals: Sequence[int]) -> tuple[int, ...]:
    """Where the highest total stands; in several places where it is shared. ``totals`` must not be empty."""
    highest = max(totals)
    return tuple(place for place, total in enumerate(totals) if total == highest)


def first_of(names: Sequence[str], rows: Sequence[Row], rules: Rules) -> tuple[str, ...]:
    """Who of ``names`` comes first by the rows of all answers, in their order; nobody where there is no ranking."""
    sums = [sum(column) for column in zip(*(row.values for row in rows), strict=True)]
    misses = [sum(column) for column in zip(*(row.misses for row in rows), strict=True)]
    return _first(names, sums, misses, answered=sum(row.counts for row in rows), rules=rules)


def _first(
    names: Sequence[str], sums: Sequence[int], misses: Sequence[int], *, answered: int, rules: Rules
) -> tuple[str, ...]:
    eligible = [place for place, missed in enumerate(misses) if not missed]
    if answered < rules.answers_needed or not eligible:
        return ()
    return tuple(names[eligible[first]] for first in firsts([sums[place] for place in eligible]))


class Shift(NamedTuple):
    """What another answer to one question changes: each alternative's sum, its misses, and how many are answered."""

    values: tuple[int, ...]
    misses: tuple[int, ...]
    answered: int


class Board:
    """The sums and misses of every alternative, of which another answer touches one row."""

    def __init__(self, definition: Definition, answers: Answers) -> None:
        self._definition, self._rules = definition, RULES[definition.model]
        self._names = definition.in_order_of_names
        self._rows = {key: self._row(key, answer) for key, answer in answers.items()}
        self._sums = [sum(column) for column in zip(*(row.values for row in self._rows.values()), strict=True)]
        self._misses = [sum(column) for column in zip(*(row.misses for row in self._rows.values()), strict=True)]
        self._answered = sum(row.counts for row in self._rows.values())

    def _row(self, key: str, answer: Answer) -> Row:
        return answer_row(self._definition.by_key[key], answer, self._names, self._rules)

    def shift(self, question: str, answer: Answer) -> Shift:
        """What this answer in place of the one given changes."""
        before, after = self._rows[question], self._row(question, answer)
        return Shift(
            tuple(new - old for new, old in zip(after.values, before.values, strict=True)),
            tuple(new - old for new, old in zip(after.misses, before.misses, strict=True)),
            after.counts - before.counts,
        )

    def winners(self, *shifts: Shift) -> tuple[str, ...]:
        """Who comes first, ties by name, with these changes of different questions; nobody without a ranking."""
        sums, misses, answered = self._sums, self._misses, self._answered
        for values, missed, counted in shifts:
            sums, misses, answered = list(map(add, sums, values)), list(map(add, misses, missed)), answered + counted
        return _first(self._names, sums, misses, answered=answered, rules=self._rules)
