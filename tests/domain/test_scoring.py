"""The laws of the score, for random questionnaires and answers; then its words and limits by example."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fwsite.domain import scoring
from fwsite.domain.answers import WEIGHTS, Answer, State, Weight, parse_answers
from fwsite.domain.integer_scoring import Board
from fwsite.domain.questionnaire import FIT_MAX, MODEL, Alternative, Definition
from fwsite.domain.report import as_json, make_report, result_document
from fwsite.domain.scoring import (
    CLEAR_LEAD,
    LEAN_LEAD,
    LeftOut,
    Ranked,
    Result,
    Rules,
    Standing,
    Strength,
    apportion,
    evaluate,
    question_values,
    to_points,
    weighted_mean,
)
from tests.support.records import replace
from tests.support.strategies import (
    Case,
    answer,
    cases,
    chances,
    change_fit,
    define,
    definitions,
    dominating,
    given_answers,
    twins,
)

SOFT = (Weight.LITTLE, Weight.NORMAL, Weight.LOT)


def of(result: Result) -> dict[str, Ranked | LeftOut]:
    """Every alternative's entry; each has exactly one."""
    entries = (*result.ranking, *result.left_out)
    by_name = {entry.alternative: entry for entry in entries}
    assert len(by_name) == len(entries)
    return by_name


def missed(result: Result) -> dict[str, tuple[str, ...]]:
    return {name: getattr(entry, "needs", ()) for name, entry in of(result).items()}


def rank(entry: Ranked | LeftOut) -> int:
    """The place, or for an alternative that is left out the place that it would have."""
    return entry.place if isinstance(entry, Ranked) else entry.would_be


def printed(case: Case) -> str:
    report = make_report(case.definition, case.answers)
    return as_json(result_document(case.definition, case.answers, report))


# ---------------------------------------------------------------- the score itself


@given(cases())
def test_a_score_is_the_weighted_mean_of_the_fits(case: Case) -> None:
    entries = of(evaluate(case.definition, case.answers))

    for name in case.definition.names:
        gained = possible = Fraction(0)
        for key in case.counted:
            weight = WEIGHTS[case.answers[key].weight]
            fits = [case.definition.by_key[key].by_key[option].fits.get(name) for option in case.answers[key].options]
            worth = [2 if fit is None else fit.value for fit in fits]
            gained += weight * Fraction(sum(worth), len(worth))
            possible += weight * 4
        assert entries[name].score == gained / possible


@given(cases())
def test_points_are_hundredths_rounded_to_the_nearest(case: Case) -> None:
    for entry in of(evaluate(case.definition, case.answers)).values():
        assert -Fraction(1, 2) < entry.points - 100 * entry.score <= Fraction(1, 2)


# ---------------------------------------------------------------- law 1


@given(cases(), chances)
def test_raising_a_fit_lowers_neither_score_nor_rank_and_adds_no_missed_must(case: Case, chance: random.Random) -> None:
    chosen = [
        (key, option, name, case.definition.by_key[key].by_key[option].value(name))
        for key in case.counted
        for option in case.answers[key].options
        for name in case.definition.names
    ]
    key, option, name, old = chance.choice([each for each in chosen if each[3] < 4] or chosen)
    assume(old < 4)
    raised = change_fit(case.definition, key, option, name, chance.randint(old + 1, 4))

    before, after = of(evaluate(case.definition, case.answers)), of(evaluate(raised, case.answers))

    assert after[name].score > before[name].score
    assert rank(after[name]) <= rank(before[name])
    assert isinstance(after[name], Ranked) or isinstance(before[name], LeftOut)
    assert set(getattr(after[name], "needs", ())) <= set(getattr(before[name], "needs", ()))
    assert all(after[other].score == before[other].score for other in before if other != name)


# ---------------------------------------------------------------- law 2


@given(cases(), chances)
def test_the_order_of_questions_options_and_alternatives_is_irrelevant(case: Case, chance: random.Random) -> None:
    def shuffled(items: tuple) -> tuple:
        return tuple(chance.sample(items, len(items)))

    definition = Definition(
        case.definition.reviewed_on,
        shuffled(case.definition.alternatives),
        shuffled(tuple(replace(q, options=shuffled(q.options)) for q in case.definition.questions)),
    )
    answers = dict(shuffled(tuple(case.answers.items())))

    assert evaluate(definition, answers) == evaluate(case.definition, case.answers)


