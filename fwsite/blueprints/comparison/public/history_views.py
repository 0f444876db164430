"""History views: one item with its history, the log of all changes, and its feed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from flask import Response, abort, current_app, render_template, request, url_for

from fwsite.blueprints.comparison import editorial_file, queries
from fwsite.blueprints.comparison.bp import bp
from fwsite.blueprints.comparison.ledger import document_mapper, history
from fwsite.blueprints.comparison.ledger.history import Entry
from fwsite.blueprints.comparison.measured import judgements
from fwsite.blueprints.comparison.url_arguments import NOUNS, kind_named, page_number
from fwsite.domain.comparison import Claim, Rating
from fwsite.domain.items import FIELDS, Document, Item, Kind, State, rests_on, unusable
from fwsite.domain.readable import Difference, differences
from fwsite.domain.verdict import Measured
from fwsite.extend import criterion_names, find_claim, framework_names, is_slot_filled, published_ratings, whole_page

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""One of these characters would make the whole feed unreadable."""
_KIND_NOUNS = {kind: one for kind, (one, _many) in NOUNS.items()}


class Compared(NamedTuple):
    """Two versions of an item held against each other."""

    older: int
    newer: int
    differences: tuple[Difference, ...]


@bp.get("/history/<kind>/<key>", endpoint="history")
@whole_page(reads=("page", "from", "to"), despite_hooks=True)
def item_history(kind: str, key: str) -> str:
    """An item as it stands, what became of it, and the difference between two of its versions."""
    of = kind_named(kind)
    found = history.versions(of, key, page_number("page")) if unusable(key) is None else None
    if found is None or not found.total:
        abort(404)
    newest = found.rows if found.page == 1 else history.versions(of, key, 1).rows
    document = newest[0].document
    compared, problem = _compared(of, key)
    frameworks, criteria = framework_names(), criterion_names()
    is_shown = (
        _is_published(of, key)
        and document.get("framework", "") in (*frameworks, "")
        and document.get("criterion", "") in (*criteria, "")
    )
    return render_template(
        "comparison/history.html",
        kind=of,
        key=key,
        noun=_KIND_NOUNS[of],
        newest=newest[0],
        document=document,
        fields=FIELDS[of],
        words={each.field.name: each.pieces[0].text for each in _as_it_stands(Item.of(of, document))},
        sources=queries.sources_of(rests_on(of, document)),
        citations=queries.with_receipts(document) if of is Kind.CLAIM else [],
        frameworks=frameworks,
        criteria=criteria,
        retirement=_retirement(newest),
        is_shown=is_shown,
        measured=_measured(of, key, document) if is_shown else None,
        claim=_claim(key) if of is Kind.CLAIM and is_shown else None,
        rating=_rating(document) if of is Kind.RATING and is_shown else None,
        found=found,
        compared=compared,
        problem=problem,
        edit=_address("comparison.work_edit", kind=of, key=key),
    )


def _measured(of: Kind, key: str, document: Document) -> Measured | None:
    """What this site's own measurement says of it."""
    said = {Kind.CLAIM: "text", Kind.RATING: "reason"}.get(of)
    return judgements.on(judgements.in_force(), key, document[said]) if said else None


def _claim(key: str) -> Claim | None:
    """The pro or con as it is shown elsewhere, for whoever adds to it."""
    return find_claim(key) if is_slot_filled("comparison.claim") else None


def _rating(document: Document) -> Rating | None:
    """The rating likewise."""
    if not is_slot_filled("comparison.rating"):
        return None
    return next(iter(published_ratings(document["framework"], document["criterion"])), None)


def _as_it_stands(item: Item) -> tuple[Difference, ...]:
    return differences(item.kind, None, item.document, history.names([item]))


def _retirement(newest: Sequence[Entry]) -> Entry | None:
    """The change by which the item was retired; none where it is not."""
    return next(reversed(list(takewhile(lambda entry: entry.document["state"] == State.RETIRED, newest))), None)


def _is_published(kind: Kind, key: str) -> bool:
    item = document_mapper.find(kind, key)
    return item is not None and item.document["state"] == State.PUBLISHED


def _compared(kind: Kind, key: str) -> tuple[Compared | None, str]:
    """The versions that the address names, or else the newest beside the one before, and why they are those."""
    numbers = history.version_numbers(kind, key)
    if len(numbers) < 2:
        return None, ""
    problem = ""
    older, newer = numbers[1], numbers[0]
    if "from" in request.args or "to" in request.args:
        given = [history.version_number(request.args.get(name, "")) for name in ("from", "to")]
        chosen = sorted({number for number in given if number in numbers})
        if len(chosen) == 2:
            older, newer = chosen
        else:
            problem = "Choose two different versions from the table. The newest is compared with the one before it."
    return Compared(older, newer, history.compared(kind, key, older, newer)), problem


@bp.get("/changes")
@whole_page(reads=("page", "framework"), despite_hooks=True)
def changes() -> str:
    """The log of everything, or of one framework, newest first."""
    frameworks = framework_names()
    chosen = request.args.get("framework", "")
    problem = ""
    if chosen and chosen not in frameworks:
        chosen, problem = "", "There is no such framework in this comparison, so changes to all frameworks are listed."
    return render_template(
        "comparison/changes.html",
        frameworks=frameworks,
        chosen=chosen,
        problem=problem,
        found=history.log(page_number("page"), framework=chosen or None),
        notes=[] if chosen or page_number("page") > 1 else editorial_file.notes(),
    )


@bp.get("/changes/<int:number>")
@whole_page(reads=("page",), despite_hooks=True)
def change(number: int) -> str:
    """One change; for many made at once, each of them."""
    entry = history.find(number) if history.version_number(str(number)) is not None else None
    if entry is None:
        abort(404)
    return render_template(
        "comparison/change.html",
        entry=entry,
        found=history.members(number, page_number("page")) if entry.kind is None else None,
        neighbours=_neighbours(entry),
        undo=_address("comparison.work_undo", number=number),
    )


def _neighbours(entry: Entry) -> tuple[str, str] | None:
    """For a move: what the item came after before, and comes after now; empty for the first place."""
    if entry.kind is None or entry.moved is None:
        return None
    named = {
        key: item.document["text" if entry.kind is Kind.CLAIM else "name"]
        for key, item in document_mapper.items(entry.kind, entry.moved).items()
        if item.document["state"] == State.PUBLISHED
    }
    before, after = (named.get(key, "one that is not public") if key else "" for key in entry.moved)
    return before, after


@bp.get("/changes.xml")
@whole_page(despite_hooks=True)
def changes_feed() -> Response:
    """The newest changes as an Atom feed."""
    page = render_template("comparison/changes.xml", changes=history.log(1).rows)
    return Response(_NOT_IN_XML.sub("", page), mimetype="application/atom+xml")


def _address(endpoint: str, **values: Any) -> str | None:
    """The address of a page for maintainers, where this site has it."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None
