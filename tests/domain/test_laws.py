"""The laws of the recommendation, each with 2,000 random questionnaires and answers where CI is true.

====  ====================================================================  ======================================
Law   What holds                                                            Test, here
====  ====================================================================  ======================================
1     Raising a fit never lowers the rank                                   test_law_01
2     The order of questions, options and alternatives is irrelevant        test_law_02, _02_robustness
3     Who is weakly dominated is never ahead of the dominator               test_law_03
4     Another alternative leaves the scores of the others                   test_law_04
5     "Not sure" equals the question removed                                test_law_05
6     Renaming permutes the result; identical rows tie                      test_law_06_renaming, _06_ties
7     Scaling all weights leaves the score                                  test_law_07
8     Equal scores share a place, and only they are tied                    test_law_08
9     Who misses a must is never ranked                                     test_law_09
10    Contributions and mean add up to the score;                           test_law_10_contributions,
      shares of first places to one, and they respect dominance             _10_shares, _10_dominance, _10_twins
11    Equal answers print equal bytes, in every process                     test_law_11, _11_processes
12    Every claimed change changes the winner as claimed                    test_law_12
13    Everyone can win alone, and the shares stay in the published band     test_law_13_*
14    A question that tells nothing apart is refused, or seen by the audit  test_law_14
15    Verdict, ranking, shares and who is named agree, and are read back    test_law_15_verdict, _15_open, _15_document
16    Losses are none or more; score and losses add up to one, and as       test_law_16_losses, _16_lead
      printed to 100; the lead is the sum of what questions add to it
17    Who passes a must has it built in, by a named package or unverified;  test_law_17
      who is left out does not, for at least one answer
====  ====================================================================  ======================================

Laws that ``test_scoring.py`` states are taken from there and tried on more cases, and on others: these are small
enough for ties, exclusions and dominance to be common. That the constants on the public page are the code's own,
the other half of law 14, is tested with the page.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import permutations, product
from typing import Any

import pytest

from fwsite.domain import audit as auditing
from fwsite.domain import robustness as robust
from fwsite.domain.answers import Answer, State, Weight, parse_answers
from fwsite.domain.audit import Audit, audit
from fwsite.domain.musts import Met
from fwsite.domain.questionnaire import FIT_ADD_ON, Definition, DefinitionError, Question, parse_definition
from fwsite.domain.recommendation import Recommendation, Verdict, strength_of
from fwsite.domain.report import Report, as_json, make_report, report_from_document, result_document
from fwsite.domain.robustness import robustness
from fwsite.domain.scoring import CLEAR_LEAD, LEAN_LEAD, Result, evaluate, lead_by_question
from fwsite.domain.sensitivity import changed, flips
from tests.domain import test_scoring as scoring
from tests.support.paths import CI, ROOT
from tests.support.records import replace
from tests.support.strategies import CASE_BYTES, Case, change_fit, dominating, law, twins

SHIPPED = parse_definition(tomllib.loads((ROOT / "fwsite/content/questionnaire.toml").read_text("utf-8")))


@pytest.fixture
def all_draws() -> None:
    """For what holds only with as many draws as the site makes."""


@pytest.fixture(autouse=True)
def _few_draws(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most laws hold draw by draw, whatever their number."""
    if "all_draws" not in request.fixturenames:
        monkeypatch.setattr(robust, "DRAWS", 10)
        monkeypatch.setattr(auditing, "DRAWS", 10)


def held(test: Callable[..., Any], **shape: Sequence[int]) -> Callable[[], None]:
    """A law of ``test_scoring.py``, tried as often as the laws here."""
    return law(**shape)(test.hypothesis.inner_test)  # type: ignore[attr-defined]


def winners(result: Result) -> tuple[str, ...]:
    return tuple(entry.alternative for entry in result.ranking if entry.place == 1)


def shares(case: Case) -> dict[str, Fraction] | None:
    """The acceptability by alternative; none where fewer than two are ranked."""
    found = robustness(case.definition, case.answers, evaluate(case.definition, case.answers))
    return None if found is None else dict(found.shares)


