"""Measured views: runs with what they say about claims, figures, control and environment; how to read them."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response, abort, render_template

from fwsite.blueprints.comparison.bp import bp
from fwsite.blueprints.comparison.measured import judgements, runs
from fwsite.blueprints.comparison.measured.runs import Kept
from fwsite.blueprints.comparison.queries import criterion_names, framework_names, published_claims, selected_ratings
from fwsite.domain.measurement import Cell, Figure, Ratio, Run
from fwsite.domain.verdict import Judgement, Verdict
from fwsite.extend import Selection, whole_page

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


@bp.get("/measured/")
@whole_page(despite_hooks=True)
def measured() -> str:
    """Every run, and how to read one."""
    return render_template("comparison/measured.html", runs=runs.every(), in_force=runs.in_force())


@bp.get("/measured/<run>")
@whole_page(despite_hooks=True)
def measured_run(run: str) -> str:
    """One run."""
    kept = _found(run)
    said = judgements.of_run(kept.run)
    others = [other for other in runs.every() if other.is_here is not kept.is_here]
    return render_template(
        "comparison/measured_run.html",
        kept=kept,
        run=kept.run,
        judgements=[(_text_of(key), judgement) for key, judgement in said.items() if _is_told(judgement)],
        numbers={verdict: _how_many(said.values(), verdict) for verdict in Verdict},
        charts=[chart for chart in (_chart(kept.run, *each) for each in kept.run.charts()) if chart.bars],
        moved=judgements.moved(kept.run),
        other=others[0] if others else None,
        disagreements=judgements.disagreements(kept, others[0]) if others else [],
        texts={key: _text_of(key) for key in said},
    )


@bp.get("/measured/<run>.json")
@whole_page(despite_hooks=True)
def measured_data(run: str) -> Response:
    """The run as it was written."""
    return Response(runs.text_of(_found(run)), mimetype="application/json")


def _found(key: str) -> Kept:
    kept = runs.find(key)
    if kept is None:
        abort(404)
    return kept


def _is_told(judgement: Judgement) -> bool:
    return judgement.verdict is not Verdict.NOT_MEASURED


def _how_many(judged: Any, verdict: Verdict) -> int:
    return sum(1 for each in judged if each.verdict is verdict)


class Told(NamedTuple):
    """A claim or a rating as a run's page names it."""

    key: str
    text: str
    framework: str


def _text_of(key: str) -> Told | None:
    """What there is of that key on the pages; none where it has been taken off."""
    framework, _, criterion = key.partition(".")
    names = framework_names()
    if criterion:
        ratings = selected_ratings(Selection(framework=framework, criterion=criterion))
        texts = [f"{criterion_names()[criterion]}: {rating.score}/5, {rating.reason}" for rating in ratings]
        return Told(key, texts[0], names[framework]) if texts else None
    claims = published_claims([key])
    return Told(key, claims[0].text, names[claims[0].framework]) if claims else None


def _chart(run: Run, measure: str, workload: str) -> Chart:
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
    ones = [figure for figure in rows if set(figure.samples) == {1.0}]
    return (ones or rows)[0].cell.entry
