"""Fits editor: the fits question by question, and their publication."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.questionnaire import content, definitions, drafts, fits_form, grounds, releases
from fwsite.blueprints.questionnaire.bp import bp
from fwsite.blueprints.questionnaire.fits_form import Cell, Place
from fwsite.blueprints.questionnaire.fits_receiving import Grid, receive
from fwsite.blueprints.questionnaire.maintaining import Page, maintainer, own_name, work_at_hand
from fwsite.domain.evidence import Evidence
from fwsite.domain.items import NOTE_LENGTH, unusable
from fwsite.domain.questionnaire import FIT_RUBRIC, Definition, DefinitionError, Fault, Question
from fwsite.domain.versions import differences, summary
from fwsite.extend import known_packages

STALE_AFTER = timedelta(days=365)
"""A fit that nobody has reviewed for so long is listed as stale."""


class Row(NamedTuple):
    """A question in the list, with numbers of its cells."""

    question: Question
    cells: int
    unknown: int
    opinion: int
    stale: int
    changed: int


def _today() -> date:
    return datetime.now(UTC).date()


def _question(work: drafts.Work, key: str) -> Question:
    question = work.definition.by_key.get(key)
    if question is None:
        abort(404)
    return question


# ---------------------------------------------------------------- the list


@bp.get("/work/fits")
@maintainer
def work_fits() -> str:
    """The questions, and how well their fits are kept."""
    work = work_at_hand()
    changed = differences(work.edition, work.definition)
    rows = [
        _row(work.definition, question, sum(change.question.key == question.key for change in changed.fits))
        for question in work.definition.questions
    ]
    asked = definitions.with_everything_asked(work.definition)
    return render_template(
        "questionnaire/work_fits.html",
        work=work,
        rows=rows,
        added=asked.questions[len(rows) :],
        days=STALE_AFTER.days,
        file=_file_to_take(work),
    )


def _row(definition: Definition, question: Question, changed: int) -> Row:
    fits = [fits_form.fit_at(question, place) for place in fits_form.places(question, definition.names)]
    known = [fit for fit in fits if fit is not None]
    before = _today() - STALE_AFTER
    return Row(
        question=question,
        cells=len(fits),
        unknown=len(fits) - len(known),
        opinion=sum(fit.evidence is Evidence.OPINION for fit in known),
        stale=sum((fit.reviewed_on or definition.reviewed_on) < before for fit in known),
        changed=changed,
    )


# ---------------------------------------------------------------- one question


@bp.route("/work/fits/<question>", methods=["GET", "POST"])
@maintainer
def work_fits_question(question: str) -> Page | AnyResponse:
    """The grid of a question's fits."""
    work = work_at_hand()
    asked = _question(work, question)
    if request.method == "POST":
        return _sent(work, asked)
    return _grid(work, asked, _grid_of(work, asked).cells)


def _grid_of(work: drafts.Work, question: Question) -> Grid:
    """The cells of a question. They may go on resting on drafts, and of a framework that is one on all its drafts."""
    fits = {place: fits_form.fit_at(question, place) for place in fits_form.places(question, work.definition.names)}
    known, waiting = grounds.with_drafts(), set(work.waiting)

    def usable(place: Place) -> grounds.Usable | None:
        if known is None or place[1] in waiting:
            return grounds.usable(work.definition, known, place[1])
        fit = fits[place]
        kept = set(fit.claims) if fit else set()
        chosen = {key: each for key, each in known.items() if each.is_published or key in kept}
        return grounds.usable_of(work.definition, chosen)

    offer = fits_form.Offer(question.parts, known_packages().keys())
    return Grid(fits, usable, lambda _place: offer)


def _sent(work: drafts.Work, question: Question) -> Page | AnyResponse:
    received = receive(_grid_of(work, question), request.form, _today())
    if received.has_moved:
        return _grid(work, question, received.cells, status=409, theirs=received.theirs)
    if received.faults:
        return _grid(work, question, received.cells, received.faults, 422)
    if not received.fits:
        flash("Nothing was changed, so nothing was saved.", "done")
        return redirect(url_for(".work_fits_question", question=question.key), code=303)
    changes = {(question.key, *place): fit for place, fit in received.fits.items()}
    try:
        drafts.save(work, changes, own_name())
    except drafts.MovedError:  # it shows what both have changed
        again = work_at_hand()
        return _sent(again, _question(again, question.key))
    number = len(changes)
    flash(
        f"{number} cell{'s are' if number != 1 else ' is'} in the draft. Visitors see it once it is published.", "done"
    )
    return redirect(url_for(".work_fits", _anchor=f"q-{question.key}"), code=303)