# ---------------------------------------------------------------- laws 1 to 9: the score

test_law_01 = held(scoring.test_raising_a_fit_lowers_neither_score_nor_rank_and_adds_no_missed_must)
test_law_02 = held(scoring.test_the_order_of_questions_options_and_alternatives_is_irrelevant)
test_law_03 = held(scoring.test_a_dominated_alternative_is_never_ahead_of_its_dominator)
test_law_04 = held(
    scoring.test_adding_an_alternative_leaves_scores_musts_and_order_of_the_others, alternatives=(3, 4, 5)
)
test_law_05 = held(scoring.test_not_sure_and_skipped_equal_the_question_removed)
test_law_06_renaming = held(scoring.test_renaming_the_alternatives_permutes_the_result)
test_law_06_ties = held(scoring.test_alternatives_with_identical_rows_tie)
test_law_07 = held(scoring.test_scaling_all_weights_leaves_the_score)
test_law_08 = held(scoring.test_equal_scores_share_a_place_and_only_they_are_tied)
test_law_09 = held(scoring.test_exactly_the_alternatives_that_miss_no_must_are_ranked)


@law()
def test_law_02_robustness(case: Case, chance: random.Random) -> None:
    """With the same draws: another order of questions is another version, and so another seed."""

    def shuffled(items: tuple) -> tuple:
        return tuple(chance.sample(items, len(items)))

    other = replace(
        case.definition,
        questions=shuffled(case.definition.questions),
        alternatives=shuffled(case.definition.alternatives),
    )
    # The version is a cached property: what it holds is what it is.
    other.__dict__["version"] = case.definition.version

    assert shares(Case(other, dict(shuffled(tuple(case.answers.items()))))) == shares(case)


# ---------------------------------------------------------------- law 10: sums

test_law_10_contributions = held(scoring.test_contributions_and_mean_add_up_to_the_score_exactly_and_as_printed)


@law()
def test_law_10_shares(case: Case) -> None:
    result = evaluate(case.definition, case.answers)

    found = robustness(case.definition, case.answers, result)

    if len(result.ranking) < 2:
        assert found is None
    else:
        assert found is not None
        assert sum(share for _, share in found.shares) == 1
        assert all(share >= 0 for _, share in found.shares)
        assert sorted(dict(found.shares)) == sorted(entry.alternative for entry in result.ranking)
        assert sum(found.printed.values()) == 100


@law()
def test_law_10_dominance(case: Case, chance: random.Random) -> None:
    dominated, dominator = chance.sample(list(case.definition.names), 2)
    definition = dominating(case.definition, dominated, dominator)

    found = shares(Case(definition, case.answers)) or {}

    if dominated in found:
        assert found[dominated] <= found[dominator]


@law()
def test_law_10_twins(case: Case, chance: random.Random) -> None:
    one, other = chance.sample(list(case.definition.names), 2)
    definition = twins(case.definition, one, other)

    found = shares(Case(definition, case.answers)) or {}

    assert found.get(one) == found.get(other)


# ---------------------------------------------------------------- law 11: the same bytes


def everything(case: Case) -> str:
    """All that follows from answers, as text: scores, robustness and what would change it."""
    return as_json(result_document(case.definition, case.answers, make_report(case.definition, case.answers)))


@law(questions=(3, 4))
def test_law_11(case: Case, chance: random.Random) -> None:
    given_answers = {
        key: {
            "options": chance.sample(case.answers[key].options, len(case.answers[key].options)),
            "weight": case.answers[key].weight.value,
        }
        for key in chance.sample(list(case.answers), len(case.answers))
    }
    other = parse_answers(case.definition, given_answers)
    skipped = {key: replace(a, state=State.SKIPPED) if not a.counts else a for key, a in case.answers.items()}

    assert everything(Case(case.definition, other)) == everything(Case(case.definition, skipped))


