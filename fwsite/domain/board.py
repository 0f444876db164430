"""What one answer adds to every alternative, in whole numbers: for going through very many answers quickly.

All sums keep one denominator, so who comes first needs no division and equal scores are equal numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm

from fwsite.domain.answers import WEIGHTS, Answer
from fwsite.domain.questionnaire import OPTIONS_PER_QUESTION, Question
from fwsite.domain.scoring import MUST_FIT

_SCALE = lcm(*OPTIONS_PER_QUESTION)
"""Makes the mean over any number of chosen options a whole number."""


@dataclass(frozen=True)
class Row:
    """``values`` is what an answer adds to each alternative's sum, ``misses`` is 1 where it shuts one out."""

    values: tuple[int, ...]
    misses: tuple[int, ...]
    counts: bool


def answer_row(question: Question, answer: Answer, names: Sequence[str]) -> Row:
    """The row of one answer, an entry for each of ``names``; all zero where it is not answered."""
    if not answer.counts:
        nothing = (0,) * len(names)
        return Row(nothing, nothing, counts=False)
    fits = [[question.by_key[option].value(name) for option in answer.options] for name in names]
    factor = WEIGHTS[answer.weight] * _SCALE // len(answer.options)
    return Row(
        values=tuple(factor * sum(row) for row in fits),
        misses=tuple(int(answer.is_must and min(row) < MUST_FIT) for row in fits),
        counts=True,
    )


def firsts(totals: Sequence[int]) -> tuple[int, ...]:
    """Where the highest total stands; in several places where it is shared. ``totals`` must not be empty."""
    highest = max(totals)
    return tuple(place for place, total in enumerate(totals) if total == highest)
