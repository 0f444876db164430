"""Draft list editor: one note or scenario in a form, met with what others have saved meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.questionnaire import draft_list, drafts
from fwsite.blueprints.questionnaire.draft_list import Entry
from fwsite.blueprints.questionnaire.drafts import Work
from fwsite.blueprints.questionnaire.maintaining import Page, own_name, work_at_hand
from fwsite.domain.questionnaire import Definition, Fault


class Look(NamedTuple):
    """What the page of a form shows: its fields, what is wrong with them, and what others have saved meanwhile."""

    entry: Entry
    form: Any
    was: str
    """The digest of what the form was opened with."""
    faults: Sequence[Fault] = ()
    status: int = 200
    theirs: Any = None
    has_moved: bool = False
    preview: Any = None
    """The item that the fields say, where somebody wants to see it first."""


@dataclass(frozen=True)
class Editor:
    """One part of the questionnaire: how an item of it becomes a form and back, and where that stands.

    ``values`` gives a template what this part has beside the form.
    """

    part: str
    noun: str
    template: str
    listing: str
    """The endpoint of the list."""
    blank: Any
    shown: Callable[[Definition, Any], Any]
    sent: Callable[[Definition, MultiDict[str, str]], Any]
    read: Callable[[Work, Any, str], tuple[Any, list[Fault]]]
    values: Callable[[Work, Look], Mapping[str, Any]]

    def digest(self, work: Work, item: Any) -> str:
        """Equal for items that say the same; empty for none."""
        if item is None:
            return ""
        return hashlib.sha256(repr(self.shown(work.definition, item)).encode()).hexdigest()[:16]

    def page(self, key: str = "") -> Page | AnyResponse:
        """The form of an item, or of a new one without a key; what is sent goes into the draft."""
        work = work_at_hand()
        entry = self._entry(work, key)
        if request.method == "POST":
            return self._sent(work, entry)
        form = self.shown(work.definition, entry.newest) if key else self.blank
        return self._show(work, Look(entry, form, self.digest(work, entry.drafted)))

    def _entry(self, work: Work, key: str) -> Entry:
        if not key:
            return Entry("", None, None)
        found = draft_list.find(work, self.part, key)
        if found is None:
            abort(404)
        return found

    def _sent(self, work: Work, entry: Entry) -> Page | AnyResponse:
        do = request.form.get("do", "save")
        now = self.digest(work, entry.drafted)
        look = Look(entry, self.sent(work.definition, request.form), request.form.get("was", ""))
        try:
            if do == "remove":
                return self._removed(work, look, now)
            item, faults = self.read(work, look.form, entry.key)
            if do == "preview":
                status = 422 if faults else 200
                return self._show(work, look._replace(faults=faults, status=status, preview=item))
            if look.was != now and (item is None or self.digest(work, item) != now):
                moved = look._replace(was=now, status=409, theirs=entry.drafted, has_moved=True)
                return self._show(work, moved)
            if faults:
                return self._show(work, look._replace(faults=faults, status=422))
            return self._saved(work, entry, item)
        except drafts.MovedError:  # it shows what both have changed
            again = work_at_hand()
            return self._sent(again, self._entry(again, entry.key))

    def _saved(self, work: Work, entry: Entry, item: Any) -> AnyResponse:
        said = self.digest(work, item)
        alike = [each.key for each in getattr(work.definition, self.part) if self.digest(work, each) == said]
        if (entry.key in alike) if entry.key else alike:
            flash(f"The draft already says this, so nothing was saved of this {self.noun}.", "done")
        else:
            draft_list.put(work, self.part, item, own_name())
            flash(f"The {self.noun} is in the draft. It takes effect once the draft is published.", "done")
        return self._to_list(alike[0] if alike and not entry.key else item.key)

    def _removed(self, work: Work, look: Look, now: str) -> Page | AnyResponse:
        entry = look.entry
        if entry.drafted is None:
            flash(f"The {self.noun} was removed from the draft already.", "done")
            return self._to_list(entry.key)
        if look.was != now:
            form = self.shown(work.definition, entry.drafted)
            return self._show(work, Look(entry, form, now, status=409, has_moved=True))
        draft_list.take_out(work, self.part, entry.key, own_name())
        kept = " What is published stays until the draft is." if entry.published is not None else ""
        flash(f"The {self.noun} is not in the draft any more.{kept}", "done")
        return self._to_list(entry.key if entry.published is not None else "")

    def _to_list(self, key: str) -> AnyResponse:
        return redirect(url_for(self.listing, _anchor=f"i-{key}" if key else None), code=303)

    def _show(self, work: Work, look: Look) -> Page:
        errors: dict[str, str] = {}
        for fault in look.faults:
            errors.setdefault(fault.place, fault.message)
        page = render_template(
            self.template,
            work=work,
            look=look,
            errors=errors,
            removing="remove" in request.args and request.method == "GET" and look.entry.drafted is not None,
            **self.values(work, look),
        )
        return page, look.status
