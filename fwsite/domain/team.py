"""Team decision (group decision): what the answers of several people say together, with everybody counted alike.

The score of an alternative is the mean of its scores by each person's own answers and weights. A must of one person
counts for all. The ranking goes through the rules of a single result, so that a team of one has that person's result.
Nothing in here says what one person answered: there are counts, means, and the lowest and the highest score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from fwsite.domain.answers import WEIGHTS, Answer, Answers, State, Weight, canonical_answers
from fwsite.domain.musts import Must
from fwsite.domain.questionnaire import FIT_MAX, NOT_SURE, Definition, Question
from fwsite.domain.recommendation import Recommendation, Verdict, recommend, strength_of
from fwsite.domain.report import Advice, advise
from fwsite.domain.robustness import Robustness, team_robustness
from fwsite.domain.scoring import (
    LeftOut,
    Loss,
    Ranked,
    Result,
    Strength,
    add_up,
    left_out,
    losses_of,
    mean_of,
    question_values,
    ranked,
    score,
    to_points,
    with_losses,
)
from fwsite.domain.stacks import Releases

ACCEPTABLE = 60
"""An alternative is acceptable to whoever it has so many printed points for, or more."""
PEOPLE = range(2, 51)
"""So many people make a team."""
SETTLED_MOST = 9
"""So many settlements are told at most, all of a question or none; those of the first question always."""


class Voice(NamedTuple):
    """Answers, how many people gave exactly these, and their result."""

    answers: Answers
    people: int
    result: Result


class Place(NamedTuple):
    """One alternative: for how many it alone comes first, its mean, and its lowest and highest score, as printed.

    ``short`` counts the people for whom it has less than :data:`ACCEPTABLE`, ``misses`` the musts that rule it out.
    """

    alternative: str
    first_for: int
    points: int
    lowest: int
    highest: int
    short: int
    misses: int

    @property
    def is_acceptable(self) -> bool:
        """Whether it meets every must, and is acceptable to everybody."""
        return not self.misses and not self.short


class Divide(NamedTuple):
    """A question: how many chose each option, or are not sure, the most first, and by how many ``points`` the lead of
    the first over the second is another one, whichever of the answers given all would give. ``skipped`` left it out.
    """

    question: str
    points: int
    counts: tuple[tuple[str, int], ...]
    skipped: int


class Settlement(NamedTuple):
    """What the team would have if all gave an option that ``today`` so many do: who is named, how firmly, and by what
    lead of printed points.
    """

    question: str
    option: str
    today: int
    recommendation: Recommendation
    lead: int


class Withdrawal(NamedTuple):
    """What the team would have if a must that rules somebody out were taken back by ``people``, all whose must it is.

    Of a question with several answers all musts are taken back together: which of them are one person's is not told.
    """

    question: str
    options: tuple[str, ...]
    people: int
    recommendation: Recommendation
    lead: int


class TeamReport(NamedTuple):
    """Everything that a team is told. ``places`` are in the order of the ranking, those that are ruled out last.

    ``tied`` people have several first, ``unranked`` people none; ``must_of`` says for how many each must of the advice
    is one.
    """

    people: int
    result: Result
    robustness: Robustness | None
    advice: Advice
    places: tuple[Place, ...]
    tied: int
    unranked: int
    must_of: tuple[int, ...]
    divides: tuple[Divide, ...]
    settlements: tuple[Settlement, ...]
    withdrawals: tuple[Withdrawal, ...]

    @property
    def recommendation(self) -> Recommendation:
        """The verdict and whom it names."""
        return self.advice.recommendation

    @property
    def by_question(self) -> dict[str, list[Settlement]]:
        """The settlements of each question that has any, in their order."""
        found: dict[str, list[Settlement]] = {}
        for each in self.settlements:
            found.setdefault(each.question, []).append(each)
        return found


def team_report(
    definition: Definition, answers: Iterable[Answers], releases: Releases = MappingProxyType({})
) -> TeamReport:
    """Work everything out. ``answers`` are each person's; one at least. Their order is irrelevant."""
    poll = _Poll(definition)
    voices = poll.voices(answers)
    result, robustness, recommendation = outcome(definition, voices)
    required, wanted = _required(definition, voices), _wanted(definition, voices)
    advice = advise(definition, recommendation, releases, required=required, wanted=wanted)
    firsts = [_firsts(voice.result) for voice in voices for _ in range(voice.people)]
    divides = _divides(definition, voices, _in_front(result, recommendation))
    return TeamReport(
        people=len(firsts),
        result=result._replace(strength=strength_of(recommendation.verdict)),
        robustness=robustness,
        advice=advice,
        places=tuple(_places(voices, result)),
        tied=sum(len(each) > 1 for each in firsts),
        unranked=sum(not each for each in firsts),
        must_of=tuple(_with(voices, must.question, must.option, only_musts=True) for must in advice.musts),
        divides=divides,
        settlements=tuple(_settlements(poll, voices, divides, recommendation)),
        withdrawals=tuple(_withdrawals(poll, voices, advice.musts, recommendation)),
    )


