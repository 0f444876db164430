"""Charts: the figures of a run as tables with bars, each row a ratio to the run's reference."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from fwsite.domain.measurement import Cell, Figure, Ratio, Run

TITLES = {
    ("memory", "resident"): "Memory of one worker, as the system counts it",
    ("memory", "unique"): "Memory of one worker that it shares with nobody",
    ("time", "json"): "Processor time, a JSON answer",
    ("time", "row"): "Processor time, one row as JSON",
    ("time", "page"): "Processor time, 20 rows as a page",
    ("time", "list"): "Processor time, a list of 100 as JSON",
    ("time", "nplus1"): "Processor time, a page with a query for each row",
    ("waiting", "waiting"): "Answers to 64 clients while each waits for another service",
    ("distributions", "install"): "Packages that an installation brings",
    ("disk", "install"): "Disk space",
    ("lines", "app"): "Lines of the application",
    ("statements", "nplus1"): "SQL statements for a page with a query for each row",
}
"""What the charts on a run's page are called, in their order; the rest is counted, and comes behind them."""
COUNTED = {"calls": "Python calls", "statements": "SQL statements"}
MORE_IS_BETTER = frozenset({"waiting"})
_BAR = 78
"""Per cent of a chart's width that its longest whisker takes."""


class Bar(NamedTuple):
    """One row of a chart: lengths are per cent of its width."""

    figure: Figure
    name: str
    ratio: Ratio
    is_reference: bool
    width: float
    low: float
    high: float

    @property
    def behind(self) -> str:
        """What stands behind the ratio: the amount, where there is one, and the range, where there is one."""
        amount = self.figure.amount
        if self.is_reference or self.ratio.is_exact:
            return amount or ("reference" if self.is_reference else self.ratio.range)
        return f"{amount}, {self.ratio.range}" if amount else self.ratio.range


class Chart(NamedTuple):
    """One measure of one workload, the smallest first; ``one`` is where 1 stands."""

    of: tuple[str, str]
    bars: tuple[Bar, ...]
    one: float

    @property
    def title(self) -> str:
        """What it is called."""
        measure, workload = self.of
        of_time = TITLES.get(("time", workload), workload)
        return TITLES.get(self.of) or f"{COUNTED.get(measure, measure)}, {of_time.rpartition(', ')[2]}"

    @property
    def more_is_better(self) -> bool:
        """Whether a longer bar is a better one."""
        return self.of[0] in MORE_IS_BETTER

    @property
    def reference(self) -> str:
        """The name of what the rest is divided by."""
        return next((bar.name for bar in self.bars if bar.is_reference), "")

    def only(self, entries: Collection[str]) -> Chart:
        """The same with the named entries alone, and with what they are divided by."""
        shown = (bar for bar in self.bars if bar.is_reference or bar.figure.cell.entry in entries)
        return self._replace(bars=tuple(shown))


def told(run: Run) -> list[Chart]:
    """The charts that a run's page begins with."""
    return _with_bars(run, (each for each in TITLES if each in run.charts()))


def further(run: Run) -> list[Chart]:
    """All other charts, in the order in which they were measured."""
    return _with_bars(run, (each for each in run.charts() if each not in TITLES))


def _with_bars(run: Run, measures: Iterable[tuple[str, str]]) -> list[Chart]:
    found = (chart_of(run, *each) for each in measures)
    return [chart for chart in found if chart.bars]


def chart_of(run: Run, measure: str, workload: str) -> Chart:
    """The chart of one measure; without bars where it was not measured."""
    reference = _reference(run, measure, workload)
    found = [
        (figure, run.ratio(measure, workload, figure.cell.entry, reference)) for figure in run.rows(measure, workload)
    ]
    rows = [(figure, ratio) for figure, ratio in found if ratio is not None]
    longest = max((ratio.high for _, ratio in rows), default=1.0)
    scale = _BAR / longest if longest else 0
    bars = tuple(
        Bar(
            figure,
            run.entries[figure.cell.entry].name,
            ratio,
            figure.cell.entry == reference,
            *(round(scale * each, 1) for each in ratio),
        )
        for figure, ratio in rows
    )
    return Chart((measure, workload), bars, round(scale, 1))


def _reference(run: Run, measure: str, workload: str) -> str:
    """What the rest is divided by: the run's reference, or the first entry where that was not measured."""
    if Cell(measure, workload, run.reference) in run.figures:
        return run.reference
    rows = run.rows(measure, workload)
    if not rows:
        return run.reference
    ones = [figure for figure in rows if set(figure.samples) == {1.0}]
    return (ones or rows)[0].cell.entry
