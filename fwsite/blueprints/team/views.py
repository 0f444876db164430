"""Team views: the beginning of a round, the organiser's page, and what the team reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from fwsite.blueprints.team import rounds, wording
from fwsite.blueprints.team.bp import bp
from fwsite.blueprints.team.rounds import Round
from fwsite.blueprints.team.team_page import team_page
from fwsite.domain.faults import Fault
from fwsite.domain.team import PEOPLE
from fwsite.extend import (
    SENT_TWICE,
    Limit,
    SitemapEntry,
    Text,
    TextsContext,
    answering,
    csrf_token,
    is_shaped,
    kept_around,
    limited,
    new_submission,
    path_for,
    retried,
    sent_twice,
    token_for,
    whole_page,
)

_BEGINNING = Limit("100 per 10 minutes", "team.begin", in_process=True)
SHOWN = {"end": "Only when you close the round", "at-once": "As soon as two have answered"}
"""When the team sees its result, in the words of the form."""


@bp.after_request
def keep_private(response: Response) -> Response:
    """What a team answers is for it alone: not stored, not listed, not passed on by its link."""
    response.cache_control.no_store = True
    if request.endpoint != "team.index":
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.errorhandler(NotFound)
def not_found(_error: NotFound) -> ResponseReturnValue:
    """What a link leads to whose round or person is gone."""
    return render_template("team/not_found.html", days=current_app.config["TEAM_KEEP_DAYS"]), 404


class Beginning(NamedTuple):
    """What whoever begins has filled in."""

    shown: str = "end"
    expected: str = ""

    def faults(self) -> Iterator[Fault]:
        """What is wrong with it."""
        if self.shown not in SHOWN:
            yield Fault("shown", "Choose when the team sees its result.")
        if self.expected and (not self.expected.isdecimal() or int(self.expected[:9]) not in PEOPLE):
            yield Fault("expected", f"Write a number from {PEOPLE[0]} to {PEOPLE[-1]}, or leave it empty.")


def organised(token: str) -> Round:
    """The round that this token organises, or error 404."""
    return (rounds.organised(token) if is_shaped(token) else None) or abort(404)


def of_team(token: str) -> Round:
    """The round of the team with this token, or error 404."""
    return (rounds.of_team(token) if is_shaped(token) else None) or abort(404)


def team_token_for(organiser: str) -> str:
    """The token of the link that is sent to the team."""
    return token_for(current_app.config["SECRET_KEY"], "team", organiser)


@bp.get("/")
def index() -> str | Response:
    """What a round is, and the form that begins one."""

    rounds.questionnaire()

    def page(_csrf_token: str, submission: str) -> str:  # the form asks for the first one by itself
        return _begin_page(Beginning(), submission)

    return kept_around(page, csrf_token, new_submission, despite_hooks=True)


def _begin_page(given: Beginning, submission: str, faults: list[Fault] | None = None) -> str:
    return render_template(
        "team/index.html",
        given=given,
        submission=submission,
        faults=faults or [],
        said={fault.place: fault.message for fault in faults or []},
        shown=SHOWN,
        people=PEOPLE,
        days=current_app.config["TEAM_KEEP_DAYS"],
    )


@bp.post("/")
@limited(_BEGINNING)
def begin() -> ResponseReturnValue:
    """Begin a round; the same form sent twice begins one."""
    given = Beginning(request.form.get("shown", ""), request.form.get("expected", "").strip())
    faults = list(given.faults())
    submission = request.form.get("submission", "")
    if sent_twice("shown", "expected", "submission") or not is_shaped(submission):
        faults.append(Fault("", SENT_TWICE))
        submission = new_submission()
    if faults:
        return _begin_page(given, submission, faults), 422
    organiser = token_for(current_app.config["SECRET_KEY"], submission, f"team round {given.shown} {given.expected}")
    retried(
        lambda: rounds.begin(
            organiser,
            team_token_for(organiser),
            shows_at_once=given.shown == "at-once",
            expected=int(given.expected) if given.expected else None,
        )
    )
    return redirect(url_for(".organise", token=organiser), code=303)


@bp.get("/organise/<token>")
def organise(token: str) -> str:
    """The organiser's page: the link to send, how many have answered, closing, opening again and deleting."""
    return _organiser_page(token, organised(token))


