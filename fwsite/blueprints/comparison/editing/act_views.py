"""One-button actions: retire, restore, publish, move, say that it is still true, undo."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.comparison import item_form
from fwsite.blueprints.comparison.bp import bp
from fwsite.blueprints.comparison.editing.edit_views import Editing, conflict_page, preview_of
from fwsite.blueprints.comparison.editing.work_context import (
    Page,
    by_person,
    item_at,
    maintainer,
    plain_title,
    said_in_use,
    today,
)
from fwsite.blueprints.comparison.item_form import Filled
from fwsite.blueprints.comparison.ledger import history, journal
from fwsite.blueprints.comparison.ledger.journal import Action, By, Conflict, InUse, NothingToUndo, UndoConflict
from fwsite.blueprints.comparison.models import Change
from fwsite.blueprints.comparison.url_arguments import NOUNS, kind_named
from fwsite.blueprints.comparison.verification import ageing
from fwsite.domain.items import PLACED, Item, Kind, State, title_of
from fwsite.extend import db, reading

ACTIONS = {
    "retire": (Action.RETIRED, State.RETIRED),
    "restore": (Action.RESTORED, State.PUBLISHED),
    "publish": (Action.EDITED, State.PUBLISHED),
}
"""What one button does to an item's state."""
_UNCHANGED = {
    "retire": "It is already retired.",
    "restore": "It is already published.",
    "publish": "It is already published.",
    "up": "It is already in the first place.",
    "down": "It is already in the last place.",
    "reviewed": "It has already been reviewed today.",
}
"""Why a button has changed nothing."""


@bp.post("/work/<kind>/<key>/<any(publish, restore, retire, up, down, reviewed):action>")
@maintainer
def work_act(kind: str, key: str, action: str) -> Page | AnyResponse:
    """Retire, restore, publish, move up or down, or say that it is still true."""
    of = kind_named(kind)
    item = item_at(of, key)
    fault = next(item_form.note_faults(request.form.get("why", "")), None)
    if fault:
        return _confirm_page(item, action, item_form.in_words(fault, item_form.labels_of(of)).message, 422)
    version = request.form.get("version", "")
    if version and history.version_number(version) != item.version:
        return _confirm_page(item, action, "Somebody else has changed it. This is what it says now.", 409)
    try:
        change = _act(item, action, by_person(request.form.get("why", "")))
    except Conflict as error:
        db.session.rollback()
        return _confirm_page(error.current, action, "Somebody else has changed it. This is what it says now.", 409)
    except InUse as error:
        db.session.rollback()
        return _confirm_page(item, action, said_in_use(error), 409)
    journal.commit()
    if change is None:
        flash(f"{_UNCHANGED[action]} Nothing was changed.", "done")
    return redirect(_back(item, change), code=303)


def _act(item: Item, action: str, by: By) -> Change | None:
    if action in ("up", "down"):
        return _step(item, by, -1 if action == "up" else 1)
    if action == "reviewed":
        if "reviewed_on" not in item.document:
            abort(404)
        if item.kind is Kind.CLAIM:
            ageing.acknowledge(item.key)
        return journal.save(item, {**item.document, "reviewed_on": today().isoformat()}, by, Action.REVIEWED)
    done, state = ACTIONS[action]
    return journal.save(item, {**item.document, "state": state.value}, by, done)


def _step(item: Item, by: By, step: int) -> Change | None:
    if item.kind not in PLACED:
        abort(404)
    order = journal.siblings(item)
    place = order.index(item.key) + step if item.key in order else -1
    if not 0 <= place < len(order):
        return None
    others = [key for key in order if key != item.key]
    return journal.move(item, others[place - 1] if place else "", by)


def _back(item: Item, change: Change | None) -> str:
    """The list that the button stood in, or else the item."""
    number = change.id if change else None
    wanted = request.form.get("back", "")
    if wanted == "list":
        chosen: dict[str, Any] = {name: request.form.get(name) or None for name in ("framework", "side", "page")}
        return url_for(".work_list", kind=item.kind, change=number, **chosen)
    if wanted == "review":
        return url_for(".work_review", concern=request.form.get("concern") or None, change=number)
    return url_for(".work_edit", kind=item.kind, key=item.key, change=number)


def _confirm_page(item: Item, action: str, problem: str, status: int) -> Page:
    page = render_template(
        "comparison/work_confirm.html",
        item=item,
        nouns=NOUNS[item.kind],
        title=title_of(item.kind, item.document),
        action=action,
        problem=problem,
        note=request.form.get("why", ""),
        preview=preview_of(item.kind, item.document),
    )
    return page, status


@bp.route("/work/undo/<int(max=2147483647):number>", methods=["GET", "POST"])
@maintainer
def work_undo(number: int) -> Page | AnyResponse:
    """Take a change back by a new one; asks first where the address was followed as a link."""
    with reading():
        change = db.session.get(Change, number)
        if change is None:
            abort(404)
        if request.method != "POST":  # HEAD, too, comes without a token
            return _undo_page(change)
    fault = next(item_form.note_faults(request.form.get("why", "")), None)
    if fault:
        return _undo_page(change, item_form.in_words(fault, {"why": "The note"}).message, 422)
    by = by_person(request.form.get("why", "") or f"Undo of change {number}")
    try:
        done = journal.undo_batch(change, by) if change.kind == journal.BATCH else journal.undo(change, by)
    except NothingToUndo:
        db.session.rollback()
        return _undo_page(change, "There is nothing to undo: what this change did is no longer there.", 409)
    except InUse as error:
        db.session.rollback()
        return _undo_page(change, said_in_use(error), 409)
    except UndoConflict as error:
        db.session.rollback()
        return _undo_conflict(change, error)
    journal.commit()
    return redirect(url_for(".work_log", change=done.id), code=303)


def _undo_page(change: Change, problem: str = "", status: int = 200) -> Page:
    page = render_template(
        "comparison/work_undo.html",
        change=history.find(change.id, public_only=False),
        problem=problem,
        note=request.form.get("why", ""),
    )
    return page, status


def _undo_conflict(change: Change, error: UndoConflict) -> Page:
    if change.kind == journal.BATCH:
        title = plain_title(error.current.kind, error.current.document)
        problem = f"“{title}” has been changed again since. Undo that change first; nothing was undone."
        return _undo_page(change, problem, 409)
    item = error.current
    note = request.form.get("why", "") or f"Undo of change {change.id}"
    editing = Editing(item.kind, Filled(item.kind, {}, note=note), undoes=str(change.id))
    return conflict_page(editing, item, error.merged.document, error.merged.conflicts)
