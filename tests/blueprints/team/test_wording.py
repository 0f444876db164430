"""Words of a team's result: they say the verdict that was worked out, and for how many."""

from __future__ import annotations

import random

import pytest

from fwsite.blueprints.team import wording
from fwsite.domain import robustness as robust
from fwsite.domain.recommendation import Verdict
from fwsite.domain.team import changes_verdict, team_report
from tests.domain.test_team_laws import team_of
from tests.support.strategies import Case, law

BEGIN = {
    Verdict.OPEN: ("Open: ", "Open between ", "A tie: "),
    Verdict.ONLY: ("One alone ",),
    Verdict.NONE: ("Nothing ",),
}


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robust, "DRAWS", 12)


@law()
def test_the_headline_says_the_verdict(case: Case, chance: random.Random) -> None:
    report = team_report(case.definition, team_of(case, chance, most=4))
    said, found = wording.headline(case.definition, report), report.recommendation

    first = case.definition.names[found.named[0]] if found.named else ""
    if found.verdict in (Verdict.CLEAR, Verdict.NARROW):
        margin = "by a clear margin" if found.verdict is Verdict.CLEAR else "narrowly"
        assert said.startswith(f"{first}, {margin}")
        assert (", for both" in said or ", for all" in said) is (report.places[0].first_for == report.people)
    else:
        assert said.startswith(BEGIN[found.verdict])
    assert said.endswith(" (provisional)") or not report.result.ranking or report.result.answered >= 5


@law()
def test_the_lead_tells_what_the_table_has(case: Case, chance: random.Random) -> None:
    report = team_report(case.definition, team_of(case, chance, most=4))
    lead = wording.lead(case.definition, report)

    told = "This question would decide it" in lead
    by_question = {each.question for each in report.settlements}
    settling = [
        key
        for key in by_question
        if all(each.recommendation.verdict is not Verdict.OPEN for each in report.settlements if each.question == key)
    ]
    assert told is (report.recommendation.verdict is Verdict.OPEN and bool(settling))
    now = report.recommendation
    if "A question that would change this" in lead:
        assert any(changes_verdict(now, each.recommendation) for each in report.settlements)
    if now.verdict is not Verdict.OPEN:
        decides = any(changes_verdict(now, each.recommendation) for each in report.withdrawals)
        assert ("Without “" in lead) is decides
    if "acceptable to all of you" in lead:
        [only] = [place for place in report.places if place.is_acceptable]
        assert f"{case.definition.names[only.alternative]} is the one" in lead


@pytest.mark.parametrize(("count", "people", "said"), [(2, 2, "both"), (5, 5, "all five"), (3, 5, "three of five")])
def test_of_how_many(count: int, people: int, said: str) -> None:
    assert wording.of_people(count, people) == said


@pytest.mark.parametrize(
    ("count", "expected", "said"),
    [
        (1, None, "1 has answered"),
        (2, 5, "2 of 5 have answered"),
        (5, 5, "5 of 5 have answered"),
        (6, 5, "6 have answered, though 5 were expected: somebody may have answered twice"),
        (1, 5, "1 of 5 has answered"),
    ],
)
def test_how_many_have_answered(count: int, expected: int | None, said: str) -> None:
    assert wording.answered(count, expected) == said


@pytest.mark.parametrize(
    ("count", "expected", "said"),
    [(3, 5, ", two are missing"), (4, 5, ", one is missing"), (5, 5, ""), (6, 5, ""), (3, None, "")],
)
def test_how_many_are_missing(count: int, expected: int | None, said: str) -> None:
    assert wording.missing(count, expected) == said