def _grid(
    work: drafts.Work,
    question: Question,
    cells: Mapping[Place, Cell],
    faults: Sequence[Fault] = (),
    status: int = 200,
    theirs: int = 0,
) -> Page:
    errors: dict[str, str] = {}
    for fault in faults:
        errors.setdefault(fault.place, fault.message)
    page = render_template(
        "questionnaire/work_fits_question.html",
        work=work,
        question=question,
        names=work.definition.names,
        cells=cells,
        faults=[_placed(work.definition, question, fault) for fault in faults],
        errors=errors,
        moved=status == 409,
        theirs=theirs,
        fit_at=fits_form.fit_at,
        name=fits_form.name,
        rubric=FIT_RUBRIC,
        values=fits_form.VALUES,
        evidence=fits_form.EVIDENCE,
        reason_length=fits_form.REASON_LENGTH,
        all_keys=sorted({key for cell in cells.values() for key in cell.keys}),
        choices=grounds.choices(drafts_of=work.waiting),
        packages={key: releases.choices(key) for key in work.definition.names},
        waiting=work.waiting,
    )
    return page, status


def _placed(definition: Definition, question: Question, fault: Fault) -> Fault:
    """The fault as a sentence that says which cell it is about."""
    if not fault.place:
        return fault
    _, option, alternative = fault.place.split(".")
    where = f"{definition.names[alternative]}, “{question.by_key[option].label}”"
    return fault._replace(message=f"{where}: {fault.message}")


# ---------------------------------------------------------------- publication

_MOVED = Fault("", "Somebody has changed or published the draft in the meantime. Nothing was done; please look again.")


@bp.route("/work/publish", methods=["GET", "POST"])
@maintainer
def work_publish() -> Page | AnyResponse:
    """What the draft changes, and its audit; then publish or discard it."""
    work = work_at_hand()
    if request.method != "POST":
        return _publish_page(work)
    action = _ACTIONS.get(request.form.get("do", ""))
    if action is None:
        return _publish_page(work, [Fault("", "Press one of the buttons below.")], 422)
    if request.form.get("seen") != work.definition.version:
        return _publish_page(
            work, [Fault("", "Somebody has changed or published the draft in the meantime. Look again.")], 409
        )
    try:
        return action(work)
    except drafts.MovedError:
        return _publish_page(work_at_hand(), [_MOVED], 409)


def _publish(work: drafts.Work) -> Page | AnyResponse:
    note = " ".join(request.form.get("note", "").split())
    faults = _note_faults(note)
    if faults:
        return _publish_page(work, faults, 422)
    try:
        drafts.publish(work, own_name(), note)
    except DefinitionError as error:
        return _publish_page(work, [Fault("", str(fault)) for fault in error.faults], 422)
    flash("Published. Earlier results stay as they were, and say what has changed.", "done")
    return redirect(url_for(".work_fits"), code=303)


def _note_faults(note: str) -> list[Fault]:
    if not note:
        return [Fault("note", "Say why in a few words; it is kept with the version.")]
    if len(note) > NOTE_LENGTH:
        return [Fault("note", f"The note has {len(note)} characters; at most {NOTE_LENGTH} fit.")]
    if unusable(note):
        return [Fault("note", "The note has a character that cannot be stored; remove it.")]
    return []


def _discard(work: drafts.Work) -> AnyResponse:
    drafts.discard(work)
    kept = " Fits of frameworks that are drafts are still there." if work.waiting else ""
    flash(f"The draft is discarded. What is published stays as it is.{kept}", "done")
    return redirect(url_for(".work_fits"), code=303)


def _take(work: drafts.Work) -> AnyResponse:
    file = _file_to_take(work)
    if file is None:
        raise drafts.MovedError
    drafts.take(work, file, own_name())
    flash("The file is in the draft. The fits that maintainers judged stayed as they were.", "done")
    return redirect(url_for(".work_publish"), code=303)


def _catch_up(work: drafts.Work) -> AnyResponse:
    drafts.catch_up(work, own_name())
    flash("The draft is now based on the newest version; your changes are still in it.", "done")
    return redirect(url_for(".work_publish"), code=303)


_ACTIONS: Mapping[str, Callable[[drafts.Work], Page | AnyResponse]] = {
    "publish": _publish,
    "discard": _discard,
    "take": _take,
    "catch-up": _catch_up,
}


def _file_to_take(work: drafts.Work) -> Definition | None:
    """The content file, where maintainers have published since, and it says something new."""
    if definitions.publisher() is None:
        return None
    file = content.file_to_take()
    is_taken = file is not None and work.taken is not None and file.version == work.taken.version
    return None if is_taken else file


def _publish_page(work: drafts.Work, faults: list[Fault] | None = None, status: int = 200) -> Page:
    wanted = work.for_visitors(work.definition)
    found = differences(work.for_visitors(work.edition), wanted)
    file = _file_to_take(work)
    asked = definitions.with_everything_asked(wanted)
    page = render_template(
        "questionnaire/work_publish.html",
        work=work,
        found=found,
        lines=summary(found),
        faults=faults or [],
        error=next((fault.message for fault in faults or [] if fault.place == "note"), ""),
        note=request.form.get("note", ""),
        discarding="discard" in request.args,
        definition=asked,
        is_asked_more=asked != wanted,
        waiting=[work.definition.names[key] for key in work.waiting],
        audit=definitions.audit_of(asked) if work.row is not None else None,
        file=file,
        file_lines=summary(differences(work.edition, file)) if file else (),
        unlike_file=differences(work.taken, work.definition).fits if work.taken else (),
    )
    return page, status
