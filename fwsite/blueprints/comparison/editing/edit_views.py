"""Edit form views: an item filled in, previewed, saved; and what happens when two people edit at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.comparison import item_form
from fwsite.blueprints.comparison.bp import bp
from fwsite.blueprints.comparison.editing.work_context import (
    Page,
    by_person,
    item_at,
    just_done,
    maintainer,
    plain_title,
    said_in_use,
    today,
)
from fwsite.blueprints.comparison.item_form import Filled, Read
from fwsite.blueprints.comparison.ledger import document_mapper, history, journal, listing, suggestions
from fwsite.blueprints.comparison.ledger.journal import Action, By, Conflict, InUse
from fwsite.blueprints.comparison.ledger.visibility import is_live
from fwsite.blueprints.comparison.models import Change
from fwsite.blueprints.comparison.url_arguments import NOUNS, kind_named
from fwsite.blueprints.comparison.verification import ageing
from fwsite.domain.changes import changed_fields, merge
from fwsite.domain.items import TAKEN_KEYS, WORDS_LENGTH, Document, Item, Kind, State, canonical
from fwsite.domain.questionnaire import Fault
from fwsite.extend import allow_scripts, current_person, db, reading


@dataclass(frozen=True)
class Editing:
    """Everything that the page of a form shows."""

    kind: Kind
    filled: Filled
    item: Item | None = None
    document: Document | None = None
    faults: list[Fault] = field(default_factory=list)
    conflicts: tuple[str, ...] = ()
    theirs: Document | None = None
    undoes: str = ""
    suggestion: str = ""


@bp.route("/work/<kind>/add", methods=["GET", "POST"])
@maintainer
def work_add(kind: str) -> Page | AnyResponse:
    """A new item; a list's choices, or a suggestion, fill the form in."""
    of = kind_named(kind)
    if request.method == "POST":
        return _sent(of, None)
    given = {name: request.args.get(name, "") for name in ("framework", "criterion", "side")}
    taken = document_mapper.find(of, f"{given['framework']}.{given['criterion']}") if of is Kind.RATING else None
    if taken is not None:
        return redirect(url_for(".work_edit", kind=kind, key=taken.key), code=303)
    state = State.DRAFT if request.args.get("state") == State.DRAFT else State.PUBLISHED
    read_on = today().isoformat() if of is Kind.SOURCE else None
    filled = item_form.filled_from_document(
        of, {"evidence": "opinion", "state": state.value, "read_on": read_on, **given}
    )
    return _form_page(_with_suggestion(Editing(of, filled.with_empty_row(today().isoformat()))))


@bp.route("/work/<kind>/<key>", methods=["GET", "POST"])
@maintainer
def work_edit(kind: str, key: str) -> Page | AnyResponse:
    """An item's form, and its history."""
    of = kind_named(kind)
    with reading():
        item = item_at(of, key)
    if request.method == "POST":
        return _sent(of, item)
    filled = item_form.filled_from_document(of, item.document)
    return _form_page(_with_suggestion(Editing(of, filled, item, item.document)))


def _with_suggestion(editing: Editing) -> Editing:
    """The form with a suggestion's words in it, where the address names one that waits."""
    number = request.args.get("suggestion", "")
    waiting = suggestions.find_waiting(int(number)) if number.isdecimal() and len(number) < 10 else None
    if waiting is None or editing.kind is not Kind.CLAIM:
        return editing
    return replace(editing, filled=suggestions.filled(waiting, editing.filled), suggestion=number)


def _sent(kind: Kind, item: Item | None) -> Page | AnyResponse:
    filled = item_form.filled_from_request(kind, request.form)
    with reading():
        read = item_form.read_form(
            filled,
            document_mapper.known(),
            listing.addresses(),
            today().isoformat(),
            key=item.key if item else None,
            taken=document_mapper.keys(kind) | TAKEN_KEYS,
        )
    editing = Editing(
        kind,
        filled,
        item,
        read.document,
        undoes=request.form.get("undoes", ""),
        suggestion=request.form.get("suggestion", "")[:9],
    )
    asked = request.form.get("do", "save")
    if asked != "save":
        return _form_page(replace(editing, filled=item_form.with_rows(filled, asked, today().isoformat())))
    if item is None:
        return _save_new(editing, read)
    return _save_changed(editing, read, item)