# ---------------------------------------------------------------- law 3


@given(cases(), chances)
def test_a_dominated_alternative_is_never_ahead_of_its_dominator(case: Case, chance: random.Random) -> None:
    dominated, dominator = chance.sample(list(case.definition.names), 2)
    definition = dominating(case.definition, dominated, dominator)

    result = of(evaluate(definition, case.answers))

    assert result[dominator].score >= result[dominated].score
    assert rank(result[dominator]) <= rank(result[dominated])
    assert isinstance(result[dominator], Ranked) or isinstance(result[dominated], LeftOut)


# ---------------------------------------------------------------- law 4


@given(cases(alternatives=(3, 4, 5)), chances)
def test_adding_an_alternative_leaves_scores_musts_and_order_of_the_others(case: Case, chance: random.Random) -> None:
    added = chance.choice(case.definition.alternatives)
    smaller = replace(case.definition, alternatives=tuple(a for a in case.definition.alternatives if a != added))

    before, after = evaluate(smaller, case.answers), evaluate(case.definition, case.answers)

    assert all(of(after)[name].score == entry.score for name, entry in of(before).items())
    assert {name: needs for name, needs in missed(after).items() if name != added.key} == missed(before)
    others = [ranked.alternative for ranked in after.ranking if ranked.alternative != added.key]
    assert others == [ranked.alternative for ranked in before.ranking]


# ---------------------------------------------------------------- law 5


@given(cases(), chances)
def test_not_sure_and_skipped_equal_the_question_removed(case: Case, chance: random.Random) -> None:
    key, weight = chance.choice(list(case.answers)), chance.choice(list(Weight))
    without = replace(case.definition, questions=tuple(q for q in case.definition.questions if q.key != key))
    rest = {other: reply for other, reply in case.answers.items() if other != key}

    for state in (State.NOT_SURE, State.SKIPPED):
        unsure = evaluate(case.definition, {**case.answers, key: Answer(state, (), weight)})
        assert replace(unsure, asked=unsure.asked - 1) == evaluate(without, rest)


# ---------------------------------------------------------------- law 6


@given(cases(), chances)
def test_renaming_the_alternatives_permutes_the_result(case: Case, chance: random.Random) -> None:
    keys = list(case.definition.names)
    new = dict(zip(keys, chance.sample(keys, len(keys)), strict=True))
    renamed = replace(
        case.definition,
        alternatives=tuple(Alternative(new[a.key], f"new {new[a.key]}") for a in case.definition.alternatives),
        questions=tuple(
            replace(
                q,
                options=tuple(replace(o, fits={new[key]: fit for key, fit in o.fits.items()}) for o in q.options),
            )
            for q in case.definition.questions
        ),
    )

    before, after = evaluate(case.definition, case.answers), evaluate(renamed, case.answers)

    assert {new[name]: replace(entry, alternative="") for name, entry in of(before).items()} == {
        name: replace(entry, alternative="") for name, entry in of(after).items()
    }
    assert (before.mean, before.strength, before.lead) == (after.mean, after.strength, after.lead)


@given(cases(), chances)
def test_alternatives_with_identical_rows_tie(case: Case, chance: random.Random) -> None:
    one, other = chance.sample(list(case.definition.names), 2)
    result = evaluate(twins(case.definition, one, other), case.answers)

    first, second = of(result)[one], of(result)[other]

    assert (type(first), first.score, rank(first)) == (type(second), second.score, rank(second))
    if isinstance(first, Ranked) and isinstance(second, Ranked):
        assert first.tied and second.tied
        assert first.contributions == second.contributions
        assert (first.losses, first.unverified) == (second.losses, second.unverified)


# ---------------------------------------------------------------- law 7


@given(cases(), chances)
def test_scaling_all_weights_leaves_the_score(case: Case, chance: random.Random) -> None:
    factor = chance.randint(1, 1_000)
    weights = {key: WEIGHTS[case.answers[key].weight] for key in case.counted}
    scaled = {key: factor * weight for key, weight in weights.items()}

    values = question_values(case.definition, case.answers)

    for name in case.definition.names:
        row = {key: values[key][name] for key in values}
        assert weighted_mean(row, scaled) == weighted_mean(row, weights)