PROGRAM = f"""
import hashlib, random
from fwsite.domain.audit import audit_document
from tests.support.strategies import small_case
from tests.domain.test_laws import as_json, audit, auditing, everything, robust
robust.DRAWS = auditing.DRAWS = 10
chance = random.Random(20261122)
cases = [small_case(chance.randbytes({CASE_BYTES})) for _ in range(NUMBER)]
texts = [everything(case) for case in cases] + [as_json(audit_document(audit(case.definition))) for case in cases[:50]]
print(len(cases), len(set(texts)), hashlib.sha256("".join(texts).encode()).hexdigest())
"""


def test_law_11_processes() -> None:
    number = 500 if CI else 100
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM.replace("NUMBER", str(number))],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        for seed in ("0", "1", "4242")
    ]

    printed = {process.communicate()[0] for process in running}

    assert [process.returncode for process in running] == [0, 0, 0]
    assert len(printed) == 1
    assert printed.pop().startswith(f"{number} {number + 50} ".encode())


# ---------------------------------------------------------------- law 12: what would change it


@law()
def test_law_12(case: Case) -> None:
    before = evaluate(case.definition, case.answers)

    for flip in flips(case.definition, case.answers):
        after = evaluate(case.definition, changed(case.answers, flip.changes))
        assert winners(after) == flip.winners
        assert set(flip.winners) != set(winners(before))
        assert all(case.answers[change.question] != change.answer for change in flip.changes)


# ---------------------------------------------------------------- law 13: nobody is favoured


@pytest.mark.usefixtures("all_draws")
def test_law_13_shipped() -> None:
    found = audit(SHIPPED)

    assert found.balanced
    assert (found.never_first, found.idle_questions) == ((), ())
    for chance in found.chances:
        assert Fraction(5, 100) <= chance.share <= Fraction(45, 100)
        assert chance.wins_with is not None
        assert winners(evaluate(SHIPPED, chance.wins_with)) == (chance.alternative,)


def random_answer(question: Question, chance: random.Random) -> Answer:
    keys = list(question.by_key)
    picks = chance.randrange(1, 2 ** len(keys)) if question.multiple else 1 << chance.randrange(len(keys))
    weight = chance.choice([Weight.LITTLE, Weight.NORMAL, Weight.LOT])
    return Answer(State.ANSWERED, tuple(key for bit, key in enumerate(keys) if picks >> bit & 1), weight)


@pytest.mark.usefixtures("all_draws")
def test_law_13_other_random_answers_give_the_shares_of_the_audit() -> None:
    """By the score itself, with draws of its own: two samples of 4,000 and 2,000 differ by so much hardly ever."""
    chance = random.Random(13)
    times, firsts = 2000, dict.fromkeys(SHIPPED.names, Fraction(0))
    for _ in range(times):
        answers = {question.key: random_answer(question, chance) for question in SHIPPED.questions}
        first = winners(evaluate(SHIPPED, answers))
        for name in first:
            firsts[name] += Fraction(1, len(first))

    for entry in audit(SHIPPED).chances:
        assert abs(firsts[entry.alternative] / times - entry.share) < Fraction(4, 100)


@law(questions=(3,), alternatives=(2, 3))
def test_law_13_who_can_win_alone(case: Case) -> None:
    """On three questions: by trying all answers without a must. In the first model all three have to be answered."""
    questions = tuple(replace(q, multiple=False) for q in case.definition.questions)
    names = list(case.definition.names)
    for model, least in ((1, 3), (2, 1)):
        definition = replace(case.definition, questions=questions, model=model)
        sole = set()
        for rows in product(*(_weighted_fits(question, names) for question in questions)):
            answered = [row for row in rows if row is not None]
            totals = [sum(column) for column in zip(*answered, strict=True)]
            if len(answered) >= least and totals.count(max(totals)) == 1:
                sole.add(names[totals.index(max(totals))])

        found = audit(definition)

        assert {chance.alternative for chance in found.chances if chance.wins_with is not None} == sole
        _check_wins(definition, found)


