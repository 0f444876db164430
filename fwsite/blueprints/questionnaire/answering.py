"""Answering: the questionnaire's form, rules and store, for its own page and for other parts of the site."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup

from fwsite.blueprints.questionnaire import definitions, networks, responses
from fwsite.blueprints.questionnaire.current import definition_in_force
from fwsite.blueprints.questionnaire.forms import WEIGHT_LABELS, AnswersForm, filled_with, form_class
from fwsite.blueprints.questionnaire.result_page import result_page
from fwsite.blueprints.questionnaire.submission_parser import Sent, SubmissionParser
from fwsite.domain.answers import WEIGHTS, Answers
from fwsite.domain.questionnaire import Definition, Fault
from fwsite.extend import (
    AnswerForm,
    Answering,
    CheckedAnswers,
    Limit,
    emit,
    retried,
    token_for,
    token_hash,
    view_token_for,
)


def seconds_to_wait() -> int:
    """0 while the visitor's network has not sent too many answers, as a script does."""
    amount = current_app.config["QUESTIONNAIRE_ANSWERS_PER_ADDRESS"]
    return Limit(f"{amount} per 10 minutes", "questionnaire.answers", in_process=True).hit() if amount else 0


def fields_of(definition: Definition, form: AnswersForm, faults: Sequence[Fault]) -> Mapping[str, Any]:
    """What the templates of the form show."""
    form.ensure_submission()
    filled = form.given(definition)
    by_question: dict[str, list[str]] = {}
    for fault in faults:
        by_question.setdefault(fault.place, []).append(fault.message)
    return {
        "definition": definition,
        "form": form,
        "faults": faults,
        "by_question": by_question,
        "open_question": next(
            (key for key, given in filled.items() if not given["options"]), definition.questions[0].key
        ),
        "weights": WEIGHTS,
        "weight_labels": WEIGHT_LABELS,
    }


def store(definition: Definition, checked: CheckedAnswers, owner: str) -> str:
    """Keep the answers, once for each owner, and tell who listens. Returns the token of their result.

    The token finds what is stored already, so that storing may be tried again while the database restarts.
    """
    token, view_token = _tokens(owner, checked.canonical)
    submission = responses.submission(
        token, view_token, definition, checked.answers, checked.winners, networks.mark_of_visitor()
    )
    if retried(lambda: responses.store(submission)):
        first = checked.winners[0] if checked.winners else None
        emit("questionnaire.answer_stored", version=definition.version, recommended=first)
    return token


def _tokens(owner: str, canonical: str) -> tuple[str, str]:
    secret = current_app.config["SECRET_KEY"]
    token = token_for(secret, owner, canonical)
    return token, view_token_for(secret, token)


def _in_force() -> Definition:
    definition = definition_in_force()
    definitions.keep(definition)
    return definition


def _form(definition: Definition, answers: Answers | None, faults: Sequence[Fault]) -> AnswerForm:
    data = None if answers is None else filled_with(definition, answers)
    values = fields_of(definition, form_class(definition)(data=data), faults)
    return AnswerForm(*(_rendered(f"questionnaire/{name}.html", values) for name in ("_faults", "_questions")))


def _rendered(template: str, values: Mapping[str, Any]) -> Markup:
    return Markup(render_template(template, **values))  # noqa: S704 - Jinja has escaped it


def _check(definition: Definition, sent: Sent) -> CheckedAnswers | Sequence[Fault]:
    parser = SubmissionParser(definition)
    return parser.parse(sent) or parser.faults(sent)


def _page(owner: str, canonical: str, back: str) -> str | None:
    view_token = _tokens(owner, canonical)[1]
    found = responses.find_for_view(view_token)
    if found is None or found.report.advice is None:
        return None
    return render_template("questionnaire/result.html", page=result_page(found, view_token, None, back))


def _store(definition: Definition, checked: CheckedAnswers, owner: str) -> str:
    return token_hash(store(definition, checked, owner))


def _delete(hashes: Collection[str]) -> None:
    responses.delete_by_hash(hashes)


PART = Answering(
    in_force=_in_force,
    definition=definitions.definition_of,
    form=_form,
    check=_check,
    seconds_to_wait=seconds_to_wait,
    store=_store,
    page=_page,
    stored=responses.answers_by_hash,
    delete=_delete,
)
"""For the contract."""
