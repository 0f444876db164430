"""Fits of one framework, to be judged all at once: in its workspace, and on a page of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.questionnaire import drafts, fits_form, framework_fits, grounds, releases
from fwsite.blueprints.questionnaire.bp import bp
from fwsite.blueprints.questionnaire.fits_form import Cell, Place
from fwsite.blueprints.questionnaire.fits_receiving import receive
from fwsite.blueprints.questionnaire.maintaining import Page, maintainer, own_name, work_at_hand
from fwsite.domain.questionnaire import FIT_RUBRIC, Fault
from fwsite.extend import SlotContext

_OWN_PATH = re.compile(r"/(?!/)[\w/.-]*", re.ASCII)


@bp.route("/work/framework/<framework>", methods=["GET", "POST"])
@maintainer
def work_framework(framework: str) -> Page | AnyResponse:
    """All fits of a framework; a form of the workspace comes back here where something has to be looked at."""
    work = work_at_hand()
    if framework not in work.definition.names:
        abort(404)
    if request.method == "POST":
        return _sent(work, framework)
    return _page(work, framework, framework_fits.grid(work, framework).cells)


def _sent(work: drafts.Work, framework: str) -> Page | AnyResponse:
    received = receive(framework_fits.grid(work, framework), request.form, datetime.now(UTC).date())
    if received.has_moved:
        return _page(work, framework, received.cells, status=409, theirs=received.theirs)
    number = len(received.fits)
    if received.fits:
        try:
            drafts.save(work, framework_fits.changes(framework, received.fits), own_name())
        except drafts.MovedError:
            return _sent(work_at_hand(), framework)
    if received.faults:
        return _refused(framework, received.cells, received.faults, number)
    flash(_saved(work, framework, number) if number else "No fit was changed, so nothing was saved.", "done")
    at = _place(work)
    return redirect(f"{_back() or url_for('.work_framework', framework=framework)}?at={at}#{at}", code=303)


def _many(number: int) -> str:
    return "1 fit is" if number == 1 else f"{number} fits are"


def _saved(work: drafts.Work, framework: str, number: int) -> str:
    """What was saved, and who sees it when."""
    change = "the change" if number == 1 else "the changes"
    when = "once the framework is published" if framework in work.unpublished else f"once you publish {change}"
    return f"{_many(number)} in the draft. Visitors see {'it' if number == 1 else 'them'} {when}."


def _place(work: drafts.Work) -> str:
    """The section whose button was pressed."""
    at = request.form.get("at", "")
    return at if at.removeprefix("fits.") in work.definition.by_key else "fits"


def _refused(framework: str, sent: Mapping[Place, Cell], faults: Sequence[Fault], number: int) -> Page:
    """What has no fault is saved, and shown as it stands; the rest is as it was typed."""
    work = drafts.work()
    assert work is not None  # noqa: S101 - there was one a moment ago
    stored = framework_fits.grid(work, framework).cells
    wrong = {tuple(fault.place.split(".")[1:]) for fault in faults if fault.place}
    cells = {place: sent[place] if place in wrong or not wrong else stored[place] for place in stored}
    return _page(work, framework, cells, faults, 422, saved=number)


def _back() -> str | None:
    """The page that the form stood in, where that is one of this site."""
    back = request.form.get("back", "")
    return back if _OWN_PATH.fullmatch(back) else None


def _values(
    work: drafts.Work, framework: str, cells: Mapping[Place, Cell], faults: Sequence[Fault]
) -> dict[str, object]:
    errors: dict[str, str] = {}
    for fault in faults:
        errors.setdefault(fault.place, fault.message)
    return {
        "framework": framework,
        "framework_name": work.definition.names[framework],
        "standing": {each.place: each for each in framework_fits.cells(work, framework)},
        "questions": work.definition.questions,
        "reviewed_on": work.definition.reviewed_on,
        "cells": cells,
        "errors": errors,
        "name": fits_form.name,
        "points": grounds.of_framework(framework),
        "packages": releases.choices(framework),
        "rubric": FIT_RUBRIC,
        "values": fits_form.VALUES,
        "evidence": fits_form.EVIDENCE,
        "reason_length": fits_form.REASON_LENGTH,
    }


def _page(
    work: drafts.Work,
    framework: str,
    cells: Mapping[Place, Cell],
    faults: Sequence[Fault] = (),
    status: int = 200,
    *,
    theirs: int = 0,
    saved: int = 0,
) -> Page:
    page = render_template(
        "questionnaire/work_framework.html",
        **_values(work, framework, cells, faults),
        work=work,
        faults=[_placed(work, fault) for fault in faults],
        moved=status == 409,
        theirs=theirs,
        saved=_many(saved) if saved else "",
        back=_back() or "",
    )
    return page, status


def _placed(work: drafts.Work, fault: Fault) -> Fault:
    """The fault as a sentence that says which cell it is about."""
    if not fault.place:
        return fault
    _, question, option = fault.place.split(".")
    asked = work.definition.by_key[question]
    return fault._replace(message=f"{asked.text} “{asked.by_key[option].label}”: {fault.message}")


def workspace(context: SlotContext) -> Markup:
    """The form of a framework's fits, in its workspace."""
    work = drafts.work()
    framework = context.values["framework"]
    if work is None or framework not in work.definition.names:
        return Markup("")
    values = _values(work, framework, framework_fits.grid(work, framework).cells, ())
    text = render_template("questionnaire/_framework_fits.html", **values, back=context.values["page"])
    return Markup(text)  # noqa: S704 - Jinja has escaped it
