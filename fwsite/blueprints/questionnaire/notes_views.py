"""Notes of experts in the workspace: listed, and edited one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import render_template
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.questionnaire import draft_list, fits_form, grounds, note_form
from fwsite.blueprints.questionnaire.bp import bp
from fwsite.blueprints.questionnaire.draft_list_views import Editor, Look
from fwsite.blueprints.questionnaire.drafts import Work
from fwsite.blueprints.questionnaire.maintaining import Page, maintainer, work_at_hand
from fwsite.blueprints.questionnaire.note_form import NoteForm
from fwsite.blueprints.questionnaire.wording import when_words
from fwsite.domain.notes import TEXT_MOST


@bp.get("/work/notes")
@maintainer
def work_notes() -> str:
    """Every note of the draft, and where it stands in a result."""
    work = work_at_hand()
    rows = [(entry, when_words(work.definition, entry.newest)) for entry in draft_list.entries(work, note_form.PART)]
    return render_template("questionnaire/work_notes.html", work=work, rows=rows)


@bp.route("/work/notes/add", methods=["GET", "POST"])
@maintainer
def work_note_add() -> Page | AnyResponse:
    """A new note."""
    return EDITOR.page()


@bp.route("/work/note/<note>", methods=["GET", "POST"])
@maintainer
def work_note(note: str) -> Page | AnyResponse:
    """One note, to be edited or removed."""
    return EDITOR.page(note)


def _values(work: Work, look: Look) -> dict[str, Any]:
    definition = work.definition
    return {
        "questions": definition.questions,
        "nameable": work.nameable,
        "evidence": fits_form.EVIDENCE,
        "text_most": TEXT_MOST,
        "points": list(_points(work, look.form)),
        "when_words": when_words(definition, look.preview) if look.preview else [],
        "their_words": when_words(definition, look.theirs) if look.theirs else [],
    }


def _points(work: Work, form: NoteForm) -> Iterator[tuple[str, list[tuple[str, str, bool]]]]:
    """The published points by what they are about: key, text, whether chosen. Chosen keys that are none come last."""
    known = grounds.published() or {}
    names = work.definition.names
    for about in dict.fromkeys(ground.about for ground in known.values()):
        found = [(key, each.text, key in form.claims) for key, each in known.items() if each.about == about]
        yield names.get(about, about), found
    lost = [(key, key, True) for key in form.claims if key not in known]
    if lost:
        yield "No published points", lost


EDITOR = Editor(
    part=note_form.PART,
    noun="note",
    template="questionnaire/work_note.html",
    listing="questionnaire.work_notes",
    blank=NoteForm(),
    shown=note_form.shown,
    sent=note_form.sent,
    read=note_form.read,
    values=_values,
)
