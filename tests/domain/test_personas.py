"""People of "which one, and when", each answering as such a person would.

The advice of the shipped questionnaire has to agree with the article, whichever way round it is read.
"""

from __future__ import annotations

import random
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest

from fwsite.domain.answers import Answers, parse_answers
from fwsite.domain.questionnaire import Question, parse_definition
from fwsite.domain.scoring import CLEAR_LEAD, LEAN_LEAD, Result, Standing, Strength, evaluate
from tests.support.paths import ROOT

CONTENT = ROOT / "fwsite" / "content"
DEFINITION = parse_definition(tomllib.loads((CONTENT / "questionnaire.toml").read_text("utf-8")))

NEUTRALITY_DRAWS = 3_000
NEUTRALITY_BAND = (Fraction(5, 100), Fraction(45, 100))
"""Under uniform random answers each alternative's share of first places stays between these two."""


def little(*options: str) -> dict[str, Any]:
    return {"options": options, "weight": "little"}


def normal(*options: str) -> dict[str, Any]:
    return {"options": options, "weight": "normal"}


def lot(*options: str) -> dict[str, Any]:
    return {"options": options, "weight": "lot"}


def must(*options: str) -> dict[str, Any]:
    return {"options": options, "weight": "must"}


@dataclass(frozen=True)
class Persona:
    """What somebody answers, and what the article would tell them.

    ``lead`` is the least number of points between the first and the second that agrees with the article.
    """

    name: str
    wins: str
    lead: int
    answers: Mapping[str, Mapping[str, Any]]
    left_out: frozenset[str] = frozenset()


PERSONAS = (
    Persona(
        "company with a large site that needs log-in, an admin and an ORM",
        wins="django",
        lead=CLEAR_LEAD,
        answers={
            "work": lot("records"),
            "purpose": normal("product"),
            "size": normal("large"),
            "parts": lot("accounts", "admin", "forms"),
            "database": lot("orm"),
            "waiting": little("services"),
            "experience": normal("web"),
        },
    ),
    Persona(
        "team in a hurry that is glad of conventions and needs no other way",
        wins="django",
        lead=CLEAR_LEAD,
        answers={
            "work": normal("pages"),
            "size": normal("medium"),
            "parts": normal("accounts", "forms", "templates"),
            "style": lot("conventions"),
            "database": normal("orm"),
            "waiting": little("short-answers"),
            "experience": little("python"),
            "priority": lot("soon"),
        },
    ),
    Persona(
        "office that will not do without staff screens and accounts",
        wins="django",
        lead=CLEAR_LEAD,
        answers={
            "work": must("records"),
            "purpose": lot("tool"),
            "size": normal("large"),
            "parts": must("accounts", "admin"),
            "database": normal("orm"),
            "experience": little("async"),
            "priority": normal("steady"),
        },
        left_out=frozenset({"none"}),
    ),
    Persona(
        "beginner who needs a shop with accounts soon, not a lesson",
        wins="django",
        lead=LEAN_LEAD,
        answers={
            "work": normal("pages"),
            "purpose": lot("product"),
            "size": normal("medium"),
            "parts": lot("accounts", "forms", "admin"),
            "experience": normal("beginner"),
            "priority": normal("soon"),
        },
    ),
    Persona(
        "author of a small site around particular libraries, in full control of its structure",
        wins="flask",
        lead=CLEAR_LEAD,
        answers={
            "work": normal("pages"),
            "size": normal("small"),
            "parts": little("templates", "forms"),
            "style": lot("chosen-parts"),
            "database": lot("other-orm"),
            "waiting": little("database-only"),
            "experience": normal("python"),
        },
    ),
    Persona(
        "hobbyist with a lean blog on a server with little memory",
        wins="flask",
        lead=LEAN_LEAD,
        answers={
            "work": normal("pages"),
            "size": normal("small"),
            "parts": normal("templates", "forms"),
            "database": normal("sql"),
            "hosting": lot("little-memory"),
            "experience": normal("python"),
        },
    ),
    Persona(
        "developer whose models must stay SQLAlchemy's, although accounts are wanted",
        wins="flask",
        lead=LEAN_LEAD,
        answers={
            "work": normal("pages"),
            "purpose": normal("product"),
            "size": normal("medium"),
            "parts": normal("accounts", "templates"),
            "database": must("other-orm"),
            "waiting": normal("database-only"),
            "experience": normal("web"),
        },
        left_out=frozenset({"django"}),
    ),
    Persona(
        "experienced developers of a fast API that calls many services",
        wins="fastapi",
        lead=CLEAR_LEAD,
        answers={
            "work": lot("api"),
            "purpose": normal("product"),
            "size": normal("medium"),
            "parts": lot("checks", "accounts"),
            "database": little("sql"),
            "waiting": lot("services"),
            "experience": normal("async"),
            "priority": little("steady"),
        },
    ),
    Persona(
        "maker of a real-time chat over WebSockets",
        wins="fastapi",
        lead=LEAN_LEAD,
        answers={
            "work": lot("live"),
            "purpose": normal("product"),
            "size": normal("small"),
            "parts": normal("accounts", "checks"),
            "database": normal("orm"),
            "waiting": must("open-connections"),
            "experience": normal("async"),
        },
        left_out=frozenset({"flask"}),
    ),
    Persona(
        "data team that puts an experiment behind a typed API",
        wins="fastapi",
        lead=LEAN_LEAD,
        answers={
            "work": normal("api"),
            "purpose": normal("experiment"),
            "size": normal("tiny"),
            "parts": normal("checks"),
            "style": lot("typed"),
            "database": little("hardly"),
            "waiting": normal("short-answers"),
            "experience": normal("python"),
        },
    ),
    Persona(
        "student whose first project, a small blog, is made to learn",
        wins="none",
        lead=LEAN_LEAD,
        answers={
            "work": normal("pages"),
            "purpose": lot("learn"),
            "size": normal("small"),
            "database": normal("sql"),
            "experience": normal("beginner"),
            "priority": normal("understanding"),
        },
    ),
    Persona(
        "lone beginner who wants to understand HTTP",
        wins="none",
        lead=CLEAR_LEAD,
        answers={
            "purpose": lot("learn"),
            "size": normal("tiny"),
            "style": normal("own-hands"),
            "waiting": little("short-answers"),
            "hosting": little("ordinary"),
            "experience": lot("beginner"),
            "priority": lot("understanding"),
        },
    ),
    Persona(
        "operator of one small function that a platform starts on demand",
        wins="none",
        lead=LEAN_LEAD,
        answers={
            "work": little("api"),
            "size": normal("tiny"),
            "database": normal("hardly"),
            "waiting": normal("short-answers"),
            "hosting": lot("functions"),
            "experience": little("web"),
            "priority": normal("few-packages"),
        },
    ),
)


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.name)
def test_a_person_gets_the_advice_of_the_article(persona: Persona) -> None:
    result = evaluate(DEFINITION, parse_answers(DEFINITION, persona.answers))

    assert (result.ranking[0].alternative, result.ranking[0].tied) == (persona.wins, False)
    assert result.standing is Standing.FULL
    assert result.lead >= persona.lead, f"{result.strength}: {result.lead} points"
    assert {out.alternative for out in result.left_out} == persona.left_out


