"""Member views: answering for a team, and one's own link to change or delete that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from fwsite.blueprints.team import rounds, wording
from fwsite.blueprints.team.bp import bp
from fwsite.blueprints.team.rounds import Member, Round, RoundClosed, RoundFull
from fwsite.blueprints.team.views import of_team
from fwsite.domain.answers import Answers, canonical_answers
from fwsite.domain.faults import Fault
from fwsite.domain.items import unusable
from fwsite.domain.phrases import too_many_answers
from fwsite.extend import SENT_TWICE, CheckedAnswers, is_shaped, retried, sent_twice, token_for

LABEL_MOST = 40
"""Characters of a label."""
_OWN_FIELDS = ("label", "shows_label")
_NOTHING = Fault("", "Nothing is answered yet: choose an answer to one question at least.")


class Label(NamedTuple):
    """What somebody calls themselves, and whether the team's page shows it."""

    text: str = ""
    is_shown: bool = False

    def wrong(self) -> str:
        """What is wrong with it; empty where nothing is."""
        if len(self.text) > LABEL_MOST:
            return f"The label has {len(self.text)} characters; at most {LABEL_MOST} fit."
        if unusable(self.text) or not self.text.isprintable():
            return "The label has a character that cannot be stored; remove it."
        return ""


def own(found: Round, token: str) -> Member:
    """The person of the round with this token, or error 404."""
    return (rounds.member(found, token) if is_shaped(token) else None) or abort(404)


@bp.get("/<token>/answer")
def answer(token: str) -> ResponseReturnValue:
    """The questions, for somebody of the team."""
    found = of_team(token)
    if not found.is_open:
        return _closed_page(token)
    return _answer_page(token, found, Label())


@bp.post("/<token>/answer")
def send(token: str) -> ResponseReturnValue:
    """Keep the answers of somebody of the team; the same form sent twice is the same person."""
    submission = request.form.get("submission", "")
    person = token_for(current_app.config["SECRET_KEY"], submission, f"team member {token}")
    return _take(token, of_team(token), person)


@bp.get("/<token>/mine/<own_token>")
def mine(token: str, own_token: str) -> str:
    """One person's own page: their link, their result, and what they may still do."""
    found = of_team(token)
    member = own(found, own_token)
    return render_template("team/mine.html", token=token, own=own_token, round=found, member=member, wording=wording)


@bp.get("/<token>/mine/<own_token>/result")
def own_result(token: str, own_token: str) -> str:
    """What one's own answers say, for their person alone."""
    answers = own(of_team(token), own_token).answers or abort(404)
    back = url_for(".mine", token=token, own_token=own_token)
    return rounds.questionnaire().page(own_token, canonical_answers(answers), back) or abort(404)


@bp.get("/<token>/mine/<own_token>/answers")
def change(token: str, own_token: str) -> ResponseReturnValue:
    """The questions, with the answers given."""
    found = of_team(token)
    member = own(found, own_token)
    if not found.is_open:
        return _closed_page(token)
    label = Label(member.label, member.shows_label)
    return _answer_page(token, found, label, answers=member.answers or {}, own_token=own_token)


@bp.post("/<token>/mine/<own_token>/answers")
def change_submit(token: str, own_token: str) -> ResponseReturnValue:
    """Keep other answers in the place of those given."""
    found = of_team(token)
    own(found, own_token)
    return _take(token, found, own_token, is_change=True)


@bp.get("/<token>/mine/<own_token>/delete")
def ask_to_leave(token: str, own_token: str) -> str:
    """Asks before the answers are deleted."""
    found = of_team(token)
    own(found, own_token)
    return render_template("team/delete_mine.html", token=token, own=own_token, round=found)


@bp.post("/<token>/mine/<own_token>/delete")
def leave(token: str, own_token: str) -> ResponseReturnValue:
    """Delete one's own answers."""
    found = of_team(token)
    rounds.remove_member(found, own(found, own_token))
    return redirect(url_for(".left", token=token), code=303)


@bp.get("/<token>/left")
def left(token: str) -> str:
    """Says that one's answers are deleted."""
    return render_template("team/left.html", token=token, round=of_team(token))


def _take(token: str, found: Round, person: str, *, is_change: bool = False) -> ResponseReturnValue:
    offered = rounds.questionnaire()
    definition = rounds.definition_of(found)
    own_token = person if is_change else None
    label = Label(" ".join(request.form.get("label", "").split()), "shows_label" in request.form)
    wrong = label.wrong()
    sent = MultiDict([each for each in request.form.items(multi=True) if each[0] not in _OWN_FIELDS])
    checked = offered.check(definition, sent)
    if not isinstance(checked, CheckedAnswers) or wrong or sent_twice(*_OWN_FIELDS):
        faults = [] if isinstance(checked, CheckedAnswers) else list(checked) or [_NOTHING]
        faults += [Fault("", SENT_TWICE)] if sent_twice(*_OWN_FIELDS) else []
        return _answer_page(token, found, label, faults=faults, wrong=wrong, own_token=own_token), 422
    if not found.is_open:
        return _closed_page(token), 409
    if seconds := offered.seconds_to_wait():
        return _too_often(token, found, label, seconds, own_token)
    response = offered.store(definition, checked, person)
    try:
        before = retried(lambda: rounds.put(found, person, response, label.text, shows_label=label.is_shown))
    except (RoundClosed, RoundFull) as refused:
        return _refused(token, response, refused)
    if before is not None:
        offered.delete([before])
    return redirect(url_for(".mine", token=token, own_token=person), code=303)


def _refused(token: str, response: str, refused: Exception) -> ResponseReturnValue:
    """The page of a round that was closed or filled meanwhile; what was stored for it goes again."""
    rounds.forget_unless_kept(response)
    if isinstance(refused, RoundClosed):
        return _closed_page(token), 409
    return render_template("team/closed.html", token=token, heading="This team is full", full=True), 409


def _too_often(token: str, found: Round, label: Label, seconds: int, own_token: str | None) -> ResponseReturnValue:
    fault = Fault("", too_many_answers(seconds))
    page = _answer_page(token, found, label, faults=[fault], own_token=own_token)
    return page, 429, {"Retry-After": str(seconds)}


def _closed_page(token: str) -> str:
    can_be_opened = of_team(token).can_be_opened
    return render_template(
        "team/closed.html", token=token, heading="The round is closed", full=False, can_be_opened=can_be_opened
    )


def _answer_page(
    token: str,
    found: Round,
    label: Label,
    *,
    answers: Answers | None = None,
    faults: Sequence[Fault] = (),
    wrong: str = "",
    own_token: str | None = None,
) -> str:
    definition = rounds.definition_of(found)
    form = rounds.questionnaire().form(definition, answers, faults)
    return render_template(
        "team/answer.html",
        token=token,
        own=own_token,
        round=found,
        form=form,
        label=label,
        wrong=wrong,
        questions=len(definition.questions),
        has_faults=bool(faults or wrong),
        most=LABEL_MOST,
        wording=wording,
    )
