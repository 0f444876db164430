"""Telling questions: those whose answers set the alternatives furthest apart, to begin with them."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from fwsite.domain.questionnaire import FIT_MAX, Definition, Option, Question

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


class Lead(NamedTuple):
    """An option, and by how many points the first of two alternatives leads where nothing else is answered."""

    option: Option
    points: int


class TellingApart(NamedTuple):
    """The question that tells two alternatives apart: the lead moves furthest between its options."""

    question: Question
    leads: tuple[Lead, ...]


def telling_apart(definition: Definition, first: str, second: str) -> TellingApart | None:
    """That question, of equally telling ones the first on the page; none where no answer makes a difference.

    An option of which either fit is not known is left out.
    """
    found = [TellingApart(question, _leads(question, first, second)) for question in definition.questions]
    best = max(found, key=_movement, default=None)
    return best if best and _movement(best) else None


def _leads(question: Question, first: str, second: str) -> tuple[Lead, ...]:
    known = [option for option in question.options if {first, second} <= option.fits.keys()]
    return tuple(Lead(each, round(100 * (each.value(first) - each.value(second)) / FIT_MAX)) for each in known)


def _movement(telling: TellingApart) -> int:
    points = [lead.points for lead in telling.leads]
    return max(points) - min(points) if points else 0
