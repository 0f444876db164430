"""Maintainers' lists: what there is, what was changed, and what needs a look."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from flask import current_app, render_template, request

from fwsite.blueprints.comparison.bp import bp
from fwsite.blueprints.comparison.editing.work_context import just_done, maintainer, today
from fwsite.blueprints.comparison.ledger import document_mapper, history, listing, suggestions
from fwsite.blueprints.comparison.url_arguments import NOUNS, kind_named, page_number
from fwsite.blueprints.comparison.verification import ageing
from fwsite.domain.items import PLACED, Kind, State


def stale_before() -> date:
    """What was reviewed before this day is stale."""
    return today() - timedelta(days=current_app.config["COMPARISON_STALE_DAYS"])


@bp.get("/work/")
@maintainer
def work_home() -> str:
    """How much there is of everything, and what waits."""
    return render_template(
        "comparison/work_home.html",
        nouns=NOUNS,
        counts=listing.counts(),
        frameworks=listing.frameworks(),
        concerns=_concerns(),
        waiting=suggestions.how_many_wait(),
    )


@bp.get("/work/<kind>")
@maintainer
def work_list(kind: str) -> str:
    """What there is of a kind; ratings as a grid, so that gaps are seen."""
    of = kind_named(kind)
    chosen = {name: request.args.get(name, "") for name in listing.FILTERS[of]}
    frameworks, criteria = listing.names()
    return render_template(
        "comparison/work_list.html",
        kind=of,
        nouns=NOUNS[of],
        chosen=chosen,
        text=request.args.get("q", ""),
        frameworks=frameworks,
        criteria=listing.rated_criteria() if of is Kind.RATING else criteria,
        found=listing.search(of, request.args.get("q", ""), chosen, page_number("page")),
        grid=listing.ratings() if of is Kind.RATING else None,
        rated=[row for row in listing.frameworks() if row.state != State.RETIRED] if of is Kind.RATING else [],
        can_move=of in PLACED and (of is not Kind.CLAIM or bool(chosen["framework"] and chosen["side"])),
        done=just_done(),
    )


@bp.get("/work/log")
@maintainer
def work_log() -> str:
    """The newest changes, drafts too, each with its undo."""
    page = history.log(page_number("page"), public_only=False)
    return render_template("comparison/work_log.html", log=page, done=just_done())


@bp.get("/work/review")
@maintainer
def work_review() -> str:
    """What is stale, whose source has changed, or what rests on no source, or on an address that is none."""
    concern = request.args.get("concern", "")
    if concern == listing.CHANGED:
        return _changed_page()
    concern = concern if concern in listing.CONCERNS else listing.CONCERNS[0]
    kind = Kind.RATING if request.args.get("of") == Kind.RATING else Kind.CLAIM
    frameworks, criteria = listing.names()
    return render_template(
        "comparison/work_review.html",
        concern=concern,
        kind=kind,
        numbers={of: listing.concerning(of, concern, stale_before(), 1).total for of in (Kind.CLAIM, Kind.RATING)},
        counts=_concerns(),
        found=listing.concerning(kind, concern, stale_before(), page_number("page")),
        days=current_app.config["COMPARISON_STALE_DAYS"],
        frameworks=frameworks,
        criteria=criteria,
        done=just_done(),
    )


def _concerns() -> dict[str, int]:
    """How many claims and ratings there are for each concern; claims for the one with sources."""
    changed = len({each.claim.key for each in ageing.aged()})
    return {listing.CHANGED: changed, **listing.how_many(stale_before())}


def _changed_page() -> str:
    frameworks, criteria = listing.names()
    found = ageing.aged()
    page = listing.page_within(page_number("page"), len(found))
    start = (page - 1) * listing.PAGE_LENGTH
    rows = found[start : start + listing.PAGE_LENGTH]
    return render_template(
        "comparison/work_changed.html",
        concern=listing.CHANGED,
        counts=_concerns(),
        found=listing.Listing(rows, len(found), page),
        versions={key: item.version for key, item in document_mapper.items(Kind.CLAIM, _keys(rows)).items()},
        days=current_app.config["COMPARISON_STALE_DAYS"],
        frameworks=frameworks,
        criteria=criteria,
        done=just_done(),
    )


def _keys(rows: Iterable[ageing.Aged]) -> set[str]:
    return {each.claim.key for each in rows}
