"""The verdict at its limits, by example; its laws are 15 in ``test_laws.py``."""

from __future__ import annotations

from fractions import Fraction

import pytest

from fwsite.domain.answers import Answers
from fwsite.domain.questionnaire import Definition
from fwsite.domain.recommendation import Recommendation, Verdict, recommend, strength_of
from fwsite.domain.robustness import Robustness, band_of, per_cent
from fwsite.domain.scoring import Gain, Result, Strength, evaluate
from tests.support.strategies import answer, define


def ranked(*points: int) -> Result:
    """A result with such printed points, on a question for each point: fits are four or nothing."""
    definition = define(
        *[
            {"x": [4 if number < each else 0 for each in points], "y": [4, *[0] * (len(points) - 1)]}
            for number in range(100)
        ]
    )
    return evaluate(definition, answer(definition, **dict.fromkeys(definition.by_key, "x")))


def shares(result: Result, *parts: str) -> Robustness:
    """Such shares of first places, in the order of the ranking."""
    found = [(entry.alternative, Fraction(part)) for entry, part in zip(result.ranking, parts, strict=True)]
    winner = found[0]
    in_order = tuple(sorted(found, key=lambda each: -each[1]))
    return Robustness(in_order, winner[0], band_of(per_cent(winner[1])))


@pytest.mark.parametrize(
    ("lead", "share", "verdict"),
    [
        (10, "90/100", Verdict.CLEAR),
        (10, "875/1000", Verdict.CLEAR),  # printed as 90
        (10, "874/1000", Verdict.NARROW),
        (9, "1", Verdict.NARROW),
        (5, "51/100", Verdict.NARROW),
        (4, "575/1000", Verdict.NARROW),  # printed as 60
        (4, "574/1000", Verdict.OPEN),
        (1, "1", Verdict.NARROW),
        (20, "49/100", Verdict.OPEN),  # another one is first more often
        (20, "50/100", Verdict.NARROW),  # nobody is
    ],
)
def test_the_verdict_at_its_limits(lead: int, share: str, verdict: Verdict) -> None:
    result = ranked(60, 60 - lead)
    assert result.lead == lead

    found = recommend(result, shares(result, share, str(1 - Fraction(share))))

    assert found.verdict is verdict
    first, second = (entry.alternative for entry in result.ranking)
    assert found.named == ((first, second) if verdict is Verdict.OPEN else (first,))


def test_a_lead_that_does_not_show_is_none() -> None:
    """Ahead in every weighting, by less than half a point."""
    definition = define(
        *[{"x": (4, 4), "y": (4, 0)}] * 99, *[{"x": (3, 3), "y": (4, 0)}] * 150, {"x": (3, 2), "y": (0, 4)}
    )
    result = evaluate(definition, answer(definition, **dict.fromkeys(definition.by_key, "x")))
    assert (result.lead, result.ranking[0].tied) == (0, False)

    assert recommend(result, shares(result, "1", "0")).verdict is Verdict.OPEN


def test_a_tie_names_all_who_tie_whoever_comes_first_more_often() -> None:
    result = ranked(50, 50, 50, 49)
    tied = tuple(entry.alternative for entry in result.ranking[:3])

    found = recommend(result, shares(result, "1/10", "1/10", "1/10", "7/10"))

    assert (found.verdict, found.named) == (Verdict.OPEN, tied)


def test_the_first_and_whoever_comes_first_more_often_are_named() -> None:
    result = ranked(60, 58, 57)
    first, _, third = (entry.alternative for entry in result.ranking)

    assert recommend(result, shares(result, "2/10", "3/10", "5/10")).named == (first, third)


def test_where_the_first_is_the_favourite_the_second_is_named() -> None:
    result = ranked(60, 58, 57)
    first, second, _ = (entry.alternative for entry in result.ranking)

    assert recommend(result, shares(result, "4/10", "3/10", "3/10")).named == (first, second)


def told(definition: Definition, answers: Answers) -> Recommendation:
    result = evaluate(definition, answers)
    return recommend(result, shares(result, *[f"1/{len(result.ranking)}"] * len(result.ranking)))


def test_the_two_answers_that_say_most_for_either_tell_them_apart() -> None:
    definition = define(
        {"x": (4, 1), "y": (0, 4)}, {"x": (3, 1), "y": (0, 4)}, {"x": (0, 4), "y": (4, 0)}, {"x": (2, 3), "y": (4, 0)}
    )
    answers = answer(definition, **dict.fromkeys(definition.by_key, "x"))

    found = told(definition, answers)

    assert found.named == ("birch", "ash")  # a tie of 9 and 9, by name
    for_birch, for_ash = found.tells_apart
    assert (for_birch.question, for_birch.exact) == ("q3", Fraction(1, 4))
    assert (for_ash.question, for_ash.exact) == ("q1", Fraction(-3, 16))


def test_nothing_tells_twins_apart() -> None:
    definition = define({"x": (3, 3), "y": (0, 4)}, {"x": (1, 1), "y": (0, 4)})

    found = told(definition, answer(definition, q1="x", q2="x"))

    assert (found.verdict, found.tells_apart) == (Verdict.OPEN, ())


def test_what_speaks_for_one_alone_is_told_alone() -> None:
    """The third comes first so often that the first is not ahead firmly; beside the second it is in everything."""
    result = ranked(54, 53, 52)
    found = recommend(result, shares(result, "4/10", "2/10", "4/10"))

    assert found.named == tuple(entry.alternative for entry in result.ranking[:2])
    [gain] = found.tells_apart
    assert isinstance(gain, Gain)
    assert gain.exact > 0


def test_one_alone_and_nobody() -> None:
    definition = define({"x": (4, 2), "y": (0, 0), "z": (3, 4)})

    alone = recommend(evaluate(definition, answer(definition, "must", q1="x")), None)
    nobody = recommend(evaluate(definition, answer(definition, "must", q1="y")), None)
    nothing = recommend(evaluate(definition, answer(definition)), None)

    assert alone == Recommendation(Verdict.ONLY, ("ash",))
    assert nobody == nothing == Recommendation(Verdict.NONE, ())


def test_each_verdict_has_a_name_in_the_first_model() -> None:
    assert {verdict: strength_of(verdict) for verdict in Verdict} == {
        Verdict.CLEAR: Strength.CLEAR,
        Verdict.NARROW: Strength.LEAN,
        Verdict.OPEN: Strength.CLOSE,
        Verdict.ONLY: Strength.ONLY,
        Verdict.NONE: Strength.NONE,
    }
