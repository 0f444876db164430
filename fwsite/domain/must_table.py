"""Table of must-haves: how each alternative meets each of them, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fwsite.domain.phrases import must_words
from fwsite.domain.questionnaire import Definition
from fwsite.domain.report import Advice


class MustCell(NamedTuple):
    """How one alternative meets one must, in a word or by the packages that bring it."""

    words: str
    passes: bool
    is_named: bool
    """Whether the alternative is one that the verdict names."""


class MustRow(NamedTuple):
    """One must: the label of its option, and a cell for each alternative; of a team, for how many it is one."""

    label: str
    cells: tuple[MustCell, ...]
    people: str = ""


def must_rows(definition: Definition, advice: Advice, order: Sequence[str]) -> Iterator[MustRow]:
    """A row for each must of ``advice``, with the cells in the ``order`` of alternatives."""
    named = advice.recommendation.named
    for must in advice.musts:
        cells = (
            MustCell(must_words(definition, must, name, advice.releases), must.cells[name].met.passes, name in named)
            for name in order
        )
        yield MustRow(definition.by_key[must.question].by_key[must.option].label, tuple(cells))
