"""Workspace of a framework: what is said of it on one page, what is missing, and a form for each part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.comparison import item_form
from fwsite.blueprints.comparison.bp import bp
from fwsite.blueprints.comparison.editing import workspace_form
from fwsite.blueprints.comparison.editing.work_context import Page, by_person, just_done, maintainer, today
from fwsite.blueprints.comparison.editing.workspace_form import Row, SourceBook
from fwsite.blueprints.comparison.item_form import Filled
from fwsite.blueprints.comparison.ledger import (
    document_mapper,
    framework_publication,
    framework_work,
    journal,
    listing,
    pending,
)
from fwsite.blueprints.comparison.ledger.framework_publication import Plan
from fwsite.blueprints.comparison.ledger.framework_work import Entry, FrameworkWork, Standing
from fwsite.blueprints.comparison.ledger.journal import Action, By, Conflict
from fwsite.blueprints.comparison.models import Change
from fwsite.blueprints.comparison.queries import whole_comparison
from fwsite.domain.comparison import Criterion, Side
from fwsite.domain.items import FIELDS, WORDS_LENGTH, Kind, State
from fwsite.domain.naming import leaves_out
from fwsite.domain.questionnaire import Fault
from fwsite.extend import Task, WorkspaceContext, WorkspaceStatus, db, reading, workspace_parts

_POINT = "point."
_SCORES = [("", "Not rated"), ("1", "1, poor"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5, excellent")]


@dataclass
class Form:
    """What of the page was typed and has to be looked at; everything else is shown as it stands."""

    rows: dict[str, Row] = field(default_factory=dict)
    """By their prefixes."""
    point: Filled | None = None
    faults: Sequence[Fault] = ()
    saved: str = ""


def work_on(framework: str) -> FrameworkWork:
    """The work on the framework that an address names, or error 404."""
    return framework_work.find(framework) or abort(404)


def page_of(work: FrameworkWork) -> str:
    """The path of its workspace."""
    return url_for("comparison.work_workspace", framework=work.key)


def path_of_answer(work: FrameworkWork, row: str) -> str:
    """The path of the form for what answers a row of facts."""
    return url_for("comparison.work_add", kind=Kind.CLAIM, framework=work.key, criterion=row, state=State.DRAFT.value)


def context_of(plan: Plan, who: str = "", note: str = "") -> WorkspaceContext:
    """What other parts are told of it."""
    return WorkspaceContext(framework=plan.work.key, page=page_of(plan.work), coming=plan.coming, who=who, note=note)


def own_parts(work: FrameworkWork) -> list[WorkspaceStatus]:
    """How points, ratings and facts stand, in the words in which other parts say it."""
    page = page_of(work)
    sides = {Side.PRO: "pro", Side.CON: "con"}
    no_point = [
        Task(text=f"no {word} yet", path=f"{page}#f-point.side")
        for side, word in sides.items()
        if not work.of_side(side)
    ]
    unrated = [
        Task(text=work.criteria[each.document["criterion"]], path=f"{page}#f-{workspace_form.prefix_of(each)}score")
        for each in work.unrated
    ]
    no_answer = [Task(text=work.criteria[row], path=path_of_answer(work, row)) for row in work.unanswered]
    rows, total = len(work.wanted_facts), len(work.wanted_ratings)
    facts = WorkspaceStatus(one="fact", many="facts", done=rows - len(no_answer), total=rows, missing=tuple(no_answer))
    return [
        WorkspaceStatus(
            one="side", many="sides with a point", done=2 - len(no_point), total=2, missing=tuple(no_point)
        ),
        WorkspaceStatus(one="rating", many="ratings", done=total - len(unrated), total=total, missing=tuple(unrated)),
        *([facts] if rows else []),
    ]


@bp.get("/work/workspace/<framework>")
@maintainer
def work_workspace(framework: str) -> Page:
    """Everything that is said of one framework."""
    return workspace_page(work_on(framework), Form())


def workspace_page(work: FrameworkWork, form: Form, status: int = 200) -> Page:
    """The page, with what was typed in its place."""
    plan = framework_publication.plan(work)
    parts = workspace_parts(context_of(plan))
    day = today().isoformat()
    entries = [work.framework, *work.ratings]
    rows = {workspace_form.prefix_of(each): workspace_form.opened(each, day) for each in entries} | form.rows
    errors: dict[str, str] = {}
    for fault in form.faults:
        errors.setdefault(fault.place, fault.message)
    done = just_done()
    is_published = done is not None and done.change.action == Action.PUBLISHED
    page = render_template(
        "comparison/work_workspace.html",
        work=work,
        is_published=is_published,
        incomplete=_incomplete(work.name) if is_published else (),
        plan=plan,
        page=page_of(work),
        parts=[*own_parts(work), *parts],
        waiting=len(plan.entries) + sum(len(part.changes) for part in parts),
        summary_row=rows["summary."],
        rating_rows=[rows[workspace_form.prefix_of(each)] for each in work.ratings],
        scores=_SCORES,
        choices=[
            (key, work.criteria[key]) for key in (*(each.document["criterion"] for each in work.ratings), *work.facts)
        ],
        to_answer={row: path_of_answer(work, row) for row in work.unanswered},
        point=form.point or _empty_point(day),
        point_fields={each.name: each for each in FIELDS[Kind.CLAIM]},
        rating_fields={each.name: each for each in FIELDS[Kind.RATING]},
        labels={kind: item_form.labels_of(kind) for kind in (Kind.FRAMEWORK, Kind.RATING)},
        sides={"For": work.of_side(Side.PRO), "Against": work.of_side(Side.CON)},
        sources=listing.sources(),
        words_length=WORDS_LENGTH,
        faults=form.faults,
        errors=errors,
        saved=form.saved,
        done=done,
        today=day,
    )
    return page, status


def _incomplete(name: str) -> list[Criterion]:
    """The criteria whose findings compare frameworks, and leave this one out."""
    everything = whole_comparison(most=0)
    names = [framework.name for framework in everything.frameworks]
    return [each for each in everything.criteria if leaves_out(each.finding, name, names)]


def _empty_point(day: str) -> Filled:
    return item_form.filled_from_document(Kind.CLAIM, {"evidence": "opinion"}).with_empty_row(day)


# ---------------------------------------------------------------- summary and ratings


@bp.post("/work/workspace/<framework>/summary")
@maintainer
def work_workspace_summary(framework: str) -> Page | AnyResponse:
    """The framework's own texts, into the draft."""
    return _rows_sent(framework, lambda work: [work.framework], "summary")


