"""Front-page slots: the way to the comparison, and a chart of what was measured."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from fwsite.blueprints.comparison.measured import charts, judgements, runs
from fwsite.blueprints.comparison.measured.charts import Chart
from fwsite.domain.measurement import Run
from fwsite.domain.pairs import pairs_of
from fwsite.extend import SlotContext, framework_names

SHOWN = ("memory", "resident")
"""The measure of the chart: it can be read without knowing a workload."""
PAIRED = 3
"""So many frameworks are paired on the first screen, which is a line of links."""
WITH_ORM = frozenset({"django", "flask_sqlalchemy", "fastapi_sqlalchemy"})
"""The entries that have an ORM; what is said above the chart is said of them."""


def buttons(_context: SlotContext) -> Markup:
    """The way to the comparison."""
    return _render("comparison/_front_button.html")


def links(_context: SlotContext) -> Markup:
    """The pages of two at a time, of the first frameworks: a page that somebody searched for has one address."""
    pairs = pairs_of(dict(list(framework_names().items())[:PAIRED]))
    return _render("comparison/_front_links.html", pairs=pairs) if pairs else Markup("")


def figure(_context: SlotContext) -> Markup:
    """Memory of one worker as the run in force has it; nothing of a run that has expired or has left it out."""
    kept = runs.in_force()
    chart = charts.chart_of(kept.run, *SHOWN) if kept and not judgements.moved(kept.run) else None
    if kept is None or chart is None or not chart.bars:
        return Markup("")
    return _render("comparison/_front_figure.html", kept=kept, chart=chart, finding=finding(kept.run, chart))


def finding(run: Run, chart: Chart) -> str:
    """Which stack with an ORM takes the least memory; empty where two take as much, or fewer were measured."""
    bars = [bar for bar in chart.bars if bar.figure.cell.entry in WITH_ORM]
    if len(bars) < 2:
        return ""
    least, second = bars[:2]
    ratio = run.ratio(*SHOWN, second.figure.cell.entry, least.figure.cell.entry)
    return f"with an ORM, {least.name} takes the least memory" if ratio and ratio.is_difference else ""


def _render(template: str, **values: object) -> Markup:
    return Markup(render_template(template, **values))  # noqa: S704 - Jinja has escaped it
