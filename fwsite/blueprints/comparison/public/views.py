"""Comparison views: a framework, a cell, data, and what is in the sitemap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from flask import Response, abort, render_template, url_for

from fwsite.blueprints.comparison.bp import bp
from fwsite.blueprints.comparison.ledger import history
from fwsite.blueprints.comparison.ledger.listing import PAGE_LENGTH, Listing, page_within
from fwsite.blueprints.comparison.public.selection import columns_of, everything, filtered, newest_versions
from fwsite.blueprints.comparison.queries import cell_claims, review_days
from fwsite.blueprints.comparison.url_arguments import page_number
from fwsite.domain.comparison import BALANCE_LENGTH, Comparison, Criterion, Framework, Side, Source, sources_cited
from fwsite.domain.matrix import MatrixCell, make_matrix
from fwsite.extend import ExportContext, SitemapEntry, exports, whole_page, write_export

LATEST_CHANGES = 20
"""So many changes stand on a framework's page; the rest is in the log."""


@bp.get("/<framework>")
@whole_page(despite_hooks=True)
def framework(framework: str) -> str:
    """All about one framework: its balance by criterion, ratings, sources, latest changes."""
    comparison = everything(BALANCE_LENGTH).only([framework])
    if not comparison.frameworks:
        abort(404)
    return render_template(
        "comparison/framework.html",
        framework=comparison.frameworks[0],
        comparison=comparison,
        numbers=_numbers(comparison.sources),
        cells={row.key: row.cells[0] for row in make_matrix(comparison, (), newest_versions()).rows},
        columns=columns_of(comparison),
        formats=exports(),
        sides=list(Side),
        changes=history.latest(LATEST_CHANGES, framework),
    )


@bp.get("/<framework>/<criterion>")
@whole_page(reads=("page",), despite_hooks=True)
def cell(framework: str, criterion: str) -> str:
    """Every point on one criterion of one framework, a page at a time."""
    comparison = everything(most=0)
    of, on = comparison.framework(framework), comparison.criterion(criterion)
    if of is None or on is None:
        abort(404)
    total = comparison.total_in(framework, criterion)
    page = page_within(page_number("page"), total)
    claims = cell_claims(framework, criterion, (page - 1) * PAGE_LENGTH, PAGE_LENGTH)
    fact = _fact(comparison, of, on)
    answering = fact.fact if fact else None
    sources = sources_cited([*([answering] if answering else []), *claims])
    totals = {side: comparison.total(framework, side, criterion) for side in Side}
    if answering:
        totals[answering.side] -= 1
    return render_template(
        "comparison/cell.html",
        framework=of,
        criterion=on,
        rating=comparison.rating(framework, criterion),
        fact=fact,
        totals=totals,
        columns=[(side, [each for each in claims if each.side is side and each != answering]) for side in Side],
        sources=sources,
        numbers=_numbers(sources),
        found=Listing(claims, total, page),
    )


def _fact(comparison: Comparison, framework: Framework, row: Criterion) -> MatrixCell | None:
    """What answers a row of the table of facts; none where nothing does, or it is no such row."""
    rows = make_matrix(comparison.only([framework.key]), (), newest_versions()).rows
    found = next((each.cells[0] for each in rows if each.key == row.key), None)
    return found if found and found.fact else None


def _numbers(sources: Iterable[Source]) -> dict[str, int]:
    """The place of each source in the list at the end of the page, by its key."""
    return {source.key: place for place, source in enumerate(sources, 1)}


@bp.get("/data.<format>")
@whole_page(reads=("f", "show"), despite_hooks=True)
def data(format: str) -> Response:
    """What there is on the page and behind its links, in one of the formats that extensions write; same ``?f=``."""
    export = next((export for export in exports() if export.format == format), None)
    if export is None:
        abort(404)
    shown, _ = filtered(everything())
    document = write_export(format, ExportContext(comparison=shown, columns=columns_of(shown)))
    if document is None:
        abort(500)
    response = Response(document, mimetype=export.mimetype)
    response.headers["Content-Disposition"] = f"inline; filename=comparison.{format}"
    return response


def sitemap() -> Iterator[SitemapEntry]:
    """The comparison, what it rests on, each framework's page, and that of each two."""
    days = review_days()
    yield SitemapEntry(path=url_for("comparison.evidence"))
    yield SitemapEntry(path=url_for("comparison.index"), changed=max(filter(None, days.values()), default=None))
    for key, day in days.items():
        yield SitemapEntry(path=url_for("comparison.framework", framework=key), changed=day)
    for first, second in combinations(days, 2):
        changed = max(filter(None, (days[first], days[second])), default=None)
        yield SitemapEntry(path=url_for("comparison.pair", first=first, second=second), changed=changed)