def _weighted_fits(question: Question, names: list[str]) -> list[tuple[int, ...] | None]:
    """What each answer adds to each alternative; none where it is not answered."""
    rows = {tuple(option.value(name) for name in names) for option in question.options}
    return [None, *(tuple(weight * fit for fit in row) for row in rows for weight in (1, 2, 4))]


@law(questions=(3, 4))
def test_law_13_winning_answers(case: Case) -> None:
    found = audit(case.definition)

    assert sum(chance.share for chance in found.chances) == 1
    assert sum(chance.points for chance in found.chances) == 100
    _check_wins(case.definition, found)


def _check_wins(definition: Definition, found: Audit) -> None:
    """Who comes first alone in some draw or by given answers can; who is dominated cannot."""
    for chance in found.chances:
        if chance.wins_with is not None:
            assert winners(evaluate(definition, chance.wins_with)) == (chance.alternative,)
            assert not any(answer.weight is Weight.MUST for answer in chance.wins_with.values())
            assert not chance.dominated_by


# ---------------------------------------------------------------- law 14: idle questions


@law(questions=(3,), alternatives=(2, 3))
def test_law_14(case: Case, chance: random.Random) -> None:
    question = chance.choice(case.definition.questions)
    level = chance.randint(0, 4)
    document = case.definition.document()
    for table in document["questions"]:
        for option in table["options"] if table["key"] == question.key else ():
            via = ["a-package"] if level == FIT_ADD_ON else []
            option["fits"] = {name: {"fit": level, "reason": "Alike.", "via": via} for name in case.definition.names}
    adjusted = case.definition
    for option, name in product(question.by_key, case.definition.names):
        adjusted = change_fit(adjusted, question.key, option, name, level)

    with pytest.raises(DefinitionError) as refused:
        parse_definition(document)

    assert [fault.place for fault in refused.value.faults] == [f'question "{question.key}"']
    assert "makes no difference" in str(refused.value)
    found = audit(adjusted)
    assert found.idle_questions == (question.key,)
    assert not found.balanced
    assert dict(found.influence)[question.key] == 0


# ---------------------------------------------------------------- law 15: the verdict


def advised(case: Case) -> tuple[Report, Recommendation]:
    """The report, and what it says in one word."""
    report = make_report(case.definition, case.answers)
    assert report.advice is not None
    return report, report.advice.recommendation


@law()
def test_law_15_verdict(case: Case) -> None:
    report, found = advised(case)
    ranked = [entry.alternative for entry in report.result.ranking]
    first = winners(report.result)

    assert (found.verdict is Verdict.NONE) == (ranked == []) == (found.named == ())
    assert (found.verdict is Verdict.ONLY) == (len(ranked) == 1)
    assert found.verdict is not Verdict.ONLY or found.named == (ranked[0],)
    assert (report.robustness is None) == (len(ranked) < 2)
    assert report.result.strength is strength_of(found.verdict)
    if found.verdict in (Verdict.CLEAR, Verdict.NARROW):
        assert report.robustness is not None
        assert found.named == first == (ranked[0],)
        assert report.robustness.favourite == report.robustness.winner == ranked[0]
        assert report.result.lead >= (CLEAR_LEAD if found.verdict is Verdict.CLEAR else 1)
        share = report.robustness.winner_per_cent
        if found.verdict is Verdict.CLEAR:
            assert share >= robust.FIRM_SHARE
        else:
            assert report.result.lead >= LEAN_LEAD or share >= robust.USUAL_SHARE
            assert report.result.lead < CLEAR_LEAD or share < robust.FIRM_SHARE
    assert len(first) < 2 or found.verdict is Verdict.OPEN


