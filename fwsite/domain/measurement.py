"""Measured run: figures of one run of ``fwsite measure``, as ratios with their range.

Absolute figures of time do not travel between machines, ratios do; a ratio is the median of those of its samples,
which were taken side by side, and its range is the lowest and the highest of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import inf
from statistics import median
from typing import Any, NamedTuple

FORMAT = 1
NO_DIFFERENCE = 0.10
"""A ratio closer to 1 than this is printed as no difference: that much lies within what machines do by themselves."""


class RunError(ValueError):
    """A file that holds no run of this format; the message says what is wrong."""


class Ratio(NamedTuple):
    """How many times as much: the median, and the range of the samples."""

    value: float
    low: float
    high: float

    @property
    def is_difference(self) -> bool:
        """Whether it is far enough from 1, and its whole range on one side of it."""
        return abs(self.value - 1) >= NO_DIFFERENCE and (self.low > 1 or self.high < 1)

    @property
    def is_exact(self) -> bool:
        """Whether there is no range, as of what was counted."""
        return self.low == self.high

    @property
    def times(self) -> float:
        """How many times the one is the other, whichever is more."""
        if self.value >= 1:
            return self.value
        return 1 / self.value if self.value else inf

    def __str__(self) -> str:
        return _digits(self.value)

    @property
    def range(self) -> str:
        """``0.50 to 0.55``."""
        return f"{_digits(self.low)} to {_digits(self.high)}"


def _digits(number: float) -> str:
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"


class Cell(NamedTuple):
    """What a figure is of: ``measure`` such as ``memory``, ``workload`` such as ``resident``, and the entry."""

    measure: str
    workload: str
    entry: str


@dataclass(frozen=True)
class Figure:
    """Samples of one cell, in ``unit``; those of time are ratios to the run's reference already."""

    cell: Cell
    samples: tuple[float, ...]
    unit: str

    @property
    def value(self) -> float:
        """The median of the samples."""
        return median(self.samples)

    @property
    def amount(self) -> str:
        """What it is in its unit, ``46 MB``; empty for a ratio, and for what only travels as one."""
        if self.unit == "count":
            return f"{self.value:,.0f}"
        return f"{self.value:.0f} MB" if self.unit == "MB" else ""


@dataclass(frozen=True)
class Subject:
    """An environment with its versions; ``left_out`` says why it was not measured, or is empty."""

    key: str
    name: str
    framework: str
    versions: Mapping[str, str]
    python: str
    left_out: str = ""


@dataclass(frozen=True)
class Entry:
    """A way of running a subject, such as Django behind ASGI."""

    key: str
    subject: str
    name: str
    interface: str
    server: str = ""
    left_out: str = ""


@dataclass(frozen=True, eq=False)
class Run:
    """One run: where and when, what was measured, its controls, and the stamps that keep it from being published.

    Each is itself alone, so that what follows from it can be remembered by it.
    """

    made_at: datetime
    seconds: float
    stamps: tuple[str, ...]
    reference: str
    environment: Mapping[str, Any]
    subjects: Mapping[str, Subject]
    entries: Mapping[str, Entry]
    figures: Mapping[Cell, Figure]
    controls: Mapping[str, Ratio]
    load: float

    @property
    def key(self) -> str:
        """What the run is called in addresses: ``2026-11-30-164012``."""
        return f"{self.made_at:%Y-%m-%d-%H%M%S}"

    @property
    def is_publishable(self) -> bool:
        """Whether claims may rest on it: it is whole, and the machine was quiet."""
        return not self.stamps

    @property
    def duration(self) -> str:
        """``5.3 minutes``; below one, ``40 seconds``."""
        return f"{self.seconds / 60:.1f} minutes" if self.seconds >= 60 else f"{self.seconds:.0f} seconds"

    @property
    def left_out(self) -> list[str]:
        """The names of subjects, and of entries of other subjects, that were to be measured and could not."""
        subjects = [subject for subject in self.subjects.values() if subject.left_out]
        keys = {subject.key for subject in subjects}
        entries = [entry for entry in self.entries.values() if entry.left_out and entry.subject not in keys]
        return [*(subject.name for subject in subjects), *(entry.name for entry in entries)]

    def ratio(self, measure: str, workload: str, entry: str, against: str) -> Ratio | None:
        """How many times as much the one takes as the other; none where either was not measured."""
        one, other = (self.figures.get(Cell(measure, workload, key)) for key in (entry, against))
        if one is None or other is None or not all(other.samples):
            return None
        if len(one.samples) != len(other.samples):
            return Ratio(one.value / other.value, one.value / other.value, one.value / other.value)
        ratios = [mine / theirs for mine, theirs in zip(one.samples, other.samples, strict=True)]
        return Ratio(median(ratios), min(ratios), max(ratios))

    def charts(self) -> list[tuple[str, str]]:
        """Measure and workload of every table of figures, in the order in which they were measured."""
        return list(dict.fromkeys((cell.measure, cell.workload) for cell in self.figures))

    def amounts(self, measure: str, workload: str, entry: str, against: str) -> str:
        """Both sides of a ratio as they are, ``3 against 10``; empty for those of time, which tell nothing alone."""
        found = [self.figures.get(Cell(measure, workload, key)) for key in (entry, against)]
        amounts = [figure.amount for figure in found if figure and figure.amount]
        return " against ".join(amounts) if len(amounts) == len(found) else ""

    def rows(self, measure: str, workload: str) -> list[Figure]:
        """The figures of one table, the smallest first."""
        found = [each for cell, each in self.figures.items() if cell[:2] == (measure, workload)]
        return sorted(found, key=lambda figure: figure.value)

    def version_of(self, package: str) -> str | None:
        """The version of a package that was measured, wherever it was installed first; none where it was not."""
        return next(
            (subject.versions[package] for subject in self.subjects.values() if package in subject.versions), None
        )


def read_run(document: Any) -> Run:
    """The run that ``fwsite measure`` wrote. Raises :class:`RunError`."""
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        raise RunError(f"is no run of format {FORMAT}")
    try:
        return Run(
            made_at=datetime.fromisoformat(str(document["made_at"]).replace("Z", "+00:00")).replace(tzinfo=None),
            seconds=float(document["seconds"]),
            stamps=tuple(map(str, document["stamps"])),
            reference=str(document["reference"]),
            environment=dict(document["environment"]),
            subjects={row["key"]: Subject(**row) for row in document["subjects"]},
            entries={row["key"]: Entry(**row) for row in document["entries"]},
            figures={figure.cell: figure for figure in map(_figure, document["figures"])},
            controls={row["measure"]: _spread(row["samples"]) for row in document["controls"]},
            load=float(document["load"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(f"has a part that cannot be read: {error!r}") from error


def _figure(row: Mapping[str, Any]) -> Figure:
    samples = tuple(map(float, row["samples"]))
    if not samples:
        raise ValueError("a figure without samples")
    return Figure(Cell(str(row["measure"]), str(row["workload"]), str(row["entry"])), samples, str(row["unit"]))


def _spread(samples: Any) -> Ratio:
    numbers = list(map(float, samples))
    return Ratio(median(numbers), min(numbers), max(numbers))
