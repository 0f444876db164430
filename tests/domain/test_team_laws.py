"""The laws of a team's result, each with 2,000 random teams where CI is true.

====  ======================================================================  =====================
Law   What holds                                                              Test, here
====  ======================================================================  =====================
1     A team of one has that person's result                                  test_law_1
2     The order of people, and of each one's answers, is irrelevant           test_law_2
3     Identical people change nothing but counts; nor does everybody twice    test_law_3, _3_twice
4     Adding somebody who prefers X lowers neither X's share nor X's place    test_law_4
5     What would come of an agreement comes of it                             test_law_5
6     The printed numbers add up, and lie between lowest and highest          law_6
7     Whoever is ruled out for one is ruled out for all, and nobody else      law_7
8     Acceptable is what everybody has 60 points for and no must rules out    law_8
9     A report has as many entries for two people as for many                 test_law_9
10    A report is read back from its document as it was                       law_10
11    What would come of a must taken back comes of it; all that rule out     test_law_11
12    What would change the verdict is told before what would not             law_12
====  ======================================================================  =====================

That the page says no more of a person than this is tested with the page.
"""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from fwsite.domain import robustness as robust
from fwsite.domain.answers import Answer, Answers, State, Weight
from fwsite.domain.questionnaire import Definition, Question
from fwsite.domain.report import Advice, make_report
from fwsite.domain.scoring import evaluate, to_points
from fwsite.domain.team import ACCEPTABLE, TeamReport, agreeing, changes_verdict, team_report
from fwsite.domain.team_document import team_document, team_report_from_document
from tests.support.strategies import Case, law

Team = list[Answers]
FEW = (2, 3)
"""So many questions: a team's result looks at every answer to each of them, for each case."""


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """The laws hold draw by draw, whatever their number."""
    monkeypatch.setattr(robust, "DRAWS", 12)


def somebody(definition: Definition, chance: random.Random) -> Answers:
    """Answers to one question at least; a must now and then."""
    certain = chance.choice(definition.questions).key
    return {each.key: _answer(each, chance, certain=each.key == certain) for each in definition.questions}


def _answer(question: Question, chance: random.Random, *, certain: bool) -> Answer:
    state = State.ANSWERED if certain or chance.random() < 0.7 else chance.choice([State.NOT_SURE, State.SKIPPED])
    weight = chance.choice([Weight.LITTLE, Weight.NORMAL, Weight.NORMAL, Weight.LOT, Weight.MUST])
    chosen = chance.choice(list(question.by_key))
    more = {key for key in question.by_key if question.multiple and chance.random() < 0.4}
    options = tuple(key for key in question.by_key if key == chosen or key in more)
    return Answer(state, options if state is State.ANSWERED else (), weight)


def team_of(case: Case, chance: random.Random, least: int = 2, most: int = 4) -> Team:
    """Some of whom may answer alike."""
    people = [case.answers, *(somebody(case.definition, chance) for _ in range(chance.randint(least - 1, most - 1)))]
    return people if chance.random() < 0.8 or len(people) < 3 else [*people[:-1], people[0]]


def essence(report: TeamReport) -> dict[str, Any]:
    """What is no count of people."""
    return {
        "result": report.result,
        "robustness": report.robustness,
        "recommendation": report.recommendation,
        "stacks": report.advice.stacks,
        "musts": report.advice.musts,
        "places": [(each.alternative, each.points, each.lowest, each.highest, each.misses) for each in report.places],
        "divides": [(each.question, each.points) for each in report.divides],
        "settlements": [(each.question, each.option, each.recommendation, each.lead) for each in report.settlements],
        "withdrawals": [each._replace(people=0) for each in report.withdrawals],
    }


@law(questions=FEW)
def test_law_1(case: Case) -> None:
    alone, together = make_report(case.definition, case.answers), team_report(case.definition, [case.answers])

    def without_contributions(entry: Any) -> Any:
        return entry._replace(contributions=())

    assert together.result == alone.result._replace(ranking=tuple(map(without_contributions, alone.result.ranking)))
    assert together.robustness == alone.robustness
    assert isinstance(alone.advice, Advice)
    assert together.advice == alone.advice
    assert together.settlements == ()


@law(questions=FEW)
def test_law_2(case: Case, chance: random.Random) -> None:
    team = team_of(case, chance)
    shuffled = [dict(chance.sample(list(each.items()), len(each))) for each in chance.sample(team, len(team))]

    assert team_report(case.definition, shuffled) == team_report(case.definition, team)


@law(questions=FEW)
def test_law_3(case: Case, chance: random.Random) -> None:
    people = chance.randint(2, 5)
    one, many = team_report(case.definition, [case.answers]), team_report(case.definition, [case.answers] * people)

    assert essence(one) == essence(many)
    assert [each.first_for * people for each in one.places] == [each.first_for for each in many.places]
    assert (one.tied * people, one.unranked * people) == (many.tied, many.unranked)
    assert [number * people for number in one.must_of] == list(many.must_of)


@law(questions=FEW)
def test_law_3_twice(case: Case, chance: random.Random) -> None:
    team = team_of(case, chance)
    once, twice = team_report(case.definition, team), team_report(case.definition, [*team, *team])

    assert essence(once) == essence(twice)
    assert [each.first_for * 2 for each in once.places] == [each.first_for for each in twice.places]
    doubled = [[(key, 2 * number) for key, number in each.counts] for each in once.divides]
    assert doubled == [list(each.counts) for each in twice.divides]


