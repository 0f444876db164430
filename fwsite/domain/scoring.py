"""Scoring (weighted sum): from answers to a ranking, in exact arithmetic.

Multi-attribute value theory with weights from ordinal levels: the score of an alternative ``a`` is

    S(a) = sum(g_q * v_q(a)) / sum(g_q),    v_q(a) = fit / 4

over the answered questions ``q``, with ``g_q`` the visitor's weight (:data:`fwsite.domain.answers.WEIGHTS`)
and, where several options were chosen, ``v_q`` their mean. Scores are fractions of one; the printed points
are hundredths, rounded half up. A must leaves out whoever :func:`misses_must`.

What an answer costs an alternative is its loss: g_q / sum(g) * (1 - v_q(a)). A score is one less its losses.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from fwsite.domain.answers import WEIGHTS, Answer, Answers
from fwsite.domain.questionnaire import FIT_ADD_ON, FIT_MAX, Definition, Question

ANSWERS_FIRM = 5
"""With fewer answered questions a ranking is provisional."""


class Rules(NamedTuple):
    """What is different from one model to the next, see :data:`fwsite.domain.questionnaire.MODEL`.

    With fewer answered questions than ``answers_needed`` there is no ranking. ``must_fit`` is the least fit (0..4) that
    meets a must; whoever was not judged is never left out, only called unverified.
    """

    answers_needed: int
    must_fit: int


RULES: Mapping[int, Rules] = {1: Rules(answers_needed=3, must_fit=2), 2: Rules(answers_needed=1, must_fit=FIT_ADD_ON)}
"""By model."""
CLEAR_LEAD = 10
"""A lead of so many printed points or more is clear ..."""
LEAN_LEAD = 5
"""... from so many on it is a lean, and below it is too close to call."""


class Standing(StrEnum):
    """How much the answers carry."""

    BLANK = "blank"
    TOO_FEW = "too_few"
    PROVISIONAL = "provisional"
    FULL = "full"


class Strength(StrEnum):
    """How firm the first place is, from the lead in printed points over the second."""

    CLEAR = "clear"
    LEAN = "lean"
    CLOSE = "close"
    ONLY = "only"
    """One alternative alone meets every must."""
    NONE = "none"
    """No ranking: too few answers, or no alternative meets every must."""


class Contribution(NamedTuple):
    """What one question adds to a score compared with the mean of the ranked alternatives.

    ``exact`` is g_q / sum(g) * (v_q(a) - mean v_q), a fraction of one; ``points`` is its printed number.
    """

    question: str
    exact: Fraction
    points: int


class Loss(NamedTuple):
    """What one question costs an alternative: g_q / sum(g) * (1 - v_q(a)), from 0 to 1; ``points`` is its number as
    printed. The printed losses and the printed score add up to 100.
    """

    question: str
    exact: Fraction
    points: int


class Gain(NamedTuple):
    """What one question adds to the lead of one alternative over another; negative where it takes from it.

    ``exact`` is the difference of their losses, a fraction of one; ``points`` is its printed number.
    """

    question: str
    exact: Fraction
    points: int


class Ranked(NamedTuple):
    """One ranked alternative. Equal exact scores share a ``place`` and are ``tied``."""

    alternative: str
    place: int
    tied: bool
    score: Fraction
    points: int
    contributions: tuple[Contribution, ...]
    unverified: tuple[str, ...]
    """Must questions on which this alternative's fit is unknown."""
    losses: tuple[Loss, ...] = ()
    """The largest first; one for every answered question."""


class LeftOut(NamedTuple):
    """An alternative that misses a must: which ones, and the place its score would have had."""

    alternative: str
    score: Fraction
    points: int
    needs: tuple[str, ...]
    would_be: int