def _organiser_page(token: str, found: Round, problem: str = "") -> str:
    return render_template(
        "team/organise.html",
        token=token,
        team=team_token_for(token),
        round=found,
        problem=problem,
        wording=wording,
        least=PEOPLE.start,
        days=current_app.config["TEAM_KEEP_DAYS"],
    )


@bp.get("/organise/<token>/close")
def ask_to_close(token: str) -> ResponseReturnValue:
    """Asks before the round is closed."""
    found = organised(token)
    if not found.is_open:
        return redirect(url_for(".organise", token=token))
    if found.answered < PEOPLE.start:
        return _too_few(token)
    return render_template("team/close_round.html", token=token, round=found, wording=wording)


@bp.post("/organise/<token>/close")
def close(token: str) -> ResponseReturnValue:
    """End the round: from then on the team reads its result, and nobody changes an answer."""
    found = organised(token)
    if not rounds.close(found) and organised(token).is_open:
        return _too_few(token)
    return redirect(url_for(".show", token=team_token_for(token)), code=303)


def _too_few(token: str) -> ResponseReturnValue:
    problem = "Two people have to answer before you can close the round."
    return _organiser_page(token, organised(token), problem), 409


@bp.post("/organise/<token>/open")
def open_again(token: str) -> ResponseReturnValue:
    """Take the closing back: answers may come and change again."""
    rounds.open_again(organised(token))
    return redirect(url_for(".organise", token=token), code=303)


@bp.get("/organise/<token>/delete")
def ask_to_delete(token: str) -> str:
    """Asks before anything is deleted."""
    return render_template("team/delete_round.html", token=token, round=organised(token), wording=wording)


@bp.post("/organise/<token>/delete")
def delete(token: str) -> ResponseReturnValue:
    """Delete the round and everybody's answers."""
    rounds.remove(organised(token))
    return redirect(url_for(".deleted"), code=303)


@bp.get("/deleted")
def deleted() -> str:
    """Says that it is done."""
    return render_template("team/deleted.html")


@bp.get("/<token>")
@whole_page(despite_hooks=True, at_secret_address=True)
def show(token: str) -> str:
    """What the team reads: its result, or how many have answered."""
    found = of_team(token)
    report = rounds.report(found) if found.shows_result else None
    if report is None:
        return render_template("team/waiting.html", token=token, round=found, wording=wording, most=PEOPLE[-1])
    return render_template("team/team.html", page=team_page(rounds.definition_of(found), report, found), token=token)


@bp.get("/<token>/decision.md")
def decision(token: str) -> Response:
    """The result as a record of a decision."""
    from fwsite.blueprints.team import decision as records  # few ask for it

    found = of_team(token)
    report = rounds.report(found) if found.shows_result else None
    if report is None:
        abort(404)
    page = team_page(rounds.definition_of(found), report, found)
    response = Response(records.record(page, url_for(".show", token=token, _external=True)), mimetype="text/markdown")
    day = (found.closed_at or found.begun_at).date().isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="team-decision-{day}.md"'
    return response


def sitemap() -> Iterator[SitemapEntry]:
    """Where a round begins."""
    if answering() is not None:
        yield SitemapEntry(path=url_for("team.index"))


def texts(context: TextsContext) -> Iterator[Text]:
    """That page, for the search."""
    if answering() is not None and context.wants("page"):
        body = (
            "Decide with colleagues: two to fifty people answer the same questions, each alone, by a secret link. The "
            "team reads who comes first for how many, where it disagrees, and what would settle it."
        )
        yield Text(key="page", kind="Page", title="Decide as a team", body=body, path=path_for("team.index"))