@given(cases())
def test_giving_every_question_the_same_weight_is_the_same_whatever_the_weight(case: Case) -> None:
    results = [
        evaluate(case.definition, {key: replace(reply, weight=weight) for key, reply in case.answers.items()})
        for weight in SOFT
    ]

    assert results[0] == results[1] == results[2]


# ---------------------------------------------------------------- law 8


@given(cases())
def test_equal_scores_share_a_place_and_only_they_are_tied(case: Case) -> None:
    ranking = evaluate(case.definition, case.answers).ranking

    for entry in ranking:
        assert entry.place == 1 + sum(other.score > entry.score for other in ranking)
        assert entry.tied == any(other.score == entry.score for other in ranking if other is not entry)


@given(cases())
def test_the_ranking_goes_by_score_and_then_by_name(case: Case) -> None:
    ranking = evaluate(case.definition, case.answers).ranking

    names = case.definition.names
    assert list(ranking) == sorted(ranking, key=lambda entry: (-entry.score, names[entry.alternative].lower()))


# ---------------------------------------------------------------- law 9


@given(cases())
def test_exactly_the_alternatives_that_miss_no_must_are_ranked(case: Case) -> None:
    musts = {key: case.answers[key].options for key in case.counted if case.answers[key].weight is Weight.MUST}

    def missed_by(name: str, least: int) -> tuple[str, ...]:
        fits = {
            key: [case.definition.by_key[key].by_key[option].fits.get(name) for option in options]
            for key, options in musts.items()
        }
        return tuple(sorted(key for key, row in fits.items() if any(fit and fit.value < least for fit in row)))

    for model, least, needed in ((1, 2, 3), (2, 3, 1)):
        result = evaluate(replace(case.definition, model=model), case.answers)

        names = case.definition.names if len(case.counted) >= needed else ()
        assert missed(result) == {name: missed_by(name, least) for name in names}
        assert all(out.needs for out in result.left_out)


@given(cases())
def test_who_is_left_out_comes_by_the_fewest_missed_musts_with_the_place_it_would_have(case: Case) -> None:
    result = evaluate(case.definition, case.answers)

    assert [len(out.needs) for out in result.left_out] == sorted(len(out.needs) for out in result.left_out)
    for out in result.left_out:
        assert out.would_be == 1 + sum(ranked.score > out.score for ranked in result.ranking)


# ---------------------------------------------------------------- law 10


@given(cases())
def test_contributions_and_mean_add_up_to_the_score_exactly_and_as_printed(case: Case) -> None:
    result = evaluate(case.definition, case.answers)

    for entry in result.ranking:
        assert result.mean + sum(part.exact for part in entry.contributions) == entry.score
        assert result.mean_points + sum(part.points for part in entry.contributions) == entry.points


@given(cases())
def test_a_printed_contribution_is_less_than_a_point_from_the_exact_one(case: Case) -> None:
    for entry in evaluate(case.definition, case.answers).ranking:
        assert all(abs(part.points - 100 * part.exact) < 1 for part in entry.contributions)


@given(cases())
def test_each_answered_question_contributes_nothing_on_average_over_the_ranked(case: Case) -> None:
    result = evaluate(case.definition, case.answers)

    for entry in result.ranking:
        assert sorted(part.question for part in entry.contributions) == sorted(case.counted)
    for key in case.counted if result.ranking else ():
        assert sum(part.exact for entry in result.ranking for part in entry.contributions if part.question == key) == 0


@given(cases())
def test_contributions_come_largest_first(case: Case) -> None:
    for entry in evaluate(case.definition, case.answers).ranking:
        exact = [part.exact for part in entry.contributions]
        assert exact == sorted(exact, reverse=True)


