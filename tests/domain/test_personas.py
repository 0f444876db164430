"""The shipped questionnaire as advice: people and their twins, and no alternative favoured by the questions.

``PERSONAS`` are the situations of ``content/scenarios.toml``, each judged before it was worked out.
"""

from __future__ import annotations

import random
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest

from fwsite.domain.answers import Answers, parse_answers
from fwsite.domain.questionnaire import Question, parse_definition
from fwsite.domain.recommendation import Recommendation, Verdict, recommend
from fwsite.domain.robustness import robustness
from fwsite.domain.scenarios import Situation
from fwsite.domain.scoring import Result, evaluate
from fwsite.domain.stacks import index_name
from tests.support.paths import ROOT

CONTENT = ROOT / "fwsite" / "content"


def _tables(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text("utf-8"))


DEFINITION = parse_definition({**_tables("questionnaire.toml"), **_tables("scenarios.toml")})
CLAIMS = {
    claim["key"]: (framework["key"], claim["side"])
    for framework in _tables("frameworks.toml")["frameworks"]
    for claim in framework["claims"]
}

NEUTRALITY_DRAWS = 3_000
NEUTRALITY_BAND = (Fraction(5, 100), Fraction(45, 100))
"""Under uniform random answers each alternative's share of first places stays between these two."""


@dataclass(frozen=True)
class Persona:
    """What somebody answers, and who may come first."""

    name: str
    accepts: tuple[str, ...]
    answers: Mapping[str, Mapping[str, Any]]


def _persona(situation: Situation) -> Persona:
    answers = {
        key: {"options": list(options), "weight": situation.weights.get(key, "normal")}
        for key, options in situation.answers.items()
    }
    return Persona(situation.name, situation.accepts, answers)


PERSONAS = tuple(
    _persona(situation) for scenario in DEFINITION.scenarios for situation in (scenario.situation, scenario.twin)
)


def _recommended(persona: Persona) -> Recommendation:
    answers = parse_answers(DEFINITION, persona.answers)
    result = evaluate(DEFINITION, answers)
    return recommend(result, robustness(DEFINITION, answers, result))


RECOMMENDED = {persona.name: _recommended(persona) for persona in PERSONAS}


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.name)
def test_whoever_comes_first_is_accepted(persona: Persona) -> None:
    result = evaluate(DEFINITION, parse_answers(DEFINITION, persona.answers))

    firsts = {entry.alternative for entry in result.ranking if entry.place == 1}
    assert firsts
    assert firsts <= set(persona.accepts), f"{result.lead} points"


def test_scenarios_weigh_what_they_answer() -> None:
    for scenario in DEFINITION.scenarios:
        for situation in (scenario.situation, scenario.twin):
            assert set(situation.weights) <= set(situation.answers), situation.name


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.name)
def test_no_winner_is_without_a_point_against_it(persona: Persona) -> None:
    """A con of the comparison that bears on what was chosen, however high the score."""
    first = RECOMMENDED[persona.name].named[0]

    named = {
        claim
        for key, answer in parse_answers(DEFINITION, persona.answers).items()
        if answer.counts
        for option in answer.options
        for claim in DEFINITION.by_key[key].by_key[option].fits[first].claims
    }
    assert (first, "con") in {CLAIMS[claim] for claim in named}


@pytest.mark.parametrize("alternative", DEFINITION.names)
def test_each_alternative_is_accepted_alone_by_several_and_by_no_majority(alternative: str) -> None:
    alone = [persona for persona in PERSONAS if persona.accepts == (alternative,)]

    assert 4 <= len(alone) < len(PERSONAS) / 2


def test_scenarios_know_close_calls_and_musts() -> None:
    verdicts = {found.verdict for found in RECOMMENDED.values()}

    assert {Verdict.CLEAR, Verdict.NARROW, Verdict.ONLY} <= verdicts
    assert any(len(persona.accepts) > 1 for persona in PERSONAS)


