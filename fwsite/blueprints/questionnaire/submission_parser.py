"""Submission parser: what was sent back becomes a submission, or the faults that its form has to show."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from fwsite.blueprints.questionnaire.forms import OWN_FIELDS
from fwsite.domain.answers import Answer, Weight, canonical_answers, parse_answer
from fwsite.domain.integer_scoring import Row, answer_row, first_of
from fwsite.domain.questionnaire import NOT_SURE, Definition, Fault, Question
from fwsite.domain.scoring import RULES, Rules
from fwsite.extend import CheckedAnswers, is_shaped

Sent = MultiDict[str, str]
_KEPT = 1_000
"""Answers to each question that are remembered at most; browsers send a few dozen."""
_SENT_TWICE = "One answer was sent more than once; choose again."
_BOTH = "Choose “Not sure” or other answers, not both."
_NOT_SHOWN = "Choose from the answers shown."
_NOT_WHOLE = "Part of the form did not arrive. Your answers are here: please send it again."


class _Wrong(Exception):
    """An answer that cannot be taken; the message is what the form says."""


class _Given(NamedTuple):
    """An answer, what it adds to every alternative, and what stands for it in the canonical text."""

    answer: Answer
    row: Row
    text: str


class _Field:
    """One question of the form: its options and its weight, each checked and rated once however often it is sent."""

    def __init__(self, question: Question, names: Sequence[str], rules: Rules) -> None:
        self.question = question
        self.options, self.weight = f"q-{question.key}", f"w-{question.key}"
        self._names, self._rules = names, rules
        self._most = len(question.options) + 1 if question.multiple else 1
        self._rated_once = lru_cache(maxsize=_KEPT)(self._rated)

    def given(self, sent: Sent) -> _Given:
        """The answer. Raises :class:`_Wrong`."""
        return self._rated_once(tuple(sent.getlist(self.options)), tuple(sent.getlist(self.weight)))

    def _rated(self, options: tuple[str, ...], weights: tuple[str, ...]) -> _Given:
        if len(weights) > 1 or (len(options) > 1 and not self.question.multiple):
            raise _Wrong(_SENT_TWICE)
        if len(options) > self._most:
            raise _Wrong(_NOT_SHOWN)
        entry = {"options": options, "weight": weights[0] if weights else Weight.NORMAL.value}
        answer, wrong = parse_answer(self.question, entry)
        if wrong:
            raise _Wrong(_BOTH if NOT_SURE in options and self.question.multiple else _NOT_SHOWN)
        text = canonical_answers({self.question.key: answer})[1:-1]
        return _Given(answer, answer_row(self.question, answer, self._names, self._rules), text)


class SubmissionParser:
    """The rules of one version of the questionnaire for what is sent back: the only ones there are."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._names, self._rules = definition.in_order_of_names, RULES[definition.model]
        self._fields = [_Field(question, self._names, self._rules) for question in definition.questions]
        self._by_key = sorted(range(len(self._fields)), key=lambda place: definition.questions[place].key)
        self._known = OWN_FIELDS.union(*((field.options, field.weight) for field in self._fields))

    def parse(self, sent: Sent) -> CheckedAnswers | None:
        """What was answered; none where :meth:`faults` has something to say, or where nothing was answered."""
        try:
            found = [field.given(sent) for field in self._fields]
        except _Wrong:
            return None
        key = sent.get("submission", "")
        if not is_shaped(key) or not self._known.issuperset(sent.keys()):
            return None
        if sum(each.row.counts for each in found) < self._rules.answers_needed or self._own_twice(sent):
            return None
        texts = [text for place in self._by_key if (text := found[place].text)]
        return CheckedAnswers(
            key=key,
            answers={field.question.key: each.answer for field, each in zip(self._fields, found, strict=True)},
            canonical=f"{{{','.join(texts)}}}",
            winners=first_of(self._names, [each.row for each in found], self._rules),
        )

    def faults(self, sent: Sent) -> list[Fault]:
        """Everything that is wrong with what was sent, by question. That nothing was answered is no fault."""
        unknown = sum(name not in self._known for name in sent)
        found = [Fault("", f"{unknown} of the fields sent do not belong to this questionnaire.")] if unknown else []
        found += [Fault("", _SENT_TWICE) for _ in self._own_twice(sent)]
        for field in self._fields:
            try:
                field.given(sent)
            except _Wrong as wrong:
                found.append(Fault(field.question.key, str(wrong)))
        if found:
            return found
        return [] if is_shaped(sent.get("submission", "")) else [Fault("", _NOT_WHOLE)]

    def _own_twice(self, sent: Sent) -> list[str]:
        return [name for name in sorted(OWN_FIELDS) if len(sent.getlist(name)) > 1]