@given(st.lists(st.fractions(-50, 50, max_denominator=60), min_size=1, max_size=8), st.booleans())
def test_apportioned_numbers_add_up_and_stay_next_to_their_parts(values: list[Fraction], upwards: bool) -> None:
    parts = {f"q{number}": value for number, value in enumerate(values)}
    total = sum(values)
    target = -(-total // 1) if upwards else total // 1

    whole = apportion(parts, target)

    assert sum(whole.values()) == target
    assert all(abs(whole[key] - part) < 1 for key, part in parts.items())


def test_what_rounding_leaves_goes_to_the_largest_remainder_and_then_to_the_first_key() -> None:
    third = Fraction(1, 3)

    assert apportion({"b": third, "a": third, "c": third}, 1) == {"a": 1, "b": 0, "c": 0}
    assert apportion({"a": third, "b": 2 * third, "c": Fraction(3)}, 4) == {"a": 0, "b": 1, "c": 3}
    assert apportion({"a": -third, "b": -2 * third}, -1) == {"a": 0, "b": -1}


# ---------------------------------------------------------------- law 11


@given(definitions(questions=(3, 8)).flatmap(lambda d: st.tuples(st.just(d), given_answers(d))), chances)
def test_answers_given_in_any_order_print_the_same_bytes(pair: tuple, chance: random.Random) -> None:
    definition, given = pair
    again = {
        key: {
            "options": chance.sample(given[key]["options"], len(given[key]["options"])),
            "weight": given[key]["weight"],
        }
        for key in chance.sample(list(given), len(given))
    }

    assert printed(Case(definition, parse_answers(definition, again))) == printed(
        Case(definition, parse_answers(definition, given))
    )


def test_printed_keys_are_sorted_and_letters_stay_as_they_are() -> None:
    assert as_json({"b": [1], "a": "é"}) == '{\n  "a": "é",\n  "b": [\n    1\n  ]\n}\n'


def test_the_printed_bytes_do_not_depend_on_the_process() -> None:
    program = """
from tests.support.strategies import answer, define
from fwsite.domain.report import as_json, make_report, result_document
definition = define(*[{"x": (4, 1, 1, None), "y": (0, 3, 3, 2)}] * 6, multiple=True)
answers = answer(definition, "must", q1="x", q2=["y", "x"], q3="y", q4=["x", "y"])
print(definition.version, as_json(result_document(definition, answers, make_report(definition, answers))))
"""
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }

    assert len(outputs) == 1


# ---------------------------------------------------------------- how much the answers carry

GOOD_OR_BAD = {"good": (4, 0), "even": (2, 2)}


@pytest.mark.parametrize(
    ("model", "answered", "standing"),
    [
        (1, 0, Standing.BLANK),
        (1, 1, Standing.TOO_FEW),
        (1, 2, Standing.TOO_FEW),
        (1, 3, Standing.PROVISIONAL),
        (1, 4, Standing.PROVISIONAL),
        (1, 5, Standing.FULL),
        (1, 6, Standing.FULL),
        (2, 0, Standing.BLANK),
        (2, 1, Standing.PROVISIONAL),
        (2, 4, Standing.PROVISIONAL),
        (2, 5, Standing.FULL),
        (2, 6, Standing.FULL),
    ],
)
def test_standing_by_the_number_of_answered_questions(model: int, answered: int, standing: Standing) -> None:
    definition = replace(define(*[GOOD_OR_BAD] * 6), model=model)
    answers = answer(definition, **{f"q{n}": "good" if n <= answered else "not-sure" for n in range(1, 7)})

    result = evaluate(definition, answers)

    assert (result.standing, result.answered, result.asked) == (standing, answered, 6)


@pytest.mark.parametrize(("model", "answered"), [(1, 0), (1, 1), (1, 2), (2, 0)])
def test_too_few_answers_rank_nobody(model: int, answered: int) -> None:
    definition = replace(define(*[GOOD_OR_BAD] * 6), model=model)

    result = evaluate(definition, answer(definition, "must", **{f"q{n + 1}": "good" for n in range(answered)}))

    assert (result.ranking, result.left_out, result.strength, result.lead) == ((), (), Strength.NONE, 0)


# ---------------------------------------------------------------- strength