def changes_verdict(now: Recommendation, then: Recommendation) -> bool:
    """Whether another one would be first, or it would say more or less than now; not where a clear first stays it."""
    is_as_good = now.verdict is then.verdict or (now.verdict, then.verdict) == (Verdict.CLEAR, Verdict.NARROW)
    return now.named != then.named or not is_as_good


class _Poll:
    """What people answer, and might answer, to one definition: nothing is scored twice."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._scored: dict[str, Result] = {}

    def voices(self, answers: Iterable[Answers]) -> tuple[Voice, ...]:
        """Who answers alike together, in an order that depends on the answers alone."""
        by_text = {}
        people: Counter[str] = Counter()
        for each in answers:
            text = canonical_answers(each)
            by_text[text] = each
            people[text] += 1
            if text not in self._scored:
                self._scored[text] = with_losses(self.definition, each, score(self.definition, each))
        return tuple(Voice(by_text[text], people[text], self._scored[text]) for text in sorted(people))

    def outcome(self, answers: Iterable[Answers]) -> tuple[Recommendation, int]:
        """What the team would be told if these were its answers, and the lead in printed points."""
        result, _, recommendation = outcome(self.definition, self.voices(answers))
        return recommendation, result.lead


def outcome(definition: Definition, voices: Sequence[Voice]) -> tuple[Result, Robustness | None, Recommendation]:
    """The ranking of the team, how firm it is, and what it says."""
    result = _result(definition, voices)
    found = team_robustness(definition, [(voice.answers, voice.people) for voice in voices], result)
    return result, found, recommend(result, found)


def _people(voices: Iterable[Voice]) -> int:
    return sum(voice.people for voice in voices)


def _scores(result: Result) -> dict[str, Fraction]:
    """Everybody's score, also of those who are ruled out."""
    everyone: list[Ranked | LeftOut] = [*result.ranking, *result.left_out]
    return {entry.alternative: entry.score for entry in everyone}


def _result(definition: Definition, voices: Sequence[Voice]) -> Result:
    people = _people(voices)
    given = [(voice.people, _scores(voice.result)) for voice in voices]
    scores = {
        name: add_up([many * own.get(name, Fraction(0)) for many, own in given]) / people for name in definition.names
    }
    needs: dict[str, set[str]] = {name: set() for name in scores}
    for voice in voices:
        for out in voice.result.left_out:
            needs[out.alternative].update(out.needs)
    eligible = [name for name in definition.in_order_of_names if not needs[name]]
    ranking = tuple(_ranking(definition, voices, scores, eligible))
    most = max((voice.result for voice in voices), key=lambda result: result.answered)
    mean = mean_of([scores[name] for name in eligible])
    return Result(
        standing=most.standing,
        answered=most.answered,
        asked=most.asked,
        ranking=ranking,
        left_out=left_out(
            definition, scores, {name: tuple(sorted(missed)) for name, missed in needs.items()}, eligible
        ),
        mean=mean,
        mean_points=to_points(mean),
        strength=Strength.NONE,  # what the recommendation says of it, once there is one
        lead=ranking[0].points - ranking[1].points if len(ranking) > 1 else 0,
        unknown=tuple(sorted({pair for voice in voices for pair in voice.result.unknown})),
    )


def _ranking(
    definition: Definition, voices: Sequence[Voice], scores: Mapping[str, Fraction], eligible: Sequence[str]
) -> Iterator[Ranked]:
    for entry in ranked(definition, scores, eligible):
        own = [_entry(voice.result, entry.alternative) for voice in voices]
        yield entry._replace(
            unverified=tuple(sorted({key for each in own for key in each.unverified})), losses=_losses(voices, own)
        )


def _entry(result: Result, name: str) -> Ranked:
    return next(entry for entry in result.ranking if entry.alternative == name)


