"""Suggestion form, and the page that says what has become of a suggestion."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from flask import Response, abort, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.comparison.bp import bp
from fwsite.blueprints.comparison.ledger import history, suggestions
from fwsite.blueprints.comparison.ledger.suggestions import Seen
from fwsite.domain.comparison import Side
from fwsite.domain.items import Kind, Known, unusable
from fwsite.domain.questionnaire import Fault
from fwsite.domain.suggestion import TEXT_LENGTH, Proposal, canonical_proposal, check_proposal, long_text_fault, tidy
from fwsite.extend import (
    SENT_TWICE,
    Limit,
    criterion_names,
    csrf_token,
    emit,
    framework_names,
    is_shaped,
    kept_around,
    new_submission,
    reading,
    sent_twice,
    token_for,
)

Page = tuple[str, int]
TRAP = "website"
"""The name of the field that people do not see and programs fill in."""
_TYPED = ("framework", "criterion", "side", "text", "remark", "source_title", "source_url", "source_words")
_GIVEN = ("framework", "criterion", "side")
"""What a link to the form may choose in it."""
_SIDES = {Side.PRO.value: "For it", Side.CON.value: "Against it"}
_OWN_ENDPOINTS = frozenset(
    f"comparison.{name}" for name in ("suggest", "suggest_submit", "suggestion", "withdraw", "withdrawn")
)


@bp.after_request
def keep_suggestions_private(response: Response) -> Response:
    """For one visitor alone: not stored, and where it is about somebody's words not listed or passed on."""
    if request.endpoint in _OWN_ENDPOINTS:
        response.cache_control.no_store = True
        if request.endpoint != "comparison.suggest" or request.args:
            response.headers["X-Robots-Tag"] = "noindex"
            response.headers["Referrer-Policy"] = "no-referrer"
    return response


_LIMIT = Limit("10 per hour", scope="comparison.suggest")
"""Of suggestions from one address."""


class Asked(NamedTuple):
    """What the form is about: what there is to choose from, and the point that is called wrong, if it is one."""

    frameworks: Mapping[str, str]
    criteria: Mapping[str, str]
    claim: Seen | None

    @property
    def known(self) -> Known:
        """What a suggestion may be about."""
        return Known(frameworks=self.frameworks, criteria=self.criteria)

    @property
    def is_over(self) -> bool:
        """Whether the point is not published any more."""
        claim = self.claim
        return claim is not None and not (
            claim.is_published and claim.framework in self.frameworks and claim.criterion in self.criteria
        )


def _asked() -> Asked:
    """By the address and the version that the form was opened with. Error 404 for a point that never was public."""
    frameworks, criteria = framework_names(), criterion_names()
    key = request.args.get("claim")
    if key is None:
        return Asked(frameworks, criteria, None)
    version = history.version_number(request.form.get("version", ""))
    claim = None if unusable(key) else suggestions.find_seen(key, version)
    return Asked(frameworks, criteria, claim or abort(404))


@bp.get("/suggest")
def suggest() -> str | Response:
    """The form for a point, filled in as the address says; with ``?claim=`` for what is wrong with one."""
    return kept_around(_fresh_form, csrf_token, new_submission, reads=("claim", *_GIVEN), despite_hooks=True)


def _fresh_form(_csrf_token: str, submission: str) -> str:  # the form asks for the first one by itself
    with reading():
        asked = _asked()
    if asked.is_over:
        abort(404)
    typed = {name: request.args.get(name, "") for name in _GIVEN}
    return _form_page(asked, {**typed, "text": asked.claim.text if asked.claim else ""}, submission=submission)[0]


@bp.post("/suggest")
def suggest_submit() -> Page | AnyResponse:
    """Keep the suggestion and go to its page, or come back with everything that was typed."""
    with reading():
        asked = _asked()
    typed = {name: request.form.get(name, "") for name in _TYPED}
    if asked.is_over:
        over = "This point is no longer published, so nothing was sent. What you wrote is still below."
        return _form_page(asked, typed, [Fault("", over)], 409)
    if "preview" in request.form:
        return _preview_page(asked, typed)
    proposal = _proposal(asked, typed)
    submission = request.form.get("submission", "")
    faults = [*check_proposal(proposal, asked.known), *_form_faults(submission)]
    if faults:
        return _form_page(asked, typed, faults, 422)
    token = token_for(current_app.config["SECRET_KEY"], submission, canonical_proposal(proposal))
    seconds = _keep(token, proposal, asked)
    if seconds:
        return _too_often(asked, typed, seconds)
    return redirect(url_for(".suggestion", token=token), code=303)


