"""Answer form of a definition: a question's options and its weight, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, SelectMultipleField

from fwsite.domain.answers import Answer, Answers, State, Weight
from fwsite.domain.questionnaire import NOT_SURE, Definition, Question
from fwsite.extend import is_shaped, new_submission

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
