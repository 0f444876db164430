"""The form of a definition: a question's options and its weight, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, RadioField, SelectMultipleField

from fwsite.domain.answers import Answer, Answers, State, Weight
from fwsite.domain.questionnaire import NOT_SURE, Definition, Fault, Question
from fwsite.web.signing import is_shaped, new_submission

WEIGHT_LABELS: Mapping[Weight, str] = {
    Weight.LITTLE: "A little",
    Weight.NORMAL: "Normal",
    Weight.LOT: "A lot",
    Weight.MUST: "Must have",
}
OWN_FIELDS = frozenset({"csrf_token", "submission"})
"""Those of the form itself, beside the questions'."""


class AnswersForm(FlaskForm):
    """The fields of every questionnaire; :func:`form_class` adds those of the questions."""

    submission = HiddenField()

    def question_field(self, question: Question) -> Field:
        """The options of a question."""
        return self[f"q-{question.key}"]

    def weight_field(self, question: Question) -> Field:
        """The weight of a question."""
        return self[f"w-{question.key}"]

    def given(self, definition: Definition) -> dict[str, dict[str, Any]]:
        """What was filled in, in the shape that ``parse_answers`` checks."""
        given = {}
        for question in definition.questions:
            data = self.question_field(question).data
            options = data if question.multiple else [data] if data else []
            given[question.key] = {"options": options or [], "weight": self.weight_field(question).data}
        return given

    def ensure_submission(self) -> None:
        """Give the form a key of its own where it has none."""
        if not is_shaped(self.submission.data or ""):
            self.submission.data = new_submission()


def sent_answers(definition: Definition, sent: MultiDict[str, str]) -> dict[str, dict[str, Any]]:
    """What :meth:`AnswersForm.given` gives for what was sent, in a tenth of its time: without the form."""
    given: dict[str, dict[str, Any]] = {}
    for question in definition.questions:
        options = sent.getlist(f"q-{question.key}")
        weight = sent.get(f"w-{question.key}", Weight.NORMAL.value)
        given[question.key] = {"options": options if question.multiple else options[:1], "weight": weight}
    return given


def form_class(definition: Definition) -> type[AnswersForm]:
    """The form of ``definition``. What is valid is the domain's to say, so choices are not checked here."""
    fields: dict[str, Any] = {}
    for question in definition.questions:
        kind = SelectMultipleField if question.multiple else RadioField
        choices = [*question.by_key, NOT_SURE]
        fields[f"q-{question.key}"] = kind(question.text, choices=choices, validate_choice=False)
        fields[f"w-{question.key}"] = RadioField(
            "How much does this matter?",
            choices=[weight.value for weight in Weight],
            default=Weight.NORMAL.value,
            validate_choice=False,
        )
    return type("QuestionnaireForm", (AnswersForm,), fields)


def filled_with(definition: Definition, answers: Answers) -> dict[str, Any]:
    """Form data that shows ``answers``; what the definition no longer has is left out."""
    data: dict[str, Any] = {}
    for question in definition.questions:
        answer = answers.get(question.key, Answer())
        chosen = [option for option in answer.options if option in question.by_key]
        if answer.state is State.NOT_SURE:
            chosen = [NOT_SURE]
        data[f"q-{question.key}"] = chosen if question.multiple else (chosen[0] if chosen else None)
        data[f"w-{question.key}"] = answer.weight.value
    return data


def shape_faults(definition: Definition, sent: MultiDict[str, str]) -> list[Fault]:
    """What no browser sends from this form: fields it does not have, and single ones sent twice."""
    several = {f"q-{question.key}" for question in definition.questions if question.multiple}
    known = OWN_FIELDS | {f"{kind}-{question.key}" for question in definition.questions for kind in "qw"}
    faults = []
    unknown = sum(name not in known for name in sent)
    if unknown:
        faults.append(Fault("", f"{unknown} of the fields sent do not belong to this questionnaire."))
    for name, values in sent.lists():
        if name in known - several and len(values) > 1:
            faults.append(
                Fault(name[2:] if name not in OWN_FIELDS else "", "One answer was sent more than once; choose again.")
            )
    return faults