@law()
def test_law_15_open(case: Case) -> None:
    report, found = advised(case)
    result = report.result

    if found.verdict is not Verdict.OPEN:
        assert len(found.named) == min(len(result.ranking), 1)
        assert found.tells_apart == ()
        return
    by_name = {entry.alternative: entry for entry in result.ranking}
    assert report.robustness is not None
    assert len(found.named) == len(set(found.named)) >= 2
    assert set(winners(result)) <= set(found.named) <= set(by_name)
    assert found.named[0] == result.ranking[0].alternative
    assert report.robustness.favourite in found.named or len(winners(result)) > 1
    one, other = (by_name[name] for name in found.named[:2])
    assert len(found.tells_apart) <= 2
    signs = [gain.exact > 0 for gain in found.tells_apart]
    assert signs == sorted(set(signs), reverse=True)
    assert all(gain.exact for gain in found.tells_apart)
    gains = {gain.question: gain for gain in lead_by_question(one, other)}
    for gain in found.tells_apart:
        assert gains[gain.question] == gain
        assert all(abs(each.exact) <= abs(gain.exact) for each in gains.values() if each.exact * gain.exact > 0)
    assert bool(found.tells_apart) == any(gain.exact for gain in gains.values())


def without_losses(report: Report) -> Report:
    """As results of the first model are kept."""
    ranking = tuple(replace(entry, losses=()) for entry in report.result.ranking)
    return replace(report, result=replace(report.result, ranking=ranking))


@law(questions=(3, 4))
def test_law_15_document(case: Case) -> None:
    for model in (1, 2):
        definition = replace(case.definition, model=model)
        report = make_report(definition, case.answers)
        document = result_document(definition, case.answers, report)

        again = report_from_document(json.loads(as_json(document)))

        assert again == (report if model == 2 else without_losses(report))
        assert as_json(result_document(definition, case.answers, again)) == as_json(document)
        assert (report.advice is None, "verdict" in document) == (model == 1, model == 2)


# ---------------------------------------------------------------- law 16: losses


@law()
def test_law_16_losses(case: Case) -> None:
    for entry in evaluate(case.definition, case.answers).ranking:
        assert sorted(loss.question for loss in entry.losses) == sorted(case.counted)
        assert all(loss.exact >= 0 and loss.points >= 0 for loss in entry.losses)
        assert all(abs(loss.points - 100 * loss.exact) < 1 for loss in entry.losses)
        assert entry.score + sum(loss.exact for loss in entry.losses) == 1
        assert entry.points + sum(loss.points for loss in entry.losses) == 100
        assert list(entry.losses) == sorted(entry.losses, key=lambda loss: (-loss.exact, loss.question))


@law()
def test_law_16_lead(case: Case) -> None:
    for first, second in permutations(evaluate(case.definition, case.answers).ranking, 2):
        gains = lead_by_question(first, second)

        assert sum(gain.points for gain in gains) == first.points - second.points
        assert sum(gain.exact for gain in gains) == first.score - second.score
        assert all(abs(gain.points - 100 * gain.exact) < 1 for gain in gains)
        assert sorted(gain.question for gain in gains) == sorted(case.counted)
        assert {gain.question: -gain.exact for gain in gains} == {
            gain.question: gain.exact for gain in lead_by_question(second, first)
        }


# ---------------------------------------------------------------- law 17: musts


@law()
def test_law_17(case: Case) -> None:
    report, _ = advised(case)
    assert report.advice is not None
    rows = report.advice.musts

    required = [key for key in case.definition.by_key if case.answers[key].is_must]
    assert [(row.question, row.option) for row in rows] == [
        (key, option) for key in required for option in case.answers[key].options
    ]
    for entry in report.result.ranking:
        cells = {(row.question, row.option): row.cells[entry.alternative] for row in rows}
        assert all(cell.met.passes for cell in cells.values())
        for (key, option), cell in cells.items():
            question = case.definition.by_key[key]
            fit = question.by_key[option].fits.get(entry.alternative)
            assert (fit is None) == (cell.met is Met.UNVERIFIED)
            assert fit is None or fit.value >= 3
            assert fit is not None or key in entry.unverified
            if question.parts and fit is not None and fit.value == 3:
                assert (cell.met, cell.packages) == (Met.PACKAGE, fit.via)
                assert cell.packages
    for out in report.result.left_out:
        missed = {row.question for row in rows if not row.cells[out.alternative].met.passes}
        assert missed == set(out.needs) != set()
