"""Publish a framework: what its drafts would change, what stands in the way, and all of it at once or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.comparison import item_form
from fwsite.blueprints.comparison.bp import bp
from fwsite.blueprints.comparison.editing import workspace_form
from fwsite.blueprints.comparison.editing.work_context import Page, by_person, maintainer, plain_title
from fwsite.blueprints.comparison.editing.workspace_views import context_of, own_parts, page_of, work_on
from fwsite.blueprints.comparison.item_form import Filled
from fwsite.blueprints.comparison.ledger import framework_publication, journal
from fwsite.blueprints.comparison.ledger.framework_publication import Obstacle, Plan
from fwsite.blueprints.comparison.ledger.framework_work import FrameworkWork
from fwsite.blueprints.comparison.ledger.journal import Conflict, InUse
from fwsite.domain.items import Kind
from fwsite.domain.questionnaire import Fault
from fwsite.extend import (
    PublicationRefused,
    Task,
    WorkspaceStatus,
    db,
    parts_published,
    publish_parts,
    workspace_parts,
)

_MOVED = "Somebody has changed part of it in the meantime. Nothing was published; please look again."


@bp.route("/work/workspace/<framework>/publish", methods=["GET", "POST"])
@maintainer
def work_workspace_publish(framework: str) -> Page | AnyResponse:
    """What is published with the framework; asks for a note, and does it."""
    work = work_on(framework)
    plan = framework_publication.plan(work)
    parts = workspace_parts(context_of(plan))
    if request.method != "POST":
        return _page(plan, parts)
    faults = _faults(request.form.get("note", ""))
    if faults:
        return _page(plan, parts, faults, 422)
    if request.form.get("seen") != seen(plan, parts) or obstacles(plan, parts) or not is_something(plan, parts):
        return _page(plan, parts, [Fault("", _MOVED)], 409)
    return _publish(plan, parts)


def _publish(plan: Plan, parts: Sequence[WorkspaceStatus]) -> Page | AnyResponse:
    by = by_person(request.form.get("note", ""))
    context = context_of(plan, by.who, by.note)
    others = {part.one if len(part.changes) == 1 else part.many: len(part.changes) for part in parts if part.changes}
    try:
        batch = framework_publication.publish(plan, by, others)
        publish_parts(context)
        number, counts = batch.id, batch.document["counts"]
        journal.commit()
    except (Conflict, InUse, PublicationRefused, StaleDataError, IntegrityError) as error:
        db.session.rollback()
        told = str(error) if isinstance(error, PublicationRefused) else _MOVED
        again = framework_publication.plan(work_on(plan.work.key))
        return _page(again, workspace_parts(context_of(again)), [Fault("", told)], 409)
    parts_published(context)
    said = ", ".join(f"{many} {word}" for word, many in counts.items() if word != "framework")
    flash(f"Visitors have {plan.work.name} now{f': {said}' if said else ''}.", "done")
    return redirect(url_for(".work_workspace", framework=plan.work.key, change=number), code=303)


def _faults(note: str) -> list[Fault]:
    if not note.strip():
        return [Fault("note", "Say why in a few words; the public history keeps it.")]
    return [
        item_form.in_words(fault._replace(place="note"), {"note": "The note"}) for fault in item_form.note_faults(note)
    ]


def seen(plan: Plan, parts: Sequence[WorkspaceStatus]) -> str:
    """Another text whenever something else would be published than what the page has shown."""
    return hashlib.sha256(repr((plan.state, [part.state for part in parts])).encode()).hexdigest()[:16]


def is_something(plan: Plan, parts: Sequence[WorkspaceStatus]) -> bool:
    """Whether there is anything to publish."""
    return bool(plan.entries) or any(part.changes for part in parts)


def obstacles(plan: Plan, parts: Sequence[WorkspaceStatus]) -> list[Task]:
    """What stands in the way, with where it is mended."""
    own = [Task(text=_said(plan.work, each), path=_path(plan.work, each)) for each in plan.obstacles]
    return [*own, *(task for part in parts for task in part.obstacles)]


def _said(work: FrameworkWork, obstacle: Obstacle) -> str:
    entry = obstacle.entry
    if entry is None:
        return obstacle.text
    title = plain_title(entry.kind, entry.document)
    about = work.criteria[entry.document["criterion"]] if entry.kind is Kind.RATING else title or work.key
    return f"“{about}”: {obstacle.text}"


def _path(work: FrameworkWork, obstacle: Obstacle) -> str:
    """The field where it is mended, in the workspace or in the item’s own form."""
    entry = obstacle.entry
    if entry is None:
        return f"{page_of(work)}#f-point.side"
    if entry.kind is Kind.CLAIM or obstacle.field in ("key", "state"):
        anchor = f"f-{obstacle.field}" if obstacle.field else None
        return url_for("comparison.work_edit", kind=entry.kind, key=entry.key, _anchor=anchor)
    asked = [item.name for item in Filled(entry.kind, {}).fields if item.name not in ("framework", "criterion")]
    field = obstacle.field if obstacle.field in (*asked, "example_sources") else asked[0]
    if field in entry.conflicts:
        field = f"choose-{field}"
    return f"{page_of(work)}#f-{workspace_form.prefix_of(entry)}{field}"


def _page(plan: Plan, parts: Sequence[WorkspaceStatus], faults: Sequence[Fault] = (), status: int = 200) -> Page:
    work = plan.work
    page = render_template(
        "comparison/work_workspace_publish.html",
        work=work,
        plan=plan,
        parts=parts,
        page=page_of(work),
        points=[each for each in plan.entries if each.kind is Kind.CLAIM],
        ratings=[each for each in plan.entries if each.kind is Kind.RATING],
        is_framework=any(each.kind is Kind.FRAMEWORK for each in plan.entries),
        obstacles=obstacles(plan, parts),
        is_something=is_something(plan, parts),
        gaps=[part for part in (*own_parts(work), *parts) if part.missing],
        seen=seen(plan, parts),
        faults=faults,
        error=next((fault.message for fault in faults if fault.place == "note"), ""),
        note=request.form.get("note", ""),
    )
    return page, status