def test_the_must_that_leaves_django_out_is_named_with_the_place_it_would_have_had() -> None:
    persona = next(persona for persona in PERSONAS if "django" in persona.left_out)

    (out,) = evaluate(DEFINITION, parse_answers(DEFINITION, persona.answers)).left_out

    assert (out.alternative, out.needs, out.would_be) == ("django", ("database",), 2)


@pytest.mark.parametrize("alternative", DEFINITION.names)
def test_each_alternative_is_advised_to_somebody_and_kept_from_somebody(alternative: str) -> None:
    winners = Counter(persona.wins for persona in PERSONAS)

    assert 0 < winners[alternative] < len(PERSONAS)


@pytest.mark.parametrize("alternative", DEFINITION.names)
def test_each_alternative_can_win_alone(alternative: str) -> None:
    favourable = {
        question.key: normal(_option_that_favours(question, alternative)) for question in DEFINITION.questions
    }

    result = evaluate(DEFINITION, parse_answers(DEFINITION, favourable))

    assert (result.ranking[0].alternative, result.strength) == (alternative, Strength.CLEAR)


@pytest.mark.parametrize("question", DEFINITION.questions, ids=lambda question: question.key)
def test_no_question_is_won_by_one_alternative_whatever_the_answer(question: Question) -> None:
    always_best = set(DEFINITION.names)
    for option in question.options:
        best = max(option.value(name) for name in DEFINITION.names)
        always_best &= {name for name in DEFINITION.names if option.value(name) == best}

    assert not always_best


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
            given[question.key] = normal(*(key for bit, key in enumerate(keys) if picks >> bit & 1))
        else:
            given[question.key] = normal(chance.choice(keys))
    return parse_answers(DEFINITION, given)


def _first_places(result: Result) -> dict[str, Fraction]:
    first = [ranked.alternative for ranked in result.ranking if ranked.place == 1]
    return {name: Fraction(1, len(first)) for name in first}


def _in_percent(shares: Mapping[str, Fraction]) -> dict[str, float]:
    return {name: round(float(100 * share), 1) for name, share in shares.items()}
