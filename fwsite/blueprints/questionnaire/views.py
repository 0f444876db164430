"""The questionnaire's pages."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.questionnaire import queries, wording
from fwsite.blueprints.questionnaire.forms import (
    WEIGHT_LABELS,
    AnswersForm,
    filled_with,
    form_class,
    shape_faults,
)
from fwsite.domain import answers as answering
from fwsite.domain import scoring
from fwsite.domain.answers import AnswerError, Answers, canonical_answers, parse_answers
from fwsite.domain.questionnaire import FIT_MAX, FIT_RUBRIC, NOT_SURE, Definition, Fault
from fwsite.domain.report import as_json, result_document
from fwsite.extend import SitemapEntry, reading
from fwsite.extend.tokens import is_shaped, token_for

log = logging.getLogger(__name__)
bp = Blueprint("questionnaire", __name__, template_folder="templates")
Page = tuple[str, int]


@bp.after_request
def keep_private(response: Response) -> Response:
    """Answers and results are for their visitor alone: not stored, not listed, not passed on by address."""
    if request.endpoint != "questionnaire.definition_json":
        response.cache_control.no_store = True
    if request.endpoint != "questionnaire.index" or request.args:
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _definition() -> Definition:
    with reading():
        definition = queries.current_definition()
    if definition is None:
        log.error("no questionnaire is published; run: fwsite db upgrade")
        abort(503)
    return definition


@bp.get("/")
def index() -> Page:
    """The questions; ``?from=<token>`` fills in the answers of a result."""
    definition = _definition()
    data = {}
    token = request.args.get("from")
    if token is not None:
        data = filled_with(definition, _response(token).answers)
    return _form_page(definition, form_class(definition)(data=data))


@bp.post("/")
def submit() -> Page | AnyResponse:
    """Store the answers and go to their result, or come back with everything that was filled in."""
    definition = _definition()
    form = form_class(definition)()
    faults = shape_faults(definition, request.form)
    answers: Answers = {}
    try:
        answers = parse_answers(definition, form.given(definition))
    except AnswerError as error:
        faults += [_in_plain_words(definition, form, fault) for fault in error.faults]
    if not faults:
        faults = _too_few(definition, answers)
    if not faults and not is_shaped(form.submission.data or ""):
        faults = [Fault("", "The form did not arrive whole. Your answers are here: please send it once more.")]
    if faults:
        log.info("answers refused: %s", "; ".join(sorted({fault.message for fault in faults})))
        return _form_page(definition, form, faults, 422)
    token = token_for(current_app.config["SECRET_KEY"], form.submission.data, canonical_answers(answers))
    queries.store_response(token, definition, answers)
    return redirect(url_for(".result", token=token), code=303)


def _in_plain_words(definition: Definition, form: AnswersForm, fault: Fault) -> Fault:
    question = definition.by_key.get(fault.place)
    if question and question.multiple and NOT_SURE in (form.question_field(question).data or []):
        return Fault(fault.place, "Choose “Not sure” or other answers, not both.")
    return Fault(fault.place, "Choose from the answers shown.")


def _too_few(definition: Definition, answers: Answers) -> list[Fault]:
    result = scoring.evaluate(definition, answers)
    if result.standing not in (scoring.Standing.BLANK, scoring.Standing.TOO_FEW):
        return []
    message = f"Answer at least {scoring.ANSWERS_NEEDED} questions. Answered so far: {result.answered}."
    return [Fault("", message)]


def _form_page(definition: Definition, form: AnswersForm, faults: list[Fault] | None = None, status: int = 200) -> Page:
    form.ensure_submission()
    filled = form.given(definition)
    by_question: dict[str, list[str]] = {}
    for fault in faults or []:
        by_question.setdefault(fault.place, []).append(fault.message)
    page = render_template(
        "questionnaire/index.html",
        definition=definition,
        form=form,
        faults=faults or [],
        by_question=by_question,
        open_question=next((key for key, given in filled.items() if not given["options"]), definition.questions[0].key),
        changing="from" in request.args,
        weights=answering.WEIGHTS,
        weight_labels=WEIGHT_LABELS,
        needed=scoring.ANSWERS_NEEDED,
        number=wording.number,
    )
    return page, status


@bp.errorhandler(CSRFError)
def token_missing(_error: CSRFError) -> ResponseReturnValue:
    """A missing or foreign token costs nobody their answers: the page comes back as it was sent."""
    if request.endpoint != "questionnaire.submit":
        sentence = "Go back to the result, load it again, and press the button once more. Your answers are still there."
        return render_template("error.html", status=400, heading="Nothing was deleted", sentence=sentence), 400
    fault = Fault(
        "",
        "For your safety this form has to be sent once more. All your answers are still here. "
        "If this message comes again, allow cookies for this site.",
    )
    try:
        definition = _definition()
    except Exception as error:  # Flask does not look for a handler for what a handler raises
        return current_app.handle_user_exception(error)
    return _form_page(definition, form_class(definition)(), [fault], 400)


def _response(token: str) -> queries.Response:
    response = queries.find_response(token) if is_shaped(token) else None
    if response is None:
        abort(404)
    return response


@bp.get("/<token>")
def result(token: str) -> str:
    """The result of stored answers, by the questionnaire they were given to."""
    response = _response(token)
    definition, answers = response.definition, response.answers
    evaluated = scoring.evaluate(definition, answers)
    return render_template(
        "questionnaire/result.html",
        token=token,
        form=FlaskForm(),
        definition=definition,
        answers=answers,
        created_on=response.created_on,
        result=evaluated,
        headline=wording.headline(definition, evaluated),
        lead=wording.lead(definition, answers, evaluated),
        wording=wording,
        scoring=scoring,
        weights=answering.WEIGHTS,
        weight_labels=WEIGHT_LABELS,
        rubric=FIT_RUBRIC,
        fit_max=FIT_MAX,
    )


@bp.get("/<token>/result.json")
def result_json(token: str) -> Response:
    """The same numbers as the page, the same bytes as ``fwsite recommend``."""
    response = _response(token)
    evaluated = scoring.evaluate(response.definition, response.answers)
    document = result_document(response.definition, response.answers, evaluated)
    return Response(as_json(document), mimetype="application/json")


@bp.post("/<token>/delete")
def delete(token: str) -> AnyResponse:
    """Delete the answers behind the address."""
    if not is_shaped(token) or not queries.delete_response(token):
        abort(404)
    return redirect(url_for(".deleted"), code=303)


@bp.get("/deleted")
def deleted() -> str:
    """Says that it is done."""
    return render_template("questionnaire/deleted.html")


@bp.get("/definition.json")
def definition_json() -> Response:
    """Keys and texts of questions and options, fits and their reasons; ``?version=`` gives an earlier one."""
    version = request.args.get("version")
    definition = _definition() if version is None else queries.find_definition(version)
    if definition is None:
        abort(404)
    document: dict[str, Any] = {"version": definition.version, **definition.document()}
    return Response(as_json(document), mimetype="application/json")


def sitemap() -> Iterator[SitemapEntry]:
    """The questions; results are their visitors' own."""
    definition = queries.current_definition()
    yield SitemapEntry(path=url_for("questionnaire.index"), changed=definition.reviewed_on if definition else None)