@bp.post("/work/workspace/<framework>/ratings")
@maintainer
def work_workspace_ratings(framework: str) -> Page | AnyResponse:
    """All ratings of the grid, into the draft; those with a fault stay in the form."""
    return _rows_sent(framework, lambda work: list(work.ratings), "ratings")


def _rows_sent(
    framework: str, entries: Callable[[FrameworkWork], list[Entry]], anchor: str, *, is_second_try: bool = False
) -> Page | AnyResponse:
    work = work_on(framework)
    book = SourceBook(document_mapper.known(), listing.addresses())
    day = today().isoformat()
    rows = [workspace_form.read(entry, request.form, book, day) for entry in entries(work)]
    changed = [row for row in rows if row.document is not None]
    try:
        change = _save(work, changed, by_person(""))
    except (Conflict, IntegrityError):  # what stands now is shown beside what was typed
        db.session.rollback()
        if is_second_try:
            raise
        return _rows_sent(framework, entries, anchor, is_second_try=True)
    journal.commit()
    faults = [_placed(work, row, fault) for row in rows for fault in row.faults]
    said = _said(work, changed)
    if faults:
        shown = {row.prefix: row for row in rows if row.faults}
        status = 409 if any(row.both for row in shown.values()) else 422
        return workspace_page(work_on(framework), Form(shown, faults=faults, saved=said), status)
    flash(said or "Nothing was changed, so nothing was saved.", "done")
    number = change.id if change else None
    at = url_for(".work_workspace", framework=framework, change=number, at=anchor, _anchor=anchor)
    return redirect(at, code=303)


