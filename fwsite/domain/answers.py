"""Answers: options and weights by question, checked and put into one canonical form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from fwsite.domain.questionnaire import NOT_SURE, Definition, Fault, Question
from fwsite.domain.weights import WEIGHTS as WEIGHTS
from fwsite.domain.weights import Weight as Weight


class State(StrEnum):
    """What happened to a question; the three are never mixed up."""

    ANSWERED = "answered"
    NOT_SURE = "not_sure"
    SKIPPED = "skipped"


class Answer(NamedTuple):
    """The answer to one question; ``options`` is empty unless it is answered."""

    state: State = State.SKIPPED
    options: tuple[str, ...] = ()
    weight: Weight = Weight.NORMAL

    @property
    def counts(self) -> bool:
        """Whether the question takes part in the score."""
        return self.state is State.ANSWERED

    @property
    def is_must(self) -> bool:
        """Whether the answer is a constraint as well."""
        return self.counts and self.weight is Weight.MUST


Answers = Mapping[str, Answer]
"""Question key -> answer, one for every question of the definition."""


class AnswerError(ValueError):
    """Answers that do not fit the definition; ``faults`` names each question by its key."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, faults)))


def parse_answers(definition: Definition, given: Mapping[str, Any]) -> dict[str, Answer]:
    """Check ``{"<question>": {"options": ["<option>"], "weight": "normal"}}`` against the definition.

    No entry or no options means skipped; the option ``"not-sure"`` means not sure. Questions come back in
    the definition's order, so that equal answers are equal whatever order they were given in.
    Raises :class:`AnswerError` naming every unknown question, option and weight.
    """
    faults: list[Fault] = []
    for key in given:
        if key not in definition.by_key:
            faults.append(Fault(str(key), f'unknown question "{key}"; known are {_listed(definition.by_key)}'))
    answers = {}
    for question in definition.questions:
        answer, wrong = parse_answer(question, given.get(question.key, {}))
        answers[question.key] = answer
        faults.extend(Fault(question.key, message) for message in wrong)
    if faults:
        raise AnswerError(faults)
    return answers


def parse_answer(question: Question, entry: Any) -> tuple[Answer, list[str]]:
    """The answer to one question, as in :func:`parse_answers`, and everything that is wrong with it."""
    if not isinstance(entry, Mapping):
        return Answer(), ['give an object such as {"options": ["..."], "weight": "normal"}']
    wrong = [f'unknown key "{key}"; known are options, weight' for key in entry if key not in _ENTRY_KEYS]
    weight, wrong_weight = _parse_weight(entry.get("weight", Weight.NORMAL))
    state, options, wrong_options = _parse_options(question, entry.get("options", []))
    return Answer(state, options, weight), wrong + wrong_weight + wrong_options


_ENTRY_KEYS = frozenset({"options", "weight"})


def _parse_weight(given: Any) -> tuple[Weight, list[str]]:
    try:
        return Weight(given), []
    except ValueError:
        return Weight.NORMAL, [f'unknown weight "{given}"; known are {_listed(Weight)}']


def _parse_options(question: Question, given: Any) -> tuple[State, tuple[str, ...], list[str]]:
    if not isinstance(given, list | tuple) or not all(isinstance(option, str) for option in given):
        return State.SKIPPED, (), ["options must be a list of option keys"]
    chosen = set(given)
    unknown = sorted(chosen - question.by_key.keys() - {NOT_SURE})
    if unknown:
        known = _listed([*question.by_key, NOT_SURE])
        return State.SKIPPED, (), [f'unknown option "{option}"; known are {known}' for option in unknown]
    if NOT_SURE in chosen:
        wrong = [f'"{NOT_SURE}" cannot be combined with another option'] if len(chosen) > 1 else []
        return State.NOT_SURE, (), wrong
    if len(chosen) > 1 and not question.multiple:
        return State.SKIPPED, (), ["takes one option only"]
    options = tuple(option.key for option in question.options if option.key in chosen)
    return (State.ANSWERED if options else State.SKIPPED), options, []


def answers_document(answers: Answers) -> dict[str, dict[str, Any]]:
    """The answers in the shape that :func:`parse_answers` reads; skipped questions are left out."""
    return {
        key: {
            "options": list(answer.options) if answer.counts else [NOT_SURE],
            "weight": answer.weight.value,
        }
        for key, answer in sorted(answers.items())
        if answer.state is not State.SKIPPED
    }


def stored_document(answers: Answers) -> dict[str, list[Any]]:
    """State, options and weight by question, of skipped ones too, as :func:`stored_answers` reads them."""
    return {key: [answer.state.value, list(answer.options), answer.weight.value] for key, answer in answers.items()}


def stored_answers(document: Mapping[str, Any]) -> dict[str, Answer]:
    """What :func:`stored_document` wrote."""
    return {
        key: Answer(State(state), tuple(options), Weight(weight)) for key, (state, options, weight) in document.items()
    }


def canonical_answers(answers: Answers) -> str:
    """One text for equal answers, whatever order they came in."""
    return json.dumps(answers_document(answers), sort_keys=True, separators=(",", ":"))


def _listed(keys: Iterable[str]) -> str:
    return ", ".join(keys)
