"""Charts: the figures of a run as tables with bars, each row a ratio to the run's reference."""

from __future__ import annotations

from typing import NamedTuple

from fwsite.domain.measurement import Cell, Figure, Ratio, Run

TITLES = {
    ("time", "json"): "Processor time, a JSON answer",
    ("time", "row"): "Processor time, one row as JSON",
    ("time", "page"): "Processor time, 20 rows as a page",
    ("time", "list"): "Processor time, a list of 100 as JSON",
    ("time", "nplus1"): "Processor time, a page with a query for each row",
    ("memory", "resident"): "Memory of one worker, as the system counts it",
    ("memory", "unique"): "Memory of one worker that it shares with nobody",
    ("waiting", "waiting"): "Answers to 64 clients while each waits for another service",
    ("statements", "nplus1"): "SQL statements for a page with a query for each row",
    ("distributions", "install"): "Packages that the install brings along",
    ("disk", "install"): "Room on disk",
    ("lines", "app"): "Lines of the application",
    ("calls", "json"): "Python calls for a JSON answer",
}
"""What each table of figures is called."""
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


class Chart(NamedTuple):
    """One measure of one workload, the smallest first; ``one`` is where 1 stands."""

    title: str
    bars: tuple[Bar, ...]
    one: float
    more_is_better: bool


def every(run: Run) -> list[Chart]:
    """A chart for each measure of each workload, in the order in which they were measured."""
    found = (chart_of(run, *each) for each in run.charts())
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
    return Chart(
        TITLES.get((measure, workload), f"{measure}, {workload}"), bars, round(scale, 1), measure in MORE_IS_BETTER
    )


def _reference(run: Run, measure: str, workload: str) -> str:
    """What the rest is divided by: the run's reference, or the first entry where that was not measured."""
    if Cell(measure, workload, run.reference) in run.figures:
        return run.reference
    rows = run.rows(measure, workload)
    if not rows:
        return run.reference
    ones = [figure for figure in rows if set(figure.samples) == {1.0}]
    return (ones or rows)[0].cell.entry
