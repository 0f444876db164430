"""Musts (constraints): how each alternative meets what the visitor must have, and by which package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from fwsite.domain.answers import Answers
from fwsite.domain.questionnaire import FIT_ADD_ON, FIT_MAX, Definition, Fit
from fwsite.domain.scoring import RULES


class Met(StrEnum):
    """How a must is met."""

    BUILT_IN = "built_in"
    PACKAGE = "package"
    HELP = "help"
    """With a little help that is no package, which the reason of the fit says."""
    BY_HAND = "by_hand"
    """Possible, and not met: the visitor would have to write it."""
    NO = "no"
    UNVERIFIED = "unverified"
    """Nobody has judged it; it leaves nobody out."""

    @property
    def passes(self) -> bool:
        """Whether an alternative is ranked with it."""
        return self in (Met.BUILT_IN, Met.PACKAGE, Met.HELP, Met.UNVERIFIED)


class Cell(NamedTuple):
    """How one alternative meets one must; ``packages`` are the index names that bring it."""

    met: Met
    packages: tuple[str, ...] = ()


class Must(NamedTuple):
    """One thing that has to be there, an option of a question that is a must, and how each alternative meets it."""

    question: str
    option: str
    cells: Mapping[str, Cell]


def musts(definition: Definition, answers: Answers) -> tuple[Must, ...]:
    """A row for each option that must be met, in the order of the questions."""
    return tuple(_musts(definition, answers))


def _musts(definition: Definition, answers: Answers) -> Iterator[Must]:
    least = RULES[definition.model].must_fit
    for question in definition.questions:
        answer = answers[question.key]
        for option in question.options if answer.is_must else ():
            if option.key in answer.options:
                cells = {name: _cell(option.fits.get(name), least) for name in definition.names}
                yield Must(question.key, option.key, cells)


def _cell(fit: Fit | None, least: int) -> Cell:
    if fit is None:
        return Cell(Met.UNVERIFIED)
    if fit.value < least:
        return Cell(Met.BY_HAND if fit.value >= FIT_ADD_ON - 1 else Met.NO)
    if fit.value == FIT_MAX:
        return Cell(Met.BUILT_IN)
    return Cell(Met.PACKAGE if fit.via else Met.HELP, fit.via)