def test_every_note_is_told_to_somebody() -> None:
    told = {
        note.key
        for persona in PERSONAS
        for note in DEFINITION.notes
        if note.applies(
            {key: entry["options"] for key, entry in persona.answers.items()}, RECOMMENDED[persona.name].named
        )
    }

    assert told == {note.key for note in DEFINITION.notes}


def test_every_package_that_brings_a_part_has_its_facts() -> None:
    known = {row["key"] for row in _tables("packages.toml")["packages"] if "version" in row}
    named = {index_name(package) for package in _packages()}

    assert named
    assert named <= known


def _packages() -> Iterator[str]:
    for alternative in DEFINITION.alternatives:
        yield from alternative.packages
    for question in DEFINITION.questions:
        for option in question.options:
            for fit in option.fits.values():
                yield from fit.via


@pytest.mark.parametrize("alternative", ["flask", "fastapi", "none"])
def test_an_alternative_can_be_withdrawn(alternative: str) -> None:
    """Each question still tells the others apart; without Django, the one about its ORM would not."""
    assert alternative not in DEFINITION.with_alternatives((), {alternative}).names


@pytest.mark.parametrize("alternative", DEFINITION.names)
def test_each_alternative_can_win_alone(alternative: str) -> None:
    favourable = {
        question.key: _normal(_option_that_favours(question, alternative)) for question in DEFINITION.questions
    }

    result = evaluate(DEFINITION, parse_answers(DEFINITION, favourable))

    assert (result.ranking[0].alternative, result.ranking[0].tied) == (alternative, False)


@pytest.mark.parametrize("question", DEFINITION.questions, ids=lambda question: question.key)
def test_no_question_is_won_alone_by_one_alternative_whatever_the_answer(question: Question) -> None:
    """A part that one of them has built in is asked for, and so is not needing it."""
    alone = set(DEFINITION.names)
    for option in question.options:
        best = max(option.value(name) for name in DEFINITION.names)
        firsts = {name for name in DEFINITION.names if option.value(name) == best}
        alone &= firsts if len(firsts) == 1 else set()

    assert not alone


def test_random_answers_favour_no_alternative_beyond_the_published_band() -> None:
    """Each option, and each choice of one or more on a multi-select question, is as likely as any other."""
    chance = random.Random(20261122)
    firsts: Counter[str] = Counter()
    for _ in range(NEUTRALITY_DRAWS):
        for name, share in _first_places(evaluate(DEFINITION, _random_answers(chance))).items():
            firsts[name] += share

    least, most = NEUTRALITY_BAND
    shares = {name: firsts[name] / NEUTRALITY_DRAWS for name in DEFINITION.names}
    assert sum(shares.values()) == 1
    assert all(least <= share <= most for share in shares.values()), _in_percent(shares)


def _normal(*options: str) -> dict[str, Any]:
    return {"options": options, "weight": "normal"}


def _option_that_favours(question: Question, alternative: str) -> str:
    def advantage(key: str) -> int:
        option = question.by_key[key]
        return option.value(alternative) - max(option.value(name) for name in DEFINITION.names if name != alternative)

    return max(question.by_key, key=advantage)


def _random_answers(chance: random.Random) -> Answers:
    given = {}
    for question in DEFINITION.questions:
        keys = list(question.by_key)
        if question.multiple:
            picks = chance.randrange(1, 2 ** len(keys))
            given[question.key] = _normal(*(key for bit, key in enumerate(keys) if picks >> bit & 1))
        else:
            given[question.key] = _normal(chance.choice(keys))
    return parse_answers(DEFINITION, given)


def _first_places(result: Result) -> dict[str, Fraction]:
    first = [ranked.alternative for ranked in result.ranking if ranked.place == 1]
    return {name: Fraction(1, len(first)) for name in first}


def _in_percent(shares: Mapping[str, Fraction]) -> dict[str, float]:
    return {name: round(float(100 * share), 1) for name, share in shares.items()}