def _losses(voices: Sequence[Voice], entries: Sequence[Ranked]) -> tuple[Loss, ...]:
    """What each question costs an alternative on average; as printed they and the score add up to 100."""
    people = _people(voices)
    parts: dict[str, list[Fraction]] = {}
    for voice, entry in zip(voices, entries, strict=True):
        for loss in entry.losses:
            parts.setdefault(loss.question, []).append(voice.people * loss.exact)
    return losses_of({question: add_up(found) / people for question, found in parts.items()})


def _firsts(result: Result) -> list[str]:
    return [entry.alternative for entry in result.ranking if entry.place == 1]


def _places(voices: Sequence[Voice], result: Result) -> Iterator[Place]:
    everyone: list[Ranked | LeftOut] = [*result.ranking, *result.left_out]
    points = [({name: to_points(score) for name, score in _scores(voice.result).items()}, voice) for voice in voices]
    for entry in everyone:
        name = entry.alternative
        own = [given[name] for given, _ in points]
        yield Place(
            alternative=name,
            first_for=_people(voice for voice in voices if _firsts(voice.result) == [name]),
            points=entry.points,
            lowest=min(own),
            highest=max(own),
            short=_people(voice for given, voice in points if given[name] < ACCEPTABLE),
            misses=len(entry.needs) if isinstance(entry, LeftOut) else 0,
        )


# ---------------------------------------------------------------- what all must have and want


def _with(voices: Sequence[Voice], question: str, option: str, *, only_musts: bool = False) -> int:
    """How many chose the option."""
    return _people(
        voice
        for voice in voices
        if option in voice.answers[question].options and (voice.answers[question].is_must or not only_musts)
    )


def _chosen(question: Question, options: Iterable[str], weight: Weight = Weight.NORMAL) -> Answer:
    found = tuple(options)
    ordered = tuple(key for key in question.by_key if key in found)
    return Answer(State.ANSWERED, ordered, weight) if ordered else Answer()


def _required(definition: Definition, voices: Sequence[Voice]) -> dict[str, Answer]:
    """The musts of all, as one person's answers."""
    return {
        question.key: _chosen(
            question,
            (key for key in question.by_key if _with(voices, question.key, key, only_musts=True)),
            Weight.MUST,
        )
        for question in definition.questions
    }


def _wanted(definition: Definition, voices: Sequence[Voice]) -> dict[str, Answer]:
    """What is installed for: what half of those who answered chose, and what is a must for anybody."""
    found = {}
    for question in definition.questions:
        answered = _people(voice for voice in voices if voice.answers[question.key].counts)
        options = (
            key
            for key in question.by_key
            if answered <= 2 * _with(voices, question.key, key) > 0 or _with(voices, question.key, key, only_musts=True)
        )
        found[question.key] = _chosen(question, options)
    return found


# ---------------------------------------------------------------- where they disagree, and what would settle it


class _Gap(NamedTuple):
    """How far one alternative is ahead of another by one voice: what each question adds, and what it weighs."""

    people: int
    by_question: Mapping[str, Fraction]
    weights: Mapping[str, int]

    def with_answer(self, question: str, difference: Fraction) -> Fraction:
        """The lead with another answer to the question, by which the values of the two differ so much."""
        weight = self.weights.get(question, WEIGHTS[Weight.NORMAL])
        rest = sum((each for key, each in self.by_question.items() if key != question), Fraction(0))
        total = sum(each for key, each in self.weights.items() if key != question) + weight
        return (rest + weight * difference) / total


def _in_front(result: Result, recommendation: Recommendation) -> tuple[str, str]:
    """The two whose lead is looked at: who is named, or the first, and the other one or the next."""
    everyone: list[Ranked | LeftOut] = [*result.ranking, *result.left_out]
    order = dict.fromkeys([*recommendation.named, *(entry.alternative for entry in everyone)])
    first, second, *_ = order
    return first, second


def _divides(definition: Definition, voices: Sequence[Voice], pair: tuple[str, str]) -> tuple[Divide, ...]:
    """Every question, the one whose answers differ most in points first."""
    gaps = [_gap(definition, voice, pair) for voice in voices]
    found = [
        Divide(
            question.key,
            _effect(question, voices, gaps, pair),
            _counts(question, voices),
            _people(voice for voice in voices if voice.answers[question.key].state is State.SKIPPED),
        )
        for question in definition.questions
    ]
    return tuple(sorted(found, key=lambda divide: -divide.points))


def _gap(definition: Definition, voice: Voice, pair: tuple[str, str]) -> _Gap:
    first, second = pair
    values = question_values(definition, voice.answers)
    weights = {key: WEIGHTS[voice.answers[key].weight] for key in values}
    return _Gap(voice.people, {key: weights[key] * (row[first] - row[second]) for key, row in values.items()}, weights)


