"""Answer fields of maintainers: answers as a note or a scenario names them, one field for each question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from fwsite.blueprints.questionnaire.drafts import Work
from fwsite.domain.items import unusable
from fwsite.domain.questionnaire import NOT_SURE, Definition, Fault
from fwsite.domain.weights import Weight

Chosen = Mapping[str, tuple[str, ...]]
"""Question -> options, in the order of the page."""
CHOOSE = "Choose from the list."


def shown(definition: Definition, answers: Chosen) -> dict[str, tuple[str, ...]]:
    """The answers as their fields show them; what the questionnaire does not have any more is left out."""
    found = {}
    for question in definition.questions:
        options = [*question.by_key, NOT_SURE]
        kept = tuple(option for option in options if option in answers.get(question.key, ()))
        if kept:
            found[question.key] = kept
    return found


def sent(definition: Definition, form: MultiDict[str, str], field: str) -> dict[str, tuple[str, ...]]:
    """The answers as they were sent; what nobody could choose stays in them, to be refused."""
    found = {}
    for question in definition.questions:
        chosen = dict.fromkeys(option for option in form.getlist(f"{field}.{question.key}") if option)
        order = [*question.by_key, NOT_SURE]
        kept = sorted(chosen, key=lambda option: order.index(option) if option in order else len(order))
        if kept:
            found[question.key] = tuple(kept)
    return found


def wrong(definition: Definition, answers: Chosen, field: str, *, may_be_unsure: bool) -> Iterator[Fault]:
    """What cannot be chosen, or not together."""
    for question in definition.questions:
        chosen, place = answers.get(question.key, ()), f"{field}.{question.key}"
        known = {*question.by_key, *([NOT_SURE] if may_be_unsure else [])}
        if not known.issuperset(chosen):
            yield Fault(place, f"{question.text} {CHOOSE}")
        elif len(chosen) > 1 and not question.multiple:
            yield Fault(place, f"{question.text} This question takes one answer.")
        elif len(chosen) > 1 and NOT_SURE in chosen:
            yield Fault(place, f"{question.text} Remove “not sure”, or the other answers.")


def weights_sent(definition: Definition, form: MultiDict[str, str], field: str) -> dict[str, str]:
    """Weights by question, of those that were chosen."""
    found = {question.key: form.get(f"{field}.{question.key}", "") for question in definition.questions}
    return {key: weight for key, weight in found.items() if weight}


def wrong_weights(definition: Definition, weights: Mapping[str, str], field: str) -> Iterator[Fault]:
    """Weights that there are not."""
    for question in definition.questions:
        if weights.get(question.key, Weight.NORMAL) not in list(Weight):
            yield Fault(f"{field}.{question.key}", f"{question.text} {CHOOSE}")


class Line(NamedTuple):
    """A field for a text: what it is called in a sentence, how much fits, and what to do where it is empty."""

    called: str
    most: int
    empty: str

    def wrong(self, work: Work, place: str, text: str) -> Iterator[Fault]:
        """What is wrong with the text in it; it goes to visitors, who do not hear of a framework that is a draft."""
        if not text:
            yield Fault(place, self.empty)
        if len(text) > self.most:
            yield Fault(place, f"{self.called} has {len(text)} characters; at most {self.most} fit.")
        if unusable(text):
            yield Fault(place, f"{self.called} has a character that cannot be stored; remove it.")
        secret = work.tells_of_drafts(text)
        if secret:
            yield Fault(place, f"{self.called} names {secret}, which is a draft; publish that first.")
