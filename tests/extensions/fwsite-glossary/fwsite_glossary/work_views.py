"""The maintainers' forms: list, add, edit, delete; and what happens when two people edit at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fwsite.domain.questionnaire import Fault
from fwsite.extend import db, emit
from fwsite.identity import Role, role_required

from . import queries
from .entries import ALIASES, DEFINITION_LENGTH, TERM_LENGTH, Wording, faults, one_line
from .models import Term
from .views import bp

LIMITS = {"term": TERM_LENGTH, "aliases": ALIASES, "definition": DEFINITION_LENGTH}
maintainer = role_required(Role.MAINTAINER)


@dataclass(frozen=True)
class Form:
    """The form of a term as it was typed; ``theirs`` is what somebody else has written meanwhile."""

    term: str = ""
    aliases: str = ""
    definition: str = ""
    faults: list[Fault] = field(default_factory=list)
    theirs: Wording | None = None
    is_gone: bool = False

    @property
    def wording(self) -> Wording:
        """What would be stored."""
        aliases = tuple(filter(None, map(one_line, re.split(r"[,\r\n]", self.aliases))))
        return Wording(term=one_line(self.term), aliases=aliases, definition=one_line(self.definition))


def _sent(**other: object) -> Form:
    typed = {name: request.form.get(name, "") for name in LIMITS}
    return Form(**typed, **other)  # type: ignore[arg-type]


@bp.get("/work/")
@maintainer
def work_list() -> str:
    """All terms, with the ways to change them."""
    return render_template("glossary/work_list.html", rows=queries.rows())


@bp.get("/work/add")
@maintainer
def work_add() -> str:
    """An empty form."""
    return _form_page(Form())


@bp.post("/work/add")
@maintainer
def work_add_submit() -> ResponseReturnValue:
    """Store a new term, or come back with what was typed and what is wrong with it."""
    queries.lock()
    wording = _sent().wording
    wrong = faults(wording, queries.taken())
    if wrong:
        return _form_page(_sent(faults=wrong)), 422
    return _done(queries.add(wording).slug, f"“{wording.term}” was added.")


@bp.get("/work/<int(max=2147483647):number>")
@maintainer
def work_edit(number: int) -> str:
    """The form of a term."""
    row = queries.find(number) or abort(404)
    return _form_page(Form(row.term, ", ".join(row.aliases), row.definition), row)


@bp.post("/work/<int(max=2147483647):number>")
@maintainer
def work_edit_submit(number: int) -> ResponseReturnValue:
    """Store the change. Where somebody else was first, both texts come back, and nothing is stored."""
    queries.lock()
    row, wording = queries.find(number), _sent().wording
    if row is None:
        return _form_page(_sent(is_gone=True)), 409
    if request.form.get("version") != str(row.version):
        return _form_page(_sent(theirs=queries.wording_of(row)), row), 409
    wrong = faults(wording, queries.taken(but=row))
    if wrong:
        return _form_page(_sent(faults=wrong), row), 422
    if wording == queries.wording_of(row):
        return _done("", "Nothing was changed.")
    queries.write(row, wording)
    return _done(row.slug, f"“{wording.term}” was changed.")


@bp.get("/work/<int(max=2147483647):number>/delete")
@maintainer
def work_delete(number: int) -> str:
    """Ask first."""
    row = queries.find(number) or abort(404)
    return render_template("glossary/work_delete.html", row=row, is_changed=False)


@bp.post("/work/<int(max=2147483647):number>/delete")
@maintainer
def work_delete_submit(number: int) -> ResponseReturnValue:
    """Delete what the person saw; where it was changed meanwhile, ask again."""
    queries.lock()
    row = queries.find(number)
    if row is None:
        return _done("", "The term was deleted already.")
    if request.form.get("version") != str(row.version):
        return render_template("glossary/work_delete.html", row=row, is_changed=True), 409
    slug, term = row.slug, row.term
    queries.delete(row)
    return _done(slug, f"“{term}” was deleted.")


def _form_page(form: Form, row: Term | None = None) -> str:
    errors: dict[str, str] = {}
    for fault in form.faults:
        errors.setdefault(fault.place, fault.message)
    return render_template("glossary/work_edit.html", form=form, row=row, errors=errors, limits=LIMITS)


def _done(slug: str, message: str) -> ResponseReturnValue:
    """Commit, tell others of the term, and go back to the list."""
    db.session.commit()
    if slug:
        emit("glossary.changed", texts=frozenset({slug}))
    flash(message, "done")
    return redirect(url_for(".work_list"), code=303)