def _save_new(editing: Editing, read: Read) -> Page | AnyResponse:
    if read.faults:
        return _form_page(replace(editing, faults=list(read.faults)), 422)
    if editing.kind is Kind.RATING and document_mapper.find(Kind.RATING, Item.of(Kind.RATING, read.document).key):
        fault = Fault("criterion", "already has a rating for this framework; edit that one")
        return _form_page(replace(editing, faults=[fault]), 409)
    if _is_decided(editing):
        return _decided_page(editing)
    by = by_person(editing.filled.note)
    _add_sources(read, by)
    change = journal.add(editing.kind, read.document, by)
    if editing.kind is Kind.FRAMEWORK:
        journal.place_before_none(change.item_key)
    return _finish(editing, change)


def _save_changed(editing: Editing, read: Read, item: Item) -> Page | AnyResponse:
    names = tuple(name for name in request.form.get("conflicts", "").split(",") if name in read.document)
    base = history.document_at(item.kind, item.key, request.form.get("version", ""))
    unanswered = [name for name in names if request.form.get(f"choose-{name}") not in ("mine", "theirs")]
    mine = item_form.chosen_in_conflict(request.form, names, read.document, base or {})
    if item.version != history.version_number(request.form.get("version", "")):
        merged = merge(base or {}, mine, item.document)
        return conflict_page(editing, item, merged.document, merged.conflicts)
    faults = list(read.faults) + [Fault(f"choose-{name}", "Choose which of the two texts stays") for name in unanswered]
    if faults:
        theirs = item.document if names else None
        return _form_page(replace(editing, faults=faults, conflicts=names, theirs=theirs), 422)
    if changed_fields(item.document, {**mine, "reviewed_on": item.document.get("reviewed_on")}) in (
        (),
        ("reviewed_on",),
    ):
        flash("Nothing was changed, so nothing was saved.", "done")
        return redirect(url_for(".work_edit", kind=item.kind, key=item.key), code=303)
    if _is_decided(editing):
        return _decided_page(editing)
    by = by_person(editing.filled.note)
    _add_sources(read, by)
    undoes = history.number_of(item.kind, item.key, editing.undoes)
    try:
        change = journal.save(item, mine, by, _action(item, mine, undoes), undoes=undoes)
    except Conflict as error:
        db.session.rollback()
        merged = merge(item.document, mine, error.current.document)
        return conflict_page(editing, error.current, merged.document, merged.conflicts)
    except InUse as error:
        db.session.rollback()
        return _form_page(replace(editing, faults=[Fault("state", said_in_use(error))]), 422)
    return _finish(editing, change)


def _action(item: Item, document: Document, undoes: int | None) -> Action:
    if undoes is not None:
        return Action.UNDONE
    before, after = item.document["state"], document["state"]
    if State.RETIRED in (before, after) and before != after:
        return Action.RETIRED if after == State.RETIRED else Action.RESTORED
    return Action.EDITED


def _add_sources(read: Read, by: By) -> None:
    """A new source is as public as what it was written for; published with it where that is a draft."""
    state = State.PUBLISHED if is_live(read.document) else State.DRAFT
    for source in read.new_sources:
        journal.add(Kind.SOURCE, {**source, "state": state.value}, by)


def _is_decided(editing: Editing) -> bool:
    """Whether somebody has decided meanwhile on the suggestion that the form began with.

    Where not, nobody can before this is saved; it is locked before the point is, as everywhere.
    """
    if not editing.suggestion.isdecimal():
        return False
    try:
        suggestions.locked(int(editing.suggestion))
    except suggestions.Decided:
        db.session.rollback()
        return True
    return False