class Result(NamedTuple):
    """Everything that follows from the answers. ``mean`` is that of the ranked alternatives."""

    standing: Standing
    answered: int
    asked: int
    ranking: tuple[Ranked, ...]
    left_out: tuple[LeftOut, ...]
    mean: Fraction
    mean_points: int
    strength: Strength
    lead: int
    """Printed points between the first and the second; 0 where there is no second."""
    unknown: tuple[tuple[str, str], ...]
    """(question, alternative) pairs that were scored although a fit is unknown."""

    @property
    def contenders(self) -> tuple[Ranked, ...]:
        """The first, and where it is too close to call everyone less than a lean behind."""
        if self.strength is not Strength.CLOSE:
            return self.ranking[:1]
        return tuple(r for r in self.ranking if self.ranking[0].points - r.points < LEAN_LEAD)


def to_points(score: Fraction) -> int:
    """Hundredths, rounded half up, so that 0.005 prints as 1."""
    return (200 * score.numerator + score.denominator) // (2 * score.denominator)


def add_up(parts: Collection[Fraction]) -> Fraction:
    """Sum over the common denominator: reduced once, and not after each part, which takes several times as long."""
    common = lcm(*(part.denominator for part in parts))
    return Fraction(sum(part.numerator * (common // part.denominator) for part in parts), common)


def mean_of(parts: Collection[Fraction]) -> Fraction:
    """Arithmetic mean; 0 of nothing."""
    return add_up(parts) / len(parts) if parts else Fraction(0)


def question_values(definition: Definition, answers: Answers) -> dict[str, dict[str, Fraction]]:
    """v_q(a) for every answered question and every alternative, from 0 to 1."""
    values: dict[str, dict[str, Fraction]] = {}
    for key, answer in answers.items():
        if answer.counts:
            options = [definition.by_key[key].by_key[option] for option in answer.options]
            values[key] = {
                name: Fraction(sum(option.value(name) for option in options), FIT_MAX * len(options))
                for name in definition.names
            }
    return values


def weighted_mean(values: Mapping[str, Fraction], weights: Mapping[str, int]) -> Fraction:
    """sum(g_q * v_q) / sum(g_q). Raises :class:`ZeroDivisionError` where no weight is positive."""
    total = sum(weights[question] for question in values)
    return add_up([weights[question] * value for question, value in values.items()]) / total


def evaluate(definition: Definition, answers: Answers) -> Result:
    """Score, exclude, rank and explain. ``answers`` come from :func:`~fwsite.domain.answers.parse_answers`."""
    result = with_losses(definition, answers, score(definition, answers))
    if not result.ranking:
        return result
    values, weights = _weighed(definition, answers)
    scores = {entry.alternative: entry.score for entry in result.ranking}
    contributions = _contributions(values, weights, scores, result.mean)
    ranking = (entry._replace(contributions=contributions[entry.alternative]) for entry in result.ranking)
    return result._replace(ranking=tuple(ranking))


def with_losses(definition: Definition, answers: Answers, result: Result) -> Result:
    """The result of :func:`score`, and what each answer costs whoever is ranked."""
    if not result.ranking:
        return result
    values, weights = _weighed(definition, answers)
    ranking = (entry._replace(losses=losses(values, weights, entry.alternative)) for entry in result.ranking)
    return result._replace(ranking=tuple(ranking))


def _weighed(definition: Definition, answers: Answers) -> tuple[dict[str, dict[str, Fraction]], dict[str, int]]:
    values = question_values(definition, answers)
    return values, {question: WEIGHTS[answers[question].weight] for question in values}


def score(definition: Definition, answers: Answers) -> Result:
    """Score, exclude and rank: what :func:`evaluate` gives, but without what explains it, most of its work."""
    values, weights = _weighed(definition, answers)
    standing = _standing(len(values), RULES[definition.model])
    if standing in (Standing.BLANK, Standing.TOO_FEW):
        return _nothing(definition, standing, len(values))
    scores = {
        name: weighted_mean({question: row[name] for question, row in values.items()}, weights)
        for name in definition.names
    }
    misses = {name: _missed_musts(definition, answers, name) for name in scores}
    eligible = [name for name in scores if not misses[name]]
    mean = mean_of([scores[name] for name in eligible])
    unknown = _unknown_cells(definition, answers)
    ranking = tuple(
        entry._replace(
            unverified=tuple(key for key, name in unknown if name == entry.alternative and answers[key].is_must),
        )
        for entry in ranked(definition, scores, eligible)
    )
    strength, lead = _strength(ranking)
    return Result(
        standing=standing,
        answered=len(values),
        asked=len(definition.questions),
        ranking=ranking,
        left_out=left_out(definition, scores, misses, eligible),
        mean=mean,
        mean_points=to_points(mean),
        strength=strength,
        lead=lead,
        unknown=unknown,
    )


def _standing(answered: int, rules: Rules) -> Standing:
    if answered == 0:
        return Standing.BLANK
    if answered < rules.answers_needed:
        return Standing.TOO_FEW
    return Standing.PROVISIONAL if answered < ANSWERS_FIRM else Standing.FULL


def _nothing(definition: Definition, standing: Standing, answered: int) -> Result:
    zero = Fraction(0)
    return Result(standing, answered, len(definition.questions), (), (), zero, 0, Strength.NONE, lead=0, unknown=())


def misses_must(question: Question, answer: Answer, alternative: str, rules: Rules) -> bool:
    """Must: whether the answer is one, and ``alternative`` has a fit too low for any option chosen.

    A fit that nobody has judged counts as the middle in a score, and is no value to hold against a must: it leaves
    nobody out, and the result calls it unverified.
    """
    fits = (question.by_key[option].fits.get(alternative) for option in answer.options)
    return answer.is_must and any(fit is not None and fit.value < rules.must_fit for fit in fits)


def _missed_musts(definition: Definition, answers: Answers, name: str) -> tuple[str, ...]:
    rules = RULES[definition.model]
    asked = definition.by_key
    return tuple(key for key, answer in sorted(answers.items()) if misses_must(asked[key], answer, name, rules))


def _contributions(
    values: Mapping[str, Mapping[str, Fraction]],
    weights: Mapping[str, int],
    scores: Mapping[str, Fraction],
    mean: Fraction,
) -> dict[str, tuple[Contribution, ...]]:
    """Of the ranked alternatives, whose ``scores`` have this ``mean``; what is added to each makes its score of it."""
    shares = _shares(values, weights)
    means = {question: mean_of([row[name] for name in scores]) for question, row in values.items()}
    rows: dict[str, tuple[Contribution, ...]] = {}
    for name, score in scores.items():
        exact = {question: shares[question] * (row[name] - means[question]) for question, row in values.items()}
        printed = print_parts(exact, to_points(score) - to_points(mean))
        parts = [Contribution(question, part, printed[question]) for question, part in exact.items()]
        rows[name] = tuple(sorted(parts, key=lambda part: (-part.exact, part.question)))
    return rows


def _shares(values: Mapping[str, object], weights: Mapping[str, int]) -> dict[str, Fraction]:
    """g_q / sum(g) of each answered question."""
    total = sum(weights[question] for question in values)
    return {question: Fraction(weights[question], total) for question in values}


def losses(
    values: Mapping[str, Mapping[str, Fraction]], weights: Mapping[str, int], alternative: str
) -> tuple[Loss, ...]:
    """What each answered question costs ``alternative``, the largest first; ``values`` as :func:`question_values`."""
    shares = _shares(values, weights)
    return losses_of({question: shares[question] * (1 - row[alternative]) for question, row in values.items()})


def losses_of(exact: Mapping[str, Fraction]) -> tuple[Loss, ...]:
    """Losses by question, the largest first, with the numbers that make 100 with the printed score."""
    printed = print_parts(exact, 100 - to_points(1 - add_up(exact.values())))
    found = (Loss(question, part, printed[question]) for question, part in exact.items())
    return tuple(sorted(found, key=lambda loss: (-loss.exact, loss.question)))


def lead_by_question(first: Ranked, second: Ranked) -> tuple[Gain, ...]:
    """What each answered question adds to the lead of ``first`` over ``second``, the most first.

    As printed they add up to the difference of the printed points.
    """
    costs = {loss.question: loss.exact for loss in second.losses}
    exact = {loss.question: costs[loss.question] - loss.exact for loss in first.losses}
    printed = print_parts(exact, first.points - second.points)
    found = (Gain(question, part, printed[question]) for question, part in exact.items())
    return tuple(sorted(found, key=lambda gain: (-gain.exact, gain.question)))


def print_parts(exact: Mapping[str, Fraction], points: int) -> dict[str, int]:
    """Fractions of one as hundredths that add up to ``points``, which is what their sum is rounded to."""
    return apportion({key: 100 * part for key, part in exact.items()}, points)


def apportion(parts: Mapping[str, Fraction], target: int) -> dict[str, int]:
    """Round ``parts`` to whole numbers that add up to ``target``: the largest-remainder method.

    Each part goes down, then the largest remainders go up by one until the sum is right; equal remainders by
    key. ``target`` must be a whole number that rounding each part up or down can reach.
    """
    common = lcm(*(part.denominator for part in parts.values()))
    divided = {key: divmod(part.numerator * (common // part.denominator), common) for key, part in parts.items()}
    whole = {key: down for key, (down, _) in divided.items()}
    missing = target - sum(whole.values())
    by_remainder = sorted(parts, key=lambda key: (-divided[key][1], key))
    for key in by_remainder[:missing]:
        whole[key] += 1
    return whole


def ranked(definition: Definition, scores: Mapping[str, Fraction], eligible: Collection[str]) -> tuple[Ranked, ...]:
    """Ranking (standard competition ranking): ``eligible`` by their scores, equal ones by name, at the same place.

    The entries have neither contributions nor losses.
    """
    order = sorted(eligible, key=lambda name: (-scores[name], definition.names[name].casefold(), name))
    standings = [scores[name] for name in order]
    return tuple(
        Ranked(
            alternative=name,
            place=1 + sum(score > scores[name] for score in standings),
            tied=standings.count(scores[name]) > 1,
            score=scores[name],
            points=to_points(scores[name]),
            contributions=(),
            unverified=(),
        )
        for name in order
    )


def left_out(
    definition: Definition,
    scores: Mapping[str, Fraction],
    misses: Mapping[str, tuple[str, ...]],
    eligible: Collection[str],
) -> tuple[LeftOut, ...]:
    """Exclusion by musts: who is not ranked. Fewest missed musts first: those are the fewest to relax.

    ``scores`` and ``misses`` are of every alternative, ``eligible`` are those that miss none.
    """
    left = [
        LeftOut(
            alternative=name,
            score=scores[name],
            points=to_points(scores[name]),
            needs=needs,
            would_be=1 + sum(scores[other] > scores[name] for other in eligible),
        )
        for name, needs in misses.items()
        if needs
    ]
    names = definition.names
    return tuple(sorted(left, key=lambda out: (len(out.needs), -out.score, names[out.alternative].casefold())))


def _strength(ranking: Sequence[Ranked]) -> tuple[Strength, int]:
    if not ranking:
        return Strength.NONE, 0
    if len(ranking) == 1:
        return Strength.ONLY, 0
    lead = ranking[0].points - ranking[1].points
    if lead >= CLEAR_LEAD:
        return Strength.CLEAR, lead
    return (Strength.LEAN if lead >= LEAN_LEAD else Strength.CLOSE), lead


def _unknown_cells(definition: Definition, answers: Answers) -> tuple[tuple[str, str], ...]:
    return tuple(
        (key, name)
        for key, answer in sorted(answers.items())
        for name in sorted(definition.names)
        if any(name not in definition.by_key[key].by_key[option].fits for option in answer.options)
    )
