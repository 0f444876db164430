"""Measured views: runs with what they say about claims, figures, control and environment; how to read them."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response, abort, render_template

from fwsite.blueprints.comparison.bp import bp
from fwsite.blueprints.comparison.measured import charts, judgements, runs
from fwsite.blueprints.comparison.measured.runs import Kept
from fwsite.blueprints.comparison.queries import published_claims, selected_ratings
from fwsite.domain.verdict import Judgement, Verdict
from fwsite.extend import Selection, criterion_names, framework_names, whole_page


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
        charts=charts.every(kept.run),
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