def _decided_page(editing: Editing) -> Page:
    fault = Fault("", "Somebody else has decided on this suggestion in the meantime. Look at it before you save.")
    return _form_page(replace(editing, faults=[fault], suggestion=""), 409)


def _finish(editing: Editing, change: Change | None) -> AnyResponse:
    person = current_person()
    queue = None
    if change is not None and person is not None and editing.suggestion.isdecimal():
        queue = 1
        if not is_live(change.document):
            flash("The suggestion keeps waiting: visitors do not see your version yet.", "done")
        elif suggestions.mark_published(int(editing.suggestion), change, person.name):
            flash("The suggestion is decided: it is published as you saved it.", "done")
    if editing.item is not None and editing.kind is Kind.CLAIM:
        ageing.acknowledge(editing.item.key)
    journal.commit()
    number = change.id if change else None
    key = change.item_key if change else editing.item.key if editing.item else ""
    if editing.kind is Kind.FRAMEWORK and editing.item is None and not (change and change.public):
        return redirect(url_for(".work_workspace", framework=key, change=number), code=303)
    return redirect(url_for(".work_edit", kind=editing.kind, key=key, change=number, queue=queue), code=303)


def conflict_page(editing: Editing, item: Item, document: dict[str, Any], conflicts: tuple[str, ...]) -> Page:
    """Both texts, and the form with everything that was typed; what only one side changed is taken from there."""
    filled = item_form.filled_from_document(item.kind, document, editing.filled.note)
    return _form_page(
        replace(editing, filled=filled, item=item, document=document, conflicts=conflicts, theirs=item.document), 409
    )


def _form_page(editing: Editing, status: int = 200) -> Page:
    allow_scripts()
    labels = item_form.labels_of(editing.kind)
    frameworks, criteria = listing.names()
    item = editing.item
    errors: dict[str, str] = {}
    for fault in editing.faults:
        errors.setdefault(fault.place, item_form.in_words(fault, labels).message)
    page = render_template(
        "comparison/work_edit.html",
        editing=editing,
        kind=editing.kind,
        item=item,
        nouns=NOUNS[editing.kind],
        filled=editing.filled,
        faults=[item_form.in_words(fault, labels) if fault.place else fault for fault in editing.faults],
        errors=errors,
        labels=labels,
        frameworks=frameworks,
        criteria=listing.rated_criteria() if editing.kind is Kind.RATING else criteria,
        sources=listing.sources(),
        citing=item_form.CITING_BY_HAND.get(editing.kind),
        words_length=WORDS_LENGTH,
        with_words=editing.kind is Kind.CLAIM,
        preview=preview_of(editing.kind, editing.document),
        versions=history.versions(item.kind, item.key, 1, public_only=False) if item else None,
        users=journal.users_of_source(item.key) if item and item.kind is Kind.SOURCE else [],
        name=plain_title(item.kind, item.document) if item else "",
        done=just_done(),
        today=today().isoformat(),
    )
    return page, status


def preview_of(kind: Kind, document: Document | None) -> Markup:
    """The item's texts as its readers will see them, as far as the fields take them."""
    if document is None:
        return Markup("")
    labels = item_form.labels_of(kind)
    fields = [field for field in item_form.Filled(kind, {}).fields if field.value == "markdown"]
    texts = [
        (labels[each.name], str(document[each.name])[: each.longest or None])
        for each in fields
        if document.get(each.name)
    ]
    return Markup(  # noqa: S704 - Jinja has escaped it
        render_template("comparison/_preview.html", texts=texts, evidence=document.get("evidence"))
    )


@bp.post("/work/preview/<kind>")
@maintainer
def work_preview(kind: str) -> str:
    """A form's texts as its readers will see them; for the script that shows them while they are typed."""
    of = kind_named(kind)
    values = item_form.filled_from_request(of, request.form).values
    return preview_of(of, canonical(of, values))
