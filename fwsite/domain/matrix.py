"""Matrix: everything compared as rows of one table, the frameworks as its columns.

Facts come first, figures and what extensions know after them, ratings last. A row *differs* where two of the
frameworks that are shown do not have the same in it: those rows are what a choice can rest on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fwsite.domain.columns import Cell as Figure
from fwsite.domain.columns import FilledColumn
from fwsite.domain.comparison import Claim, Comparison, Criterion, Framework, Rating, Side
from fwsite.domain.evidence import Evidence
from fwsite.domain.facts import Availability, availability_of

FURTHER = "Further facts"
"""The group of what extensions know and name no group for."""
RATINGS = "Ratings"
POINTS_IN_CELL = 3
"""So many pros and so many cons open in a cell; all of them stand on the page that it links to."""


class GroupKind(StrEnum):
    """What the cells of a group hold."""

    FACTS = "facts"
    FIGURES = "figures"
    RATINGS = "ratings"


@dataclass(frozen=True)
class MatrixCell:
    """What one framework has in one row; of ``fact``, ``rating`` and ``figure`` one at most is there.

    ``version`` is that of the newest known release of the package that a fact names, empty where it names none.
    ``pros`` and ``cons`` are the first of each, ``total`` says how many points there are.
    """

    framework: Framework
    fact: Claim | None = None
    availability: Availability | None = None
    version: str = ""
    rating: Rating | None = None
    is_best: bool = False
    figure: Figure | None = None
    pros: tuple[Claim, ...] = ()
    cons: tuple[Claim, ...] = ()
    total: int = 0

    @property
    def evidence(self) -> Evidence | None:
        """The evidence of what stands in the cell; none for an empty one."""
        held = self.fact or self.rating or self.figure
        return held.evidence if held else None

    @property
    def value(self) -> str | int | None:
        """What the cell has, for comparing it with its neighbours."""
        if self.fact:
            return self.fact.answer.casefold()
        if self.rating:
            return self.rating.score
        return self.figure.text if self.figure else None


@dataclass(frozen=True)
class MatrixRow:
    """One thing compared: ``key`` is the row's anchor, ``question`` what it asks, where it asks anything."""

    key: str
    name: str
    cells: tuple[MatrixCell, ...]
    question: str = ""
    finding: str = ""

    @property
    def differs(self) -> bool:
        """Whether two of the frameworks shown do not have the same in it."""
        return len({cell.value for cell in self.cells}) > 1

    @property
    def has_states(self) -> bool:
        """Whether it says whether there is something, rather than what."""
        return any(cell.availability not in (None, Availability.TEXT) for cell in self.cells)


@dataclass(frozen=True)
class MatrixGroup:
    """Rows under one name; ``evidence`` is that of most of their cells, said once, so that only others say theirs."""

    name: str
    kind: GroupKind
    rows: tuple[MatrixRow, ...]

    @property
    def evidence(self) -> Evidence | None:
        """The mark that most cells would wear; of equally many the first."""
        marks = Counter(cell.evidence for row in self.rows for cell in row.cells if cell.evidence)
        return marks.most_common(1)[0][0] if marks else None

    @property
    def source(self) -> str:
        """The address that all of its figures come from; empty where they come from several, or from none."""
        found = {cell.figure.source for row in self.rows for cell in row.cells if cell.figure}
        return found.pop() if len(found) == 1 else ""

    @property
    def has_states(self) -> bool:
        """Whether one of its rows says whether there is something, rather than what."""
        return any(row.has_states for row in self.rows)


@dataclass(frozen=True)
class Matrix:
    """The whole table: ``groups`` in order, each with a row at least."""

    frameworks: tuple[Framework, ...]
    groups: tuple[MatrixGroup, ...]

    @property
    def rows(self) -> tuple[MatrixRow, ...]:
        """The rows of all groups."""
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def differing(self) -> int:
        """How many rows differ."""
        return sum(row.differs for row in self.rows)

    def only(self, *, differing: bool) -> Matrix:
        """The rows that differ, or those that are the same for all that are shown."""
        found = (
            MatrixGroup(group.name, group.kind, tuple(row for row in group.rows if row.differs is differing))
            for group in self.groups
        )
        return Matrix(self.frameworks, tuple(group for group in found if group.rows))


def make_matrix(comparison: Comparison, columns: Sequence[FilledColumn], versions: Mapping[str, str]) -> Matrix:
    """The table of a comparison.

    ``columns`` are figures and facts from elsewhere; ``versions`` has the newest release of each package that is
    known, by its name.
    """
    groups: dict[str, tuple[GroupKind, list[MatrixRow]]] = {}
    for name, rows in comparison.groups.items():
        groups[name] = (GroupKind.FACTS, [_facts(comparison, row, versions) for row in rows])
    for column in columns:
        _, rows_of = groups.setdefault(column.group or FURTHER, (GroupKind.FIGURES, []))
        rows_of.append(_figures(comparison, column))
    groups[RATINGS] = (GroupKind.RATINGS, [_ratings(comparison, each) for each in comparison.criteria])
    found = (MatrixGroup(name, kind, tuple(_said(kind, rows))) for name, (kind, rows) in groups.items())
    return Matrix(comparison.frameworks, tuple(group for group in found if group.rows))


def _said(kind: GroupKind, rows: Iterable[MatrixRow]) -> Iterator[MatrixRow]:
    """The rows in which anything is said; a criterion stays without a rating, so that its absence is seen."""
    return (row for row in rows if kind is GroupKind.RATINGS or any(cell.value is not None for cell in row.cells))


def _facts(comparison: Comparison, row: Criterion, versions: Mapping[str, str]) -> MatrixRow:
    def cell(framework: Framework) -> MatrixCell:
        fact = comparison.fact(framework.key, row.key)
        others = comparison.said_on(framework.key, row.key)
        return MatrixCell(
            framework,
            fact=fact,
            availability=availability_of(fact.answer, versions) if fact else None,
            version=versions.get(fact.answer, "") if fact else "",
            pros=tuple(each for each in others if each.side is Side.PRO)[:POINTS_IN_CELL],
            cons=tuple(each for each in others if each.side is Side.CON)[:POINTS_IN_CELL],
            total=len(others),
        )

    return MatrixRow(row.key, row.name, tuple(map(cell, comparison.frameworks)), row.question, row.finding)


def _figures(comparison: Comparison, column: FilledColumn) -> MatrixRow:
    cells = (MatrixCell(framework, figure=column.cells.get(framework.key)) for framework in comparison.frameworks)
    return MatrixRow(column.key, column.label, tuple(cells))


def _ratings(comparison: Comparison, criterion: Criterion) -> MatrixRow:
    def cell(framework: Framework) -> MatrixCell:
        rating = comparison.rating(framework.key, criterion.key)
        return MatrixCell(
            framework,
            rating=rating,
            is_best=rating is not None and comparison.is_best(rating),
            pros=comparison.claims_on(framework.key, Side.PRO, criterion.key)[:POINTS_IN_CELL],
            cons=comparison.claims_on(framework.key, Side.CON, criterion.key)[:POINTS_IN_CELL],
            total=comparison.total_in(framework.key, criterion.key),
        )

    cells = tuple(map(cell, comparison.frameworks))
    return MatrixRow(criterion.key, criterion.name, cells, criterion.question, criterion.finding)
