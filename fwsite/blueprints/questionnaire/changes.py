"""What-if links: changes of single answers, in words and as links that open the questions with the change made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from fwsite.blueprints.questionnaire.wording import first_then, joined
from fwsite.domain.answers import Answer, AnswerError, Answers, Weight, parse_answers
from fwsite.domain.questionnaire import NOT_SURE, Definition, Question
from fwsite.domain.sensitivity import Flip

SHOWN = 8
"""So many of the changes that give another winner are shown at once; the others are folded away."""
_MATTERED = {Weight.LITTLE: "a little", Weight.NORMAL: "normally", Weight.LOT: "a lot", Weight.MUST: "as a must-have"}


class Made(NamedTuple):
    """Answers with changes made. ``ignored`` counts the changes that these questions do not have."""

    answers: Answers
    questions: tuple[str, ...]
    ignored: int


def _setting(question: str, options: Iterable[str], weight: str) -> str:
    """One answer for an address: ``<question>:<option>[+<option>]:<weight>``."""
    return f"{question}:{'+'.join(options)}:{weight}"


def settings(flip: Flip) -> list[str]:
    """All changes of a flip for an address."""
    return [
        _setting(change.question, change.answer.options if change.answer.counts else (NOT_SURE,), change.answer.weight)
        for change in flip.changes
    ]


def settings_of(answers: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """All of the answers for an address; :func:`~fwsite.domain.answers.answers_document` wrote them."""
    return [_setting(key, answer["options"], answer["weight"]) for key, answer in answers.items()]


def with_settings(definition: Definition, answers: Answers, settings: Iterable[str]) -> Made:
    """The answers with the changes of an address made; what cannot be understood is left as it is."""
    made, questions, ignored = dict(answers), [], 0
    for text in settings:
        found = _read(definition, text)
        if found is None:
            ignored += 1
        else:
            made[found[0]] = found[1]
            questions.append(found[0])
    return Made(made, tuple(key for key in definition.by_key if key in questions), ignored)


def _read(definition: Definition, text: str) -> tuple[str, Answer] | None:
    question, _, rest = text.partition(":")
    options, _, weight = rest.partition(":")
    # A plus sign that nobody has encoded arrives as a blank.
    given = {question: {"options": re.split("[+ ]", options), "weight": weight}}
    try:
        return question, parse_answers(definition, given)[question]
    except AnswerError:
        return None


def clause(question: Question, before: Answer, after: Answer) -> str:
    """What is different, after an "if": you answered “Y” instead of “X”."""
    labels = {key: f"“{option.label}”" for key, option in question.by_key.items()}
    given = joined([labels[key] for key in before.options])
    chosen = joined([labels[key] for key in after.options])
    if before.options == after.options and before.state is after.state:
        return f"{given} {_weighed(before.weight, after.weight)}"
    if not before.counts:
        return f"you answered {chosen} to “{question.text}”"
    if not after.counts:
        return f"you answered “Not sure” instead of {given}"
    if not question.multiple:
        return f"you answered {chosen} instead of {given}"
    (toggled,) = set(before.options) ^ set(after.options)
    return f"you {'also chose' if toggled in after.options else 'did not choose'} {labels[toggled]}"


def _weighed(before: Weight, after: Weight) -> str:
    if after is Weight.MUST:
        return "were a must-have"
    if before is Weight.MUST:
        return f"were not a must-have but mattered {_MATTERED[after]}"
    return f"mattered {_MATTERED[after]} instead of {_MATTERED[before]}"


def sentence(definition: Definition, answers: Answers, flip: Flip) -> str:
    """If ..., first would be ..."""
    return f"{condition(definition, answers, flip)}, first would be: {first_then(definition, flip.winners)}."


def condition(definition: Definition, answers: Answers, flip: Flip) -> str:
    """If ... and if ..."""
    parts = []
    for change in flip.changes:
        question = definition.by_key[change.question]
        parts.append(clause(question, answers[change.question], change.answer))
    return f"If {', and '.join(parts)}"


def by_question(flips: Iterable[Flip]) -> list[tuple[str, list[Flip]]]:
    """Single changes, those of a question together, in their order."""
    return [(key, list(group)) for key, group in groupby(flips, key=lambda flip: flip.changes[0].question)]
