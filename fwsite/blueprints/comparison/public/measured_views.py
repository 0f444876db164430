"""Measured views: runs with what they say about claims, figures, control and environment; how to read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from flask import Response, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.comparison.bp import bp
from fwsite.blueprints.comparison.measured import charts, judgements, runs
from fwsite.blueprints.comparison.measured.runs import Kept
from fwsite.blueprints.comparison.queries import selected_claims, selected_ratings
from fwsite.domain.verdict import Judgement, Verdict
from fwsite.extend import Selection, criterion_names, framework_names, whole_page


@bp.get("/measured/")
@whole_page(despite_hooks=True)
def measured() -> str:
    """Every run, and how to read one."""
    return render_template("comparison/measured.html", runs=runs.every(), in_force=runs.in_force())


@bp.get("/measured/<run>")
@whole_page(despite_hooks=True)
def measured_run(run: str) -> str | AnyResponse:
    """One run; a link to the minute of a run leads to it."""
    kept = _found(run)
    if kept.key != run:
        return redirect(url_for(".measured_run", run=kept.key), 301)
    said = judgements.of_run(kept.run)
    told = _told(said)
    other = runs.beside(kept)
    return render_template(
        "comparison/measured_run.html",
        kept=kept,
        run=kept.run,
        told=told,
        numbers=Counter(judgement.verdict for _, judgement in told),
        charts=charts.told(kept.run),
        further=charts.further(kept.run),
        moved=judgements.moved(kept.run),
        other=other,
        compared=judgements.compared(kept.run, other.run) if other else [],
        elsewhere=runs.elsewhere(kept),
        texts={text.key: text for text, _ in told},
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


_FIRST = (Verdict.CONTRADICTED, Verdict.DEPENDS, Verdict.NO_DIFFERENCE, Verdict.SUPPORTED)
"""What does not hold as it stands is worth the first lines."""


class Text(NamedTuple):
    """A claim or a rating as a run's page names it; ``said`` is what was measured of it, the reason of a rating."""

    key: str
    said: str
    text: str
    framework: str


def _told(said: Mapping[str, Judgement]) -> list[tuple[Text, Judgement]]:
    """What was measured of what stands on the pages."""
    found = [(text, said[text.key]) for text in _texts() if text.key in said and said[text.key].is_of(text.said)]
    return [each for verdict in _FIRST for each in found if each[1].verdict is verdict]


def _texts() -> Iterator[Text]:
    """Everything that a run may judge, of what visitors can read."""
    names, criteria = framework_names(), criterion_names()
    for claim in selected_claims(Selection()):
        yield Text(claim.key, claim.text, claim.text, names[claim.framework])
    for rating in selected_ratings(Selection()):
        text = f"{criteria[rating.criterion]}, {rating.score} of 5: {rating.reason}"
        yield Text(f"{rating.framework}.{rating.criterion}", rating.reason, text, names[rating.framework])
