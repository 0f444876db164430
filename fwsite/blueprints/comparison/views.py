"""The comparison's pages."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from flask import Blueprint, Response, abort, render_template, request, url_for

from fwsite.blueprints.comparison.exports import as_csv, as_document
from fwsite.blueprints.comparison.queries import whole_comparison
from fwsite.domain.comparison import Comparison, Side
from fwsite.domain.report import as_json
from fwsite.extend import SitemapEntry

log = logging.getLogger(__name__)
bp = Blueprint("comparison", __name__, template_folder="templates")


@bp.get("/")
def index() -> str:
    """The comparison; ``?f=django&f=flask`` shows those alone."""
    everything = _everything()
    shown, problem = _filtered(everything)
    return render_template(
        "comparison/index.html",
        everything=everything,
        comparison=shown,
        problem=problem,
        sides=list(Side),
        selection=[] if shown == everything else [framework.key for framework in shown.frameworks],
    )


@bp.get("/data.json")
def data_json() -> Response:
    """What the page shows, as JSON; takes the same ``?f=``."""
    shown, _ = _filtered(_everything())
    return Response(as_json(as_document(shown)), mimetype="application/json")


@bp.get("/data.csv")
def data_csv() -> Response:
    """What the page shows, as CSV; takes the same ``?f=``."""
    shown, _ = _filtered(_everything())
    response = Response(as_csv(shown), mimetype="text/csv")
    response.headers["Content-Disposition"] = "inline; filename=comparison.csv"
    return response


def _everything() -> Comparison:
    comparison = whole_comparison()
    if not comparison.frameworks:
        log.error("there is nothing to compare; run: fwsite db upgrade")
        abort(503)
    return comparison


def _filtered(everything: Comparison) -> tuple[Comparison, str]:
    """The chosen frameworks; all of them, with what is wrong, where the choice cannot be shown."""
    keys = request.args.getlist("f")
    known = {framework.key for framework in everything.frameworks}
    chosen = [key for key in keys if key in known]
    if chosen:
        unknown = len(chosen) < len(keys)
        return everything.only(chosen), "One of the chosen frameworks is not in this comparison." if unknown else ""
    if keys:
        return everything, "None of the chosen frameworks is in this comparison, so all of them are shown."
    if "show" in request.args:
        return everything, "Choose at least one framework. All of them are shown."
    return everything, ""


def sitemap() -> Iterator[SitemapEntry]:
    """The one page."""
    yield SitemapEntry(path=url_for("comparison.index"), changed=whole_comparison().reviewed_on)
