"""Worked calculation: how a result came about, digit by digit, so that a reader can do it again by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from fwsite.domain.answers import WEIGHTS, Answer, Answers, State, Weight
from fwsite.domain.evidence import Evidence
from fwsite.domain.questionnaire import Definition, Fit
from fwsite.domain.scoring import Result, question_values, to_points

_EXAMPLE_ANSWERS = 5
_EXAMPLE_WEIGHTS = (Weight.LOT, Weight.NORMAL, Weight.LITTLE)


class Term(NamedTuple):
    """One question in a sum: its weight g, the fits of what was chosen, and v, their mean out of the most."""

    question: str
    weight: int
    fits: tuple[int, ...]
    value: Fraction

    @property
    def product(self) -> Fraction:
        """g times v: what the question adds to the sum."""
        return self.weight * self.value


class Sum(NamedTuple):
    """One alternative's score in steps. ``divisor`` is the sum of the weights."""

    alternative: str
    terms: tuple[Term, ...]
    divisor: int

    @property
    def total(self) -> Fraction:
        """The sum of the products."""
        return sum((term.product for term in self.terms), Fraction(0))

    @property
    def score(self) -> Fraction:
        """The weighted mean, from 0 to 1."""
        return self.total / self.divisor

    @property
    def points(self) -> int:
        """What is printed."""
        return to_points(self.score)


class Distance(NamedTuple):
    """How one question moves a score from the mean of the ranked: its share of the weights, v, and the mean v."""

    question: str
    share: Fraction
    value: Fraction
    mean: Fraction
    points: int

    @property
    def exact(self) -> Fraction:
        """Share times distance, in points of 100."""
        return 100 * self.share * (self.value - self.mean)


class Cost(NamedTuple):
    """How one question takes from 100 points: its share of the weights, v, and the points as printed."""

    question: str
    share: Fraction
    value: Fraction
    points: int

    @property
    def exact(self) -> Fraction:
        """Share times what is missing, in points of 100."""
        return 100 * self.share * (1 - self.value)


def costs(definition: Definition, answers: Answers, result: Result) -> tuple[Cost, ...]:
    """How the first of the ranking got from 100 to its score, in the order of its losses."""
    rows = question_values(definition, answers)
    weights = {question: WEIGHTS[answers[question].weight] for question in rows}
    return tuple(
        Cost(
            loss.question,
            Fraction(weights[loss.question], sum(weights.values())),
            rows[loss.question][entry.alternative],
            loss.points,
        )
        for entry in result.ranking[:1]
        for loss in entry.losses
    )


def sums(definition: Definition, answers: Answers) -> tuple[Sum, ...]:
    """Every alternative's score in steps, in the definition's order; nothing where no question is answered."""
    rows = question_values(definition, answers)
    weights = {question: WEIGHTS[answers[question].weight] for question in rows}
    if not rows:
        return ()
    return tuple(
        Sum(
            name,
            tuple(
                Term(question, weights[question], _fits(definition, answers, question, name), row[name])
                for question, row in rows.items()
            ),
            sum(weights.values()),
        )
        for name in definition.names
    )


def _fits(definition: Definition, answers: Answers, question: str, name: str) -> tuple[int, ...]:
    return tuple(definition.by_key[question].by_key[option].value(name) for option in answers[question].options)


def distances(definition: Definition, answers: Answers, result: Result) -> tuple[Distance, ...]:
    """How the first of the ranking got from the mean to its score, in the order of its contributions."""
    rows = question_values(definition, answers)
    weights = {question: WEIGHTS[answers[question].weight] for question in rows}
    ranked = [entry.alternative for entry in result.ranking]
    return tuple(
        Distance(
            part.question,
            Fraction(weights[part.question], sum(weights.values())),
            rows[part.question][ranked[0]],
            sum((rows[part.question][name] for name in ranked), Fraction(0)) / len(ranked),
            part.points,
        )
        for entry in result.ranking[:1]
        for part in entry.contributions
    )


def used_cells(definition: Definition, answers: Answers) -> Iterator[Fit | None]:
    """The fits that the scores rest on, of every alternative; none where nobody has judged it."""
    for key, answer in answers.items():
        for option in answer.options if answer.counts else ():
            for name in definition.names:
                yield definition.by_key[key].by_key[option].fits.get(name)


def evidence_counts(definition: Definition, answers: Answers) -> tuple[dict[Evidence, int], int]:
    """How many of the used fits rest on what, strongest first, and how many are unknown."""
    counts = Counter(None if fit is None else fit.evidence for fit in used_cells(definition, answers))
    return {kind: counts[kind] for kind in Evidence}, counts[None]


def example_answers(definition: Definition) -> dict[str, Answer]:
    """Answers to show the arithmetic with: the first options of the first questions, with every weight in turn."""
    answers = {}
    for number, question in enumerate(definition.questions):
        if number >= _EXAMPLE_ANSWERS:
            answers[question.key] = Answer()
            continue
        options = tuple(question.by_key)[: 2 if question.multiple else 1]
        weight = _EXAMPLE_WEIGHTS[number % len(_EXAMPLE_WEIGHTS)]
        answers[question.key] = Answer(State.ANSWERED, options, weight)
    return answers
