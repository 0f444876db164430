"""Moderation queue: what visitors have suggested, and what is decided about it."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.comparison.bp import bp
from fwsite.blueprints.comparison.editing.work_context import Page, by_person, maintainer
from fwsite.blueprints.comparison.ledger import history, journal, publication, suggestions
from fwsite.blueprints.comparison.ledger.journal import Conflict, UndoConflict
from fwsite.blueprints.comparison.ledger.publication import NothingNew
from fwsite.blueprints.comparison.ledger.suggestions import Decided, SuggestionView
from fwsite.blueprints.comparison.url_arguments import page_number
from fwsite.domain.items import Kind, is_address
from fwsite.domain.questionnaire import Fault
from fwsite.domain.suggestion import REASON_LENGTH, long_text_fault, tidy
from fwsite.domain.word_diff import words
from fwsite.extend import db, reading

_GONE = "This suggestion no longer exists: the visitor who sent it has withdrawn it."


@bp.get("/work/suggestions")
@maintainer
def work_suggestions() -> Page:
    """Those that wait, oldest first; with ``?show=decided`` those that were decided, newest first."""
    return _queue_page(page_number("page"), show_decided=request.args.get("show") == "decided")


@bp.post("/work/suggestions/<int(max=2147483647):number>/<any(publish,reject,undo):action>")
@maintainer
def work_decide(number: int, action: str) -> Page | AnyResponse:
    """Publish a suggestion, reject it with a reason, or let it wait again."""
    with reading():
        found = suggestions.find_waiting(number)
        page = suggestions.place_of(found) if found else 1
    wrong = _wrong_reason(_reason(number)) if action == "reject" and found else None
    if wrong:
        return _queue_page(page, [Fault(f"reason-{number}", wrong)], 422)
    try:
        _decide(number, action)
        journal.commit()
    except (Decided, Conflict, NothingNew) as error:
        db.session.rollback()
        return _refused(number, page, error)
    return redirect(url_for(".work_suggestions", page=page if page > 1 else None, done=number), code=303)


def _decide(number: int, action: str) -> None:
    who = by_person("").who
    if action == "publish":
        publication.publish(number, who, history.version_number(request.form.get("version", "")))
    elif action == "undo":
        publication.undo(number, who)
    else:
        suggestions.reject(number, who, tidy(_reason(number)))


def _reason(number: int) -> str:
    return request.form.get(f"reason-{number}", "")


def _wrong_reason(text: str) -> str | None:
    if not tidy(text):
        return "Write a reason; the visitor who sent it will read it."
    return long_text_fault("The reason", tidy(text), REASON_LENGTH)


def _refused(number: int, page: int, error: Decided | Conflict | NothingNew) -> Page:
    """Nothing was done; the queue as it is now says why, and has what was typed."""
    if isinstance(error, Decided):
        if error.current is None:
            return _queue_page(page, [Fault("", _GONE)], 404, lost=_reason(number))
        return _queue_page(page, [Fault("", _decision(error.current))], 409, lost=_reason(number))
    if isinstance(error, UndoConflict):
        return _queue_page(1, [], 409, show_decided=True, blocked=error.current.key)
    if isinstance(error, NothingNew):
        message = "It suggests no other text for the point. Use “Edit, then publish”, or reject it."
        return _queue_page(page, [Fault(f"item-{number}", message)], 422)
    message = (
        "The point changed while you were reading. This is the difference from what it says now; nothing was published."
    )
    return _queue_page(page, [Fault(f"item-{number}", message)], 409)


def _decision(found: SuggestionView) -> str:
    when = f"{found.decided_at:%Y-%m-%d %H:%M} UTC" if found.decided_at else "just now"
    reason = f" Reason: “{found.reason}”" if found.reason else ""
    return f"{found.decided_by} has {found.state} this suggestion already ({when}); nothing was changed.{reason}"


def _queue_page(
    wanted: int,
    faults: list[Fault] | None = None,
    status: int = 200,
    *,
    show_decided: bool = False,
    lost: str = "",
    blocked: str = "",
) -> Page:
    """A page of the queue. ``lost`` is a reason whose suggestion is not on it any more.

    ``blocked`` is the key of a point that was changed again, so that its publication cannot be undone.
    """
    with reading():
        page = (suggestions.decided if show_decided else suggestions.waiting)(wanted)
        waiting = page.total if not show_decided else suggestions.how_many_wait()
        done_number = history.version_number(request.args.get("done", ""))
        done = suggestions.find_by_id(done_number) if done_number is not None else None
    text = render_template(
        "comparison/work_suggestions.html",
        page=page,
        waiting=waiting,
        show_decided=show_decided,
        done=done,
        is_told=bool(done and history.told_of(Kind.CLAIM, [done.published_key or ""])),
        faults=faults or [],
        errors={fault.place: fault.message for fault in faults or []},
        reason=_reason,
        lost=tidy(lost),
        blocked=blocked,
        difference=_difference,
        is_address=is_address,
    )
    return text, status


def _difference(suggestion: SuggestionView) -> object:
    """What the offered text changes in the point's, in pieces."""
    assert suggestion.claim is not None  # noqa: S101 - the template asks for corrections alone
    return words(suggestion.claim.document["text"], suggestion.proposal.text)
