"""Comparison views: the comparison, a framework, a cell, data."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from flask import Response, abort, render_template, request, url_for

from fwsite.blueprints.comparison.bp import bp
from fwsite.blueprints.comparison.current import comparison_in_force
from fwsite.blueprints.comparison.ledger import history
from fwsite.blueprints.comparison.ledger.listing import PAGE_LENGTH, Listing, page_within
from fwsite.blueprints.comparison.measured import facts
from fwsite.blueprints.comparison.queries import cell_claims, review_days, whole_comparison
from fwsite.blueprints.comparison.url_arguments import page_number
from fwsite.blueprints.comparison.verification import release_columns
from fwsite.domain.comparison import BALANCE_LENGTH, Comparison, Side
from fwsite.extend import (
    ExportContext,
    FilledColumn,
    SitemapEntry,
    current_instance,
    exports,
    filled_columns,
    whole_page,
    write_export,
)

log = logging.getLogger(__name__)
LATEST_CHANGES = 20
"""So many changes stand on a framework's page; the rest is in the log."""


@bp.get("/")
@whole_page(reads=("f", "show"), despite_hooks=True)
def index() -> str:
    """The comparison; ``?f=django&f=flask`` shows those alone."""
    everything = _everything(BALANCE_LENGTH)
    shown, problem = _filtered(everything)
    return render_template(
        "comparison/index.html",
        everything=everything,
        comparison=shown,
        columns=_columns(shown),
        formats=exports(),
        problem=problem,
        sides=list(Side),
        selection=[] if shown == everything else [framework.key for framework in shown.frameworks],
    )


@bp.get("/<framework>")
@whole_page(despite_hooks=True)
def framework(framework: str) -> str:
    """All about one framework: its balance by criterion, ratings, sources, latest changes."""
    comparison = _everything(BALANCE_LENGTH).only([framework])
    if not comparison.frameworks:
        abort(404)
    return render_template(
        "comparison/framework.html",
        framework=comparison.frameworks[0],
        comparison=comparison,
        columns=_columns(comparison),
        formats=exports(),
        sides=list(Side),
        changes=history.latest(LATEST_CHANGES, framework),
    )


@bp.get("/<framework>/<criterion>")
@whole_page(reads=("page",), despite_hooks=True)
def cell(framework: str, criterion: str) -> str:
    """Every point on one criterion of one framework, a page at a time."""
    comparison = _everything(most=0)
    of, on = comparison.framework(framework), comparison.criterion(criterion)
    if of is None or on is None:
        abort(404)
    total = comparison.total_in(framework, criterion)
    page = page_within(page_number("page"), total)
    claims = cell_claims(framework, criterion, (page - 1) * PAGE_LENGTH, PAGE_LENGTH)
    return render_template(
        "comparison/cell.html",
        framework=of,
        criterion=on,
        rating=comparison.rating(framework, criterion),
        totals={side: comparison.total(framework, side, criterion) for side in Side},
        columns=[(side, [claim for claim in claims if claim.side is side]) for side in Side],
        found=Listing(claims, total, page),
    )


@bp.get("/data.<format>")
@whole_page(reads=("f", "show"), despite_hooks=True)
def data(format: str) -> Response:
    """What there is on the page and behind its links, in one of the formats that extensions write; same ``?f=``."""
    export = next((export for export in exports() if export.format == format), None)
    if export is None:
        abort(404)
    shown, _ = _filtered(_everything())
    document = write_export(format, ExportContext(comparison=shown, columns=_columns(shown)))
    if document is None:
        abort(500)
    response = Response(document, mimetype=export.mimetype)
    response.headers["Content-Disposition"] = f"inline; filename=comparison.{format}"
    return response


def _columns(comparison: Comparison) -> tuple[FilledColumn, ...]:
    frameworks = tuple(framework.key for framework in comparison.frameworks)
    return (*release_columns.columns(comparison.frameworks), *facts.columns(frameworks), *filled_columns(frameworks))


def _everything(most: int | None = None) -> Comparison:
    comparison = whole_comparison() if most is None else comparison_in_force(most)
    if not comparison.frameworks:
        log.error("there is nothing to compare; run: %s", current_instance().command("db upgrade"))
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
    """The comparison, what it rests on, and each framework's page."""
    days = review_days()
    yield SitemapEntry(path=url_for("comparison.evidence"))
    yield SitemapEntry(path=url_for("comparison.index"), changed=max(filter(None, days.values()), default=None))
    for key, day in days.items():
        yield SitemapEntry(path=url_for("comparison.framework", framework=key), changed=day)