@law(questions=FEW)
def test_law_4(case: Case, chance: random.Random) -> None:
    team, other = team_of(case, chance, most=4), somebody(case.definition, chance)
    first = [entry.alternative for entry in evaluate(case.definition, other).ranking if entry.place == 1]
    if len(first) != 1:
        return
    [preferred] = first
    before, after = team_report(case.definition, team), team_report(case.definition, [*team, other])

    def share(report: TeamReport) -> float:
        return next(each for each in report.places if each.alternative == preferred).first_for / report.people

    def place(report: TeamReport) -> int | None:
        return next((entry.place for entry in report.result.ranking if entry.alternative == preferred), None)

    assert share(after) >= share(before)
    was, now = place(before), place(after)
    assert (was is None) == (now is None)
    assert was is None or now is None or now <= was


@law(questions=FEW)
def test_law_5(case: Case, chance: random.Random) -> None:
    team = team_of(case, chance, most=4)
    report = team_report(case.definition, team)

    for each in report.settlements:
        question = case.definition.by_key[each.question]
        agreed = [agreeing(question, answers, each.option) for answers in team]
        after = team_report(case.definition, agreed)
        assert (after.recommendation, after.result.lead) == (each.recommendation, each.lead)
        assert all(each.option in answers[each.question].options for answers in agreed)
        assert sum(each.option in answers[each.question].options for answers in team) == each.today < len(team)


@law(questions=FEW)
def test_laws_6_7_8_10_and_12(case: Case, chance: random.Random) -> None:
    """Of one report, each of them: working it out takes most of the time."""
    team = team_of(case, chance, most=4)
    report = team_report(case.definition, team)

    law_6(case.definition, team, report)
    law_7(case.definition, team, report)
    law_8(case.definition, team, report)
    law_10(case.definition, report)
    law_12(report)


def law_6(definition: Definition, team: Team, report: TeamReport) -> None:
    assert report.people == len(team)
    assert sum(each.first_for for each in report.places) + report.tied + report.unranked == len(team)
    assert [each.alternative for each in report.places] != []
    assert all(each.lowest <= each.points <= each.highest for each in report.places)
    for entry in report.result.ranking:
        assert entry.points + sum(loss.points for loss in entry.losses) == 100
    for divide in report.divides:
        if not definition.by_key[divide.question].multiple:
            assert sum(number for _, number in divide.counts) + divide.skipped == len(team)
    assert [each.points for each in report.divides] == sorted((each.points for each in report.divides), reverse=True)


def law_7(definition: Definition, team: Team, report: TeamReport) -> None:
    needs: dict[str, set[str]] = {}
    for answers in team:
        for out in evaluate(definition, answers).left_out:
            needs.setdefault(out.alternative, set()).update(out.needs)
    assert {out.alternative: set(out.needs) for out in report.result.left_out} == needs
    for must, people in zip(report.advice.musts, report.must_of, strict=True):
        wants = [answers[must.question] for answers in team]
        assert people == sum(answer.is_must and must.option in answer.options for answer in wants) > 0


def law_8(definition: Definition, team: Team, report: TeamReport) -> None:
    for place in report.places:
        entries = [_entry(definition, answers, place.alternative) for answers in team]
        expected = all(points >= ACCEPTABLE and not is_out for points, is_out in entries)
        assert place.is_acceptable is expected
        assert place.lowest == min(points for points, _ in entries)


def _entry(definition: Definition, answers: Answers, alternative: str) -> tuple[int, bool]:
    result = evaluate(definition, answers)
    for entry in (*result.ranking, *result.left_out):
        if entry.alternative == alternative:
            return to_points(entry.score), entry in result.left_out
    raise AssertionError(alternative)


@law(questions=FEW)
def test_law_9(case: Case, chance: random.Random) -> None:
    for people in (2, 9):
        report = team_report(case.definition, team_of(case, chance, least=people, most=people))
        assert len(report.places) == len(case.definition.names)
        assert len(report.divides) == len(case.definition.questions)
        options = {question.key: len(question.options) for question in case.definition.questions}
        assert all(len(each.counts) <= options[each.question] + 1 for each in report.divides)
        assert len(report.settlements) <= sum(options.values())


def law_10(definition: Definition, report: TeamReport) -> None:
    kept = json.loads(json.dumps(team_document(definition, report)))
    assert team_report_from_document(kept) == report


@law(questions=FEW)
def test_law_11(case: Case, chance: random.Random) -> None:
    team = team_of(case, chance, most=4)
    report = team_report(case.definition, team)

    def without(answers: Answers, question: str, options: tuple[str, ...]) -> Answers:
        own = answers[question]
        is_meant = own.is_must and set(own.options) & set(options)
        return {**answers, question: own._replace(weight=Weight.LOT)} if is_meant else answers

    for each in report.withdrawals:
        freed = [without(answers, each.question, each.options) for answers in team]
        after = team_report(case.definition, freed)
        assert (after.recommendation, after.result.lead) == (each.recommendation, each.lead)
        assert sum(now != then for now, then in zip(team, freed, strict=True)) == each.people > 0
        assert not any(each.question == must.question and must.option in each.options for must in after.advice.musts)
    told = {(each.question, option) for each in report.withdrawals for option in each.options}
    assert told == {
        (must.question, must.option)
        for must in report.advice.musts
        if any(not cell.met.passes for cell in must.cells.values())
    }


def law_12(report: TeamReport) -> None:
    now = report.recommendation
    changes: dict[str, bool] = {}
    for each in report.settlements:
        changes[each.question] = changes.get(each.question, False) or changes_verdict(now, each.recommendation)
    assert list(changes.values()) == sorted(changes.values(), reverse=True)
    taken_back = [changes_verdict(now, each.recommendation) for each in report.withdrawals]
    assert taken_back == sorted(taken_back, reverse=True)