def _effect(question: Question, voices: Sequence[Voice], gaps: Sequence[_Gap], pair: tuple[str, str]) -> int:
    """By how many points the mean lead differs between the answers given, if all gave the same."""
    given = {voice.answers[question.key].options for voice in voices if voice.answers[question.key].counts}
    leads = []
    for options in sorted(given):
        first, second = (Fraction(sum(question.by_key[key].value(name) for key in options)) for name in pair)
        difference = (first - second) / (FIT_MAX * len(options))
        leads.append(sum((gap.people * gap.with_answer(question.key, difference) for gap in gaps), Fraction(0)))
    return to_points((max(leads) - min(leads)) / _people(voices)) if leads else 0


def _counts(question: Question, voices: Sequence[Voice]) -> tuple[tuple[str, int], ...]:
    counts = [(key, _with(voices, question.key, key)) for key in question.by_key]
    unsure = _people(voice for voice in voices if voice.answers[question.key].state is State.NOT_SURE)
    found = [*((key, number) for key, number in counts if number), *([(NOT_SURE, unsure)] if unsure else [])]
    return tuple(sorted(found, key=lambda count: -count[1]))


def _settlements(
    poll: _Poll, voices: Sequence[Voice], divides: Iterable[Divide], now: Recommendation
) -> Iterator[Settlement]:
    """Those of the questions that change the verdict first, then of those with the most points."""
    found = [_agreements(poll, voices, divide) for divide in divides]
    by_change = sorted(filter(None, found), key=lambda each: not _changes_any(now, each))
    told = 0
    for settlements in by_change:
        if told and told + len(settlements) > SETTLED_MOST:
            return
        told += len(settlements)
        yield from settlements


def _changes_any(now: Recommendation, found: Iterable[Settlement | Withdrawal]) -> bool:
    return any(changes_verdict(now, each.recommendation) for each in found)


def _agreements(poll: _Poll, voices: Sequence[Voice], divide: Divide) -> list[Settlement]:
    """A settlement for each answer that not all gave; none where neither points nor a must depend on the question."""
    question = poll.definition.by_key[divide.question]
    if not divide.points and not any(voice.answers[question.key].is_must for voice in voices):
        return []
    return [
        _settlement(poll, voices, question, option, today)
        for option, today in divide.counts
        if option != NOT_SURE and today < _people(voices)
    ]


def _settlement(poll: _Poll, voices: Sequence[Voice], question: Question, option: str, today: int) -> Settlement:
    agreed = [(agreeing(question, voice.answers, option), voice.people) for voice in voices]
    recommendation, lead = poll.outcome(answers for answers, people in agreed for _ in range(people))
    return Settlement(question.key, option, today, recommendation, lead)


def agreeing(question: Question, answers: Answers, option: str) -> dict[str, Answer]:
    """The answers of somebody who has been won for an option: it matters to them as much, and is no must to them."""
    own = answers[question.key]
    if option in own.options:
        return dict(answers)
    weight = Weight.NORMAL if not own.counts else Weight.LOT if own.is_must else own.weight
    options = (*own.options, option) if question.multiple else (option,)
    return {**answers, question.key: _chosen(question, options, weight)}


def _withdrawals(
    poll: _Poll, voices: Sequence[Voice], musts: Iterable[Must], now: Recommendation
) -> Iterator[Withdrawal]:
    """Those that change the verdict first, then in the order of the questions."""
    ruling: dict[tuple[str, str], list[str]] = {}
    for must in musts:
        if not all(cell.met.passes for cell in must.cells.values()):
            alone = "" if poll.definition.by_key[must.question].multiple else must.option
            ruling.setdefault((must.question, alone), []).append(must.option)
    found = [_withdrawal(poll, voices, question, options) for (question, _), options in ruling.items()]
    yield from sorted(found, key=lambda each: not changes_verdict(now, each.recommendation))


def _withdrawal(poll: _Poll, voices: Sequence[Voice], question: str, options: Sequence[str]) -> Withdrawal:
    without: list[Answers] = []
    people = 0
    for voice in voices:
        own = voice.answers[question]
        is_meant = own.is_must and not set(options).isdisjoint(own.options)
        people += voice.people if is_meant else 0
        answers = {**voice.answers, question: own._replace(weight=Weight.LOT)} if is_meant else voice.answers
        without += [answers] * voice.people
    recommendation, lead = poll.outcome(without)
    return Withdrawal(question, tuple(options), people, recommendation, lead)