@pytest.mark.parametrize(
    ("questions", "steps", "lead", "strength"),
    [
        (5, 2, 10, Strength.CLEAR),
        (11, 4, 9, Strength.LEAN),
        (5, 1, 5, Strength.LEAN),
        (6, 1, 4, Strength.CLOSE),
    ],
)
def test_strength_at_the_limits(questions: int, steps: int, lead: int, strength: Strength) -> None:
    better = [{"x": (3, 2), "y": (2, 2)}] * steps
    even = [{"x": (2, 2), "y": (3, 2)}] * (questions - steps)
    definition = define(*better, *even)

    result = evaluate(definition, answer(definition, **{f"q{n + 1}": "x" for n in range(questions)}))

    assert (result.lead, result.strength) == (lead, strength)


@given(cases())
def test_strength_follows_from_the_printed_points_of_the_first_two(case: Case) -> None:
    result = evaluate(case.definition, case.answers)
    points = [entry.points for entry in result.ranking]

    if len(points) < 2:
        assert result.lead == 0
        assert result.strength is (Strength.ONLY if points else Strength.NONE)
    else:
        assert result.lead == points[0] - points[1]
        assert (result.strength is Strength.CLEAR) == (result.lead >= CLEAR_LEAD)
        assert (result.strength is Strength.CLOSE) == (result.lead < LEAN_LEAD)


@given(cases())
def test_contenders_are_the_first_and_where_it_is_close_all_who_are_near(case: Case) -> None:
    result = evaluate(case.definition, case.answers)
    points = [entry.points for entry in result.ranking]

    near = [entry for entry in result.ranking if points[0] - entry.points < LEAN_LEAD]
    assert list(result.contenders) == near
    assert (len(near) > 1) == (result.strength is Strength.CLOSE)


# ---------------------------------------------------------------- ties, musts and unknown fits by example


def test_ties_are_listed_by_name_and_share_the_place() -> None:
    definition = define(*[{"x": (2, 2, 2, 1), "y": (0, 0, 0, 4)}] * 3)

    result = evaluate(definition, answer(definition, q1="x", q2="x", q3="x"))

    assert [(entry.alternative, entry.place, entry.tied) for entry in result.ranking] == [
        ("cedar", 1, True),
        ("birch", 1, True),
        ("ash", 1, True),
        ("date", 4, False),
    ]
    assert (result.strength, len(result.contenders)) == (Strength.CLOSE, 3)


def test_scores_that_print_alike_are_no_tie_unless_they_are_equal() -> None:
    better, same = {"x": (3, 2), "y": (0, 4)}, {"x": (3, 3), "y": (0, 4)}
    definition = define(better, *[same] * 3, *[{"x": (2, 2), "y": (0, 4)}] * 26)

    first, second = evaluate(definition, answer(definition, **dict.fromkeys(definition.by_key, "x"))).ranking

    assert (first.alternative, first.points, first.tied) == ("ash", 53, False)
    assert (second.place, second.points, second.tied) == (2, 53, False)


def test_a_missed_must_leaves_the_best_out_and_says_where_it_would_be() -> None:
    definition = define({"x": (2, 3), "y": (0, 4)}, *[{"x": (4, 2), "y": (0, 4)}] * 3)
    answers = answer(definition, q2="x", q3="x", q4="x") | {"q1": Answer(State.ANSWERED, ("x",), Weight.MUST)}

    result = evaluate(definition, answers)

    assert [entry.alternative for entry in result.ranking] == ["birch"]
    assert [(out.alternative, out.needs, out.would_be) for out in result.left_out] == [("ash", ("q1",), 1)]
    assert (result.strength, result.lead, result.mean) == (Strength.ONLY, 0, result.ranking[0].score)


@pytest.mark.parametrize(("model", "fit", "is_met"), [(1, 1, False), (1, 2, True), (2, 2, False), (2, 3, True)])
def test_an_add_on_meets_a_must_and_by_hand_does_so_in_the_first_model_only(model: int, fit: int, is_met: bool) -> None:
    definition = replace(define(*[{"x": (fit, 4), "y": (4, 0)}] * 3), model=model)

    result = evaluate(definition, answer(definition, "must", q1="x", q2="x", q3="x"))

    assert missed(result) == {"ash": () if is_met else ("q1", "q2", "q3"), "birch": ()}


