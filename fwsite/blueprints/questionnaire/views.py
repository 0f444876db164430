"""Questionnaire views: the questions, and what is sent back."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.questionnaire import definitions, responses, wording
from fwsite.blueprints.questionnaire.answering import fields_of, seconds_to_wait, store
from fwsite.blueprints.questionnaire.bp import PUBLIC, bp
from fwsite.blueprints.questionnaire.changes import Made, with_settings
from fwsite.blueprints.questionnaire.current import definition_in_force, parser_in_force
from fwsite.blueprints.questionnaire.forms import (
    AnswersForm,
    filled_with,
    form_class,
)
from fwsite.blueprints.questionnaire.result_views import owned, shared
from fwsite.domain import scoring
from fwsite.domain.answers import Answers
from fwsite.domain.phrases import too_many_answers
from fwsite.domain.questionnaire import FIT_MAX, Definition, Fault
from fwsite.domain.report import as_json
from fwsite.domain.telling import Telling, most_telling
from fwsite.domain.versions import carry_over
from fwsite.extend import (
    DATABASE_ERRORS,
    SitemapEntry,
    csrf_token,
    kept_around,
    kept_page,
    new_submission,
    retried,
    unavailable,
)

log = logging.getLogger(__name__)
_NOT_STORED = Fault(
    "",
    "Your answers could not be stored: the site cannot write at the moment. All of them are still here. Wait a little, "
    "and send them again; they are never counted twice.",
)
Page = tuple[str, int]


@bp.after_request
def keep_private(response: Response) -> Response:
    """Answers and results are for their visitor alone: not stored, not listed, not passed on by address."""
    if request.endpoint in PUBLIC:
        return response
    response.cache_control.no_store = True
    if request.endpoint != "questionnaire.index" or request.args:
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get("/")
def index() -> Page | str | Response:
    """The questions; ``?from=<token>`` or ``?view=<view token>`` fills in the answers of a result.

    ``&set=<question>:<option>[+<option>]:<weight>`` makes a change to them, and may come several times.
    """
    definition = definition_in_force()
    if request.args:
        return _filled_in(definition)

    def page(_csrf_token: str, submission: str) -> str:  # the form asks for the first one by itself
        return _form_page(definition, form_class(definition)(submission=submission))[0]

    return kept_around(page, csrf_token, new_submission, despite_hooks=True)


def _filled_in(definition: Definition) -> Page:
    answers: Answers = {}
    earlier = _earlier()
    if earlier is not None:
        answers, _ = carry_over(earlier.definition, earlier.answers, definition)
    made = with_settings(definition, answers, request.args.getlist("set"))
    form = form_class(definition)(data=filled_with(definition, made.answers))
    copied = "own" if "from" in request.args else "shared" if "view" in request.args else None
    return _form_page(definition, form, made=made, copied=copied)


def _earlier() -> responses.Response | None:
    """The result whose answers the address asks for."""
    if "from" in request.args:
        return owned(request.args["from"])
    return shared(request.args["view"]) if "view" in request.args else None


@bp.post("/")
def submit() -> Page | AnyResponse:
    """Store the answers and go to their result, or come back with everything that was filled in.

    Whoever has answered nothing has made no mistake, and reads where to begin.
    """
    parser = retried(parser_in_force)
    parsed = parser.parse(request.form)
    if parsed is None:
        faults = parser.faults(request.form)
        if not faults:
            return _form_page(
                parser.definition, form_class(parser.definition)(), telling=most_telling(parser.definition)
            )
        log.info("answers refused: %s", "; ".join(sorted({fault.message for fault in faults})))
        return _form_page(parser.definition, form_class(parser.definition)(), faults, 422)
    if seconds := seconds_to_wait():
        return _too_often(parser.definition, seconds)
    token = store(parser.definition, parsed, parsed.key)
    return redirect(url_for(".result", token=token), code=303)


def _too_often(definition: Definition, seconds: int) -> AnyResponse:
    fault = Fault("", too_many_answers(seconds))
    page, status = _form_page(definition, form_class(definition)(), [fault], 429)
    return Response(page, status, {"Retry-After": str(seconds)})


def _form_page(
    definition: Definition,
    form: AnswersForm,
    faults: list[Fault] | None = None,
    status: int = 200,
    made: Made | None = None,
    copied: str | None = None,
    telling: Sequence[Telling] = (),
) -> Page:
    page = render_template(
        "questionnaire/index.html",
        **fields_of(definition, form, faults or []),
        copied=copied,
        made=made,
        telling=telling,
        fit_max=FIT_MAX,
        firm=scoring.ANSWERS_FIRM,
        wording=wording,
    )
    return page, status


@bp.errorhandler(CSRFError)
def token_missing(_error: CSRFError) -> ResponseReturnValue:
    """A missing or foreign token costs nobody their answers: the page comes back as it was sent."""
    if str(request.endpoint).startswith("questionnaire.work_"):
        sentence = "Nothing was changed. Open its page again and fill in the form there; what you typed is below."
        return kept_page(status=400, heading="This form was not accepted", sentence=sentence)
    if request.endpoint != "questionnaire.submit":
        sentence = "Go back to the result, load it again, and press the button again. Your answers are still there."
        return render_template("error.html", status=400, heading="Nothing was deleted", sentence=sentence), 400
    fault = Fault(
        "",
        "For your safety this form has to be sent again. All your answers are still here. "
        "If this message comes again, allow cookies for this site.",
    )
    try:
        definition = definition_in_force()
    except Exception as error:  # Flask does not look for a handler for what a handler raises
        return current_app.handle_user_exception(error)
    return _form_page(definition, form_class(definition)(), [fault], 400)


def not_stored(error: Exception) -> Any:
    """A database that fails costs nobody their answers: the page comes back as it was sent, as far as it is known."""
    answer = unavailable(error)
    if request.endpoint != "questionnaire.submit":
        return answer
    try:
        definition = definition_in_force()
        page, status = _form_page(definition, form_class(definition)(), [_NOT_STORED], 503)
    except Exception:  # the questionnaire is not known, or something on its page asks the database
        log.exception("the questionnaire cannot be shown")
        return answer
    return page, status, {"Retry-After": answer.headers["Retry-After"]}


for each in DATABASE_ERRORS:
    bp.register_error_handler(each, not_stored)


@bp.get("/definition.json")
def definition_json() -> Response:
    """Keys and texts of questions and options, fits and their reasons; ``?version=`` gives an earlier one."""
    version = request.args.get("version")
    definition = definition_in_force() if version is None else definitions.find_definition(version)
    if definition is None:
        abort(404)
    document: dict[str, Any] = {"version": definition.version, **definition.document()}
    return Response(as_json(document), mimetype="application/json")


def sitemap() -> Iterator[SitemapEntry]:
    """The questions, how they are counted and tested; results are their visitors' own."""
    definition = definitions.current_definition()
    for endpoint in ("index", "how", "audit"):
        yield SitemapEntry(
            path=url_for(f"questionnaire.{endpoint}"), changed=definition.reviewed_on if definition else None
        )
    for endpoint in ("statistics", "privacy"):
        yield SitemapEntry(path=url_for(f"questionnaire.{endpoint}"))