def _form_faults(submission: str) -> Iterator[Fault]:
    """What is wrong with the form itself, where nothing is wrong with what was typed."""
    if request.form.get(TRAP):
        yield Fault("", "A field that has to stay empty was filled in. It is empty now: please send the form again.")
    if sent_twice(*_TYPED, "submission", "version"):
        yield Fault("", SENT_TWICE)
    if not is_shaped(submission):
        yield Fault("", "Part of the form did not arrive. What you wrote is here: please send it again.")


def _proposal(asked: Asked, typed: Mapping[str, str]) -> Proposal:
    proposal = Proposal(**{name: tidy(text) for name, text in typed.items()})
    claim = asked.claim
    if claim is None:
        return replace(proposal, remark="")
    better = "" if proposal.text == claim.text else proposal.text
    about = {"framework": claim.framework, "criterion": claim.criterion, "side": claim.side}
    return replace(proposal, claim=claim.key, text=better, **about)


def _keep(token: str, proposal: Proposal, asked: Asked) -> int:
    """Store it, or say in how many seconds it may be; what is there already is not counted a second time."""
    with reading():
        is_stored = suggestions.is_stored(token)
    if not is_stored:
        seconds = _LIMIT.hit()
        if seconds:
            return seconds
        if suggestions.store(token, proposal, asked.claim.text if asked.claim else ""):
            of, on = proposal.framework, proposal.criterion
            emit("comparison.suggested", framework=of, criterion=on, claim=proposal.claim)
    return 0


def _too_often(asked: Asked, typed: Mapping[str, str], seconds: int) -> Response:
    minutes = math.ceil(seconds / 60)
    sentence = (
        "There have been many suggestions from your network within an hour. What you wrote is below: "
        f"please send it in {minutes} minute{'s' if minutes != 1 else ''}."
    )
    response = make_response(_form_page(asked, typed, [Fault("", sentence)], 429))
    response.headers["Retry-After"] = str(seconds)
    return response


def _preview_page(asked: Asked, typed: Mapping[str, str]) -> Page:
    text = tidy(typed["text"])
    wrong = long_text_fault("The point", text, TEXT_LENGTH) if text else "Write the text you would like to see."
    if wrong:
        return _form_page(asked, typed, [Fault("text", wrong)], 422)
    return _form_page(asked, typed, preview=text)


def _form_page(
    asked: Asked,
    typed: Mapping[str, str],
    faults: list[Fault] | None = None,
    status: int = 200,
    preview: str = "",
    submission: str = "",
) -> Page:
    submission = submission or request.form.get("submission", "")
    page = render_template(
        "comparison/suggest.html",
        asked=asked,
        claim=asked.claim,
        typed={**dict.fromkeys(_TYPED, ""), **typed},
        faults=faults or [],
        errors={fault.place: fault.message for fault in faults or []},
        sides=_SIDES,
        submission=submission if is_shaped(submission) else new_submission(),
        preview=preview,
        trap=TRAP,
        longest=TEXT_LENGTH,
    )
    return page, status


def _found(token: str) -> suggestions.SuggestionView:
    with reading():
        found = suggestions.find(token) if is_shaped(token) else None
    return found or abort(404)


@bp.get("/suggestions/<token>")
def suggestion(token: str) -> Page:
    """What was suggested, and what has become of it."""
    return _status_page(token, _found(token))


@bp.post("/suggestions/<token>/withdraw")
def withdraw(token: str) -> Page | AnyResponse:
    """Delete a suggestion that waits."""
    found = _found(token)
    if suggestions.withdraw(token):
        return redirect(url_for(".withdrawn"), code=303)
    return _status_page(token, suggestions.find(token) or found, 409)


@bp.get("/suggestions/withdrawn")
def withdrawn() -> str:
    """Says that it is done."""
    return render_template("comparison/withdrawn.html")


def _status_page(token: str, found: suggestions.SuggestionView, status: int = 200) -> Page:
    page = render_template(
        "comparison/suggestion.html",
        is_told=bool(history.told_of(Kind.CLAIM, [found.published_key or ""])),
        suggestion=found,
        token=token,
        sides=_SIDES,
        too_late=status == 409,
    )
    return page, status