def test_a_must_with_several_options_needs_each_of_them() -> None:
    definition = define(*[{"x": (4, 3), "y": (2, 3)}] * 3, multiple=True)

    result = evaluate(definition, answer(definition, "must", q1=["x", "y"], q2="x", q3="x"))

    assert [(out.alternative, out.needs) for out in result.left_out] == [("ash", ("q1",))]


def test_when_nobody_meets_every_must_the_fewest_to_relax_come_first() -> None:
    definition = define(
        {"x": (2, 0, 1), "y": (4, 0, 0)}, {"x": (1, 3, 4), "y": (0, 4, 4)}, {"x": (4, 3, 2), "y": (0, 4, 4)}
    )

    result = evaluate(definition, answer(definition, "must", q1="x", q2="x", q3="x"))

    assert result.ranking == ()
    assert (result.strength, result.lead, result.mean, result.mean_points) == (Strength.NONE, 0, 0, 0)
    assert result.standing is Standing.PROVISIONAL
    assert [(out.alternative, out.points, out.needs, out.would_be) for out in result.left_out] == [
        ("birch", 50, ("q1",), 1),
        ("cedar", 58, ("q1", "q3"), 1),
        ("ash", 58, ("q1", "q2"), 1),
    ]


def test_an_unknown_fit_counts_as_the_midpoint_and_is_flagged() -> None:
    definition = define(*[{"x": (None, 4), "y": (4, 0)}] * 3)

    result = evaluate(definition, answer(definition, q1="x", q2="x", q3="y"))

    assert of(result)["ash"].score == Fraction(2 + 2 + 4, 12)
    assert result.unknown == (("q1", "ash"), ("q2", "ash"))
    assert all(entry.unverified == () for entry in result.ranking)


def test_an_unknown_fit_on_a_must_is_ranked_as_unverified() -> None:
    definition = define(*[{"x": (None, 4), "y": (4, 0)}] * 3)
    answers = answer(definition, q1="x", q2="x", q3="x")
    answers["q2"] = replace(answers["q2"], weight=Weight.MUST)

    ranking = evaluate(definition, answers).ranking

    assert [(entry.alternative, entry.unverified) for entry in ranking] == [("birch", ()), ("ash", ("q2",))]


@pytest.mark.parametrize("least", range(FIT_MAX + 1))
def test_a_must_is_held_against_judged_fits_alone_whatever_it_asks_for(
    monkeypatch: pytest.MonkeyPatch, least: int
) -> None:
    monkeypatch.setitem(scoring.RULES, MODEL, Rules(answers_needed=1, must_fit=least))
    definition = define(*[{"x": (None, 2), "y": (4, 0)}] * 3)
    answers = answer(definition, "must", q1="x", q2="x", q3="x")

    result = evaluate(definition, answers)

    assert of(result)["ash"].unverified == ("q1", "q2", "q3")
    assert [out.alternative for out in result.left_out] == (["birch"] if least > 2 else [])
    assert Board(definition, answers).winners() == tuple(entry.alternative for entry in result.ranking)


def test_several_options_count_with_their_mean() -> None:
    definition = define(*[{"x": (4, 0), "y": (1, 0), "z": (0, 4)}] * 3, multiple=True)

    values = question_values(definition, answer(definition, q1=["x", "y"], q2=["x", "y", "z"], q3="x"))

    assert [row["ash"] for row in values.values()] == [Fraction(5, 8), Fraction(5, 12), 1]


@pytest.mark.parametrize(("weight", "score"), [("little", "3/5"), ("normal", "2/3"), ("lot", "3/4"), ("must", "3/4")])
def test_weights_count_as_published(weight: str, score: str) -> None:
    definition = define({"x": (4, 2), "y": (2, 2)}, *[{"x": (2, 0), "y": (0, 4)}] * 2)
    answers = answer(definition, q1="x", q2="x", q3="x")
    answers["q1"] = replace(answers["q1"], weight=Weight(weight))

    assert of(evaluate(definition, answers))["ash"].score == Fraction(score)


@pytest.mark.parametrize(("score", "points"), [("1/200", 1), ("1/201", 0), ("2/3", 67), ("0", 0), ("1", 100)])
def test_points_are_rounded_half_up(score: str, points: int) -> None:
    assert to_points(Fraction(score)) == points