def _placed(work: FrameworkWork, row: Row, fault: Fault) -> Fault:
    """The fault as a sentence that says which row it is about."""
    if row.entry.kind is not Kind.RATING:
        return fault
    return fault._replace(message=f"{work.criteria[row.entry.document['criterion']]}: {fault.message}")


def _said(work: FrameworkWork, rows: Sequence[Row]) -> str:
    """What was saved, and who sees it when."""
    if not rows:
        return ""
    is_one = len(rows) == 1
    change = "the change" if is_one else "the changes"
    when = f"once you publish {change}" if work.state == State.PUBLISHED else "once the framework is published"
    what = "rating" if is_one else "ratings"
    saved = (
        "The summary is" if rows[0].entry.kind is Kind.FRAMEWORK else f"{len(rows)} {what} {'is' if is_one else 'are'}"
    )
    return f"{saved} in the draft. Visitors see {'it' if is_one else 'them'} {when}."


def _save(work: FrameworkWork, rows: Sequence[Row], by: By) -> Change | None:
    """Put rows into the draft: what visitors get already waits beside it, the rest is stored as a draft.

    Returns the change that holds all of it, as far as it is stored.
    """
    stored = [row for row in rows if not _is_live(work, row)]
    whole: Change | None = None
    if len(stored) > 1 or any(row.new_sources for row in rows):
        counts = {"rating" if len(stored) == 1 else "ratings": len(stored)} if stored else {}
        whole = journal.begin_batch(by, Action.EDITED, {"counts": counts, "framework": work.key})
    batch = whole.id if whole else None
    for row in rows:
        assert row.document is not None  # noqa: S101 - the caller has chosen those
        for source in row.new_sources:
            journal.add(Kind.SOURCE, {**source, "state": State.DRAFT.value}, by, batch=batch)
        item = row.entry.item
        if item is not None and _is_live(work, row):
            pending.keep(item, row.document, work.key, by.who)
            continue
        state = State.PUBLISHED if row.entry.standing is Standing.PUBLISHED else State.DRAFT
        document = {**row.document, "state": state.value}
        if item is None:
            change: Change | None = journal.add(row.entry.kind, document, by, batch=batch)
        else:
            action = Action.RESTORED if row.entry.standing is Standing.RETIRED else Action.EDITED
            change = journal.save(item, document, by, action, batch=batch)
            pending.drop({(item.kind, item.key): None})
        whole = whole or change
    return whole


def _is_live(work: FrameworkWork, row: Row) -> bool:
    """Whether visitors get it as it is stored."""
    is_published = row.entry.standing in (Standing.PUBLISHED, Standing.CHANGED)
    return is_published and work.state == State.PUBLISHED


# ---------------------------------------------------------------- points


@bp.post("/work/workspace/<framework>/point")
@maintainer
def work_workspace_point(framework: str) -> Page | AnyResponse:
    """A new point, as a draft."""
    with reading():
        work = work_on(framework)
        sent = workspace_form.part(request.form, _POINT)
        filled = item_form.filled_from_request(Kind.CLAIM, sent)
        fixed = {"framework": framework, "state": State.DRAFT.value}
        filled = filled._replace(values={**filled.values, **fixed})
        day = today().isoformat()
        read = item_form.read_form(
            filled, document_mapper.known(), listing.addresses(), day, taken=document_mapper.keys(Kind.CLAIM)
        )
        asked = request.form.get("do", "save")
        if asked != "save":
            return workspace_page(work, Form(point=item_form.with_rows(filled, asked, day)))
        if read.faults:
            labels = item_form.labels_of(Kind.CLAIM)
            faults = [item_form.in_words(fault, labels) for fault in read.faults]
            faults = [fault._replace(place=_POINT + fault.place) for fault in faults]
            shown = filled if filled.sources else filled.with_empty_row(day)
            return workspace_page(work, Form(point=shown, faults=faults), 422)
    by = by_person(filled.note)
    for source in read.new_sources:
        journal.add(Kind.SOURCE, {**source, "state": State.DRAFT.value}, by)
    change = journal.add(Kind.CLAIM, read.document, by)
    journal.commit()
    return redirect(
        url_for(".work_workspace", framework=framework, change=change.id, at="points", _anchor="points"), code=303
    )
