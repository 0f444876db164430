"""Telling questions: those whose answers set the alternatives furthest apart, to begin with them."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from fwsite.domain.questionnaire import Definition, Question

SHOWN = 3
"""So many questions are recommended to begin with."""


class Telling(NamedTuple):
    """A question and its ``spread``: the highest fit minus the lowest, as a mean over its options."""

    question: Question
    spread: Fraction


def most_telling(definition: Definition, count: int = SHOWN) -> tuple[Telling, ...]:
    """The questions with the largest spread, the largest first; equal ones in the order of the page."""
    found = [Telling(question, _spread(definition, question)) for question in definition.questions]
    return tuple(sorted(found, key=lambda telling: -telling.spread)[:count])


def _spread(definition: Definition, question: Question) -> Fraction:
    rows = [[option.value(name) for name in definition.names] for option in question.options]
    return Fraction(sum(max(row) - min(row) for row in rows), len(rows))
