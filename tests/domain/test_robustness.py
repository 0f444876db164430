"""How firm a first place is: against what can be worked out by hand, then its words, limits and numbers."""

from __future__ import annotations

import time
from collections import Counter
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwsite.domain import robustness as robust
from fwsite.domain.answers import Answer, State, Weight, parse_answers
from fwsite.domain.questionnaire import Definition
from fwsite.domain.robustness import Band, Robustness, per_cent, robustness
from fwsite.domain.scoring import evaluate
from tests.support.records import replace
from tests.support.strategies import Case, answer, change_fit, define, small_cases

FIRST = {"x": (4, 0), "y": (0, 4)}
SECOND = {"x": (0, 4), "y": (4, 0)}
UNVERIFIED = {"x": (None, 4), "y": (4, 0)}
EVEN = {"x": (2, 2), "y": (0, 4)}


def found(definition: Definition, answers: dict[str, Answer]) -> Robustness:
    result = robustness(definition, answers, evaluate(definition, answers))
    assert result is not None
    return result


def share(definition: Definition, *weights: str) -> float:
    """How often the first alternative comes first, where every question is answered "x"."""
    given = {key: {"options": ["x"], "weight": weight} for key, weight in zip(definition.by_key, weights, strict=True)}
    return float(dict(found(definition, parse_answers(definition, given)).shares)["ash"])


# ---------------------------------------------------------------- shares that can be worked out


@pytest.mark.parametrize(
    ("questions", "weights", "expected"),
    [
        # The more important question outweighs the other in every weighting.
        ((FIRST, SECOND, EVEN), ("lot", "normal", "little"), 1),
        ((FIRST, SECOND, EVEN), ("normal", "little", "lot"), 1),
        ((FIRST, SECOND, EVEN), ("little", "normal", "lot"), 0),
        # Two of one level: each outweighs the other in half of them.
        ((FIRST, SECOND, EVEN), ("lot", "lot", "little"), 1 / 2),
        ((FIRST, SECOND, EVEN), ("little", "little", "lot"), 1 / 2),
        # One against two of its level: x > y + z on the simplex.
        ((FIRST, SECOND, SECOND), ("normal", "normal", "normal"), 1 / 4),
        # The largest of three against the other two together, and in order: the same part of the ordered simplex.
        ((FIRST, SECOND, SECOND), ("lot", "normal", "normal"), 3 / 4),
        ((FIRST, SECOND, SECOND), ("lot", "normal", "little"), 3 / 4),
        # A must and "a lot" are one level: 4a > 2b, where a is the larger, or b less than twice as large.
        ((FIRST, UNVERIFIED, EVEN), ("lot", "must", "little"), 3 / 4),
    ],
)
def test_the_share_is_that_of_the_weightings_in_the_order_given(
    questions: tuple, weights: tuple[str, ...], expected: float
) -> None:
    assert share(define(*questions), *weights) == pytest.approx(expected, abs=0.04)


def test_weights_are_drawn_uniformly_from_those_that_keep_the_order() -> None:
    """Their means are the rank-order centroid, for blocks its mean over the block (Barron & Barrett 1996)."""
    sizes = [1, 2, 1]
    means = [0.0] * 4
    for drawn in robust._draws(sizes, seed=1):
        assert drawn[0] >= max(drawn[1:3]) and min(drawn[1:3]) >= drawn[3] > 0
        means = [mean + weight / sum(drawn) / robust.DRAWS for mean, weight in zip(means, drawn, strict=True)]

    centroid = [sum(1 / rank for rank in range(place, 5)) / 4 for place in range(1, 5)]
    middle = (centroid[1] + centroid[2]) / 2
    assert means == pytest.approx([centroid[0], middle, middle, centroid[3]], abs=0.01)


def test_in_a_block_each_order_is_as_likely_as_any_other() -> None:
    """Also where the order in another block is known."""
    orders = Counter(
        (upper > other_upper, lower > other_lower)
        for _, upper, other_upper, lower, other_lower in robust._draws([1, 2, 2], seed=1)
    )

    assert len(orders) == 4
    assert all(times / robust.DRAWS == pytest.approx(1 / 4, abs=0.03) for times in orders.values())


def test_the_draws_are_the_same_numbers_with_every_version_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robust, "DRAWS", 2)

    found = [[round(weight, 12) for weight in weights] for weights in robust._draws([1, 2, 1], seed=1)]

    assert found == [
        [1.880156265421, 1.442968925347, 0.294463716894, 0.14429106411],
        [1.55458687223, 0.68405877966, 1.054383864066, 0.596912091868],
    ]


@given(case=small_cases())
def test_whoever_is_behind_another_in_every_weighting_comes_first_in_no_draw(case: Case) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(robust, "DRAWS", 10)
        found = robustness(case.definition, case.answers, evaluate(case.definition, case.answers))
        patch.setattr(robust, "_undominated", lambda columns, sizes: list(columns))
        drawn = robustness(case.definition, case.answers, evaluate(case.definition, case.answers))

    assert found == drawn


@pytest.mark.parametrize(
    ("leads", "sizes", "able"),
    [
        ((1, 0), (1, 1), ["ash"]),
        ((0, 0), (2,), ["ash", "birch"]),
        ((2, -1), (2,), ["ash", "birch"]),
        # In order of importance the first question outweighs the second, and not the second and third together.
        ((1, -1), (1, 1), ["ash"]),
        ((1, -1, -1), (1, 2), ["ash", "birch"]),
        ((1, -1, -1), (1, 1, 1), ["ash", "birch"]),
        ((1, -2), (1, 1), ["ash", "birch"]),
        ((1, 1, -1, -1), (2, 2), ["ash"]),
        ((-1, 2), (1, 1), ["ash", "birch"]),
    ],
)
def test_who_is_ahead_at_each_corner_of_the_weightings_is_so_in_all(
    leads: tuple[int, ...], sizes: tuple[int, ...], able: list[str]
) -> None:
    assert robust._undominated({"ash": leads, "birch": (0,) * len(leads)}, sizes) == able


def test_a_draw_that_several_win_is_split() -> None:
    definition = define(*[{"x": (4, 4, 4, 0), "y": (0, 0, 0, 4)}] * 3)

    shares = dict(found(definition, answer(definition, q1="x", q2="x", q3="x")).shares)

    assert shares == {"ash": Fraction(1, 3), "birch": Fraction(1, 3), "cedar": Fraction(1, 3), "date": 0}


def test_two_that_share_some_draws_and_not_others() -> None:
    even = {"x": (2, 2, 2), "y": (0, 4, 4)}
    definition = define({"x": (4, 4, 0), "y": (0, 0, 4)}, {"x": (0, 0, 4), "y": (4, 0, 0)}, even)

    shares = dict(found(definition, answer(definition, q1="x", q2="x", q3="x")).shares)

    assert shares["ash"] == shares["birch"] == (1 - shares["cedar"]) / 2
    assert float(shares["cedar"]) == pytest.approx(1 / 2, abs=0.04)


# ---------------------------------------------------------------- laws


def _seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another definition is another seed; for what holds draw by draw both get the same."""
    monkeypatch.setattr(robust, "DRAWS", 10)
    monkeypatch.setattr(robust, "_seed", lambda definition, answers: 1)


@given(case=small_cases(), data=st.data())
def test_raising_a_fit_never_lowers_the_share(monkeypatch: pytest.MonkeyPatch, case: Case, data: st.DataObject) -> None:
    _seeded(monkeypatch)
    answers = {
        key: replace(reply, weight=Weight.NORMAL) if reply.is_must else reply for key, reply in case.answers.items()
    }
    key = data.draw(st.sampled_from(case.counted))
    option, name = (
        data.draw(st.sampled_from(answers[key].options)),
        data.draw(st.sampled_from(list(case.definition.names))),
    )
    value = case.definition.by_key[key].by_key[option].value(name)
    raised = change_fit(case.definition, key, option, name, data.draw(st.integers(value, 4)))

    before, after = dict(found(case.definition, answers).shares), dict(found(raised, answers).shares)

    assert after[name] >= before[name]
    assert all(after[other] <= before[other] for other in before if other != name)


@given(case=small_cases(), weight=st.sampled_from(Weight), data=st.data())
def test_a_question_without_an_answer_takes_no_part(
    monkeypatch: pytest.MonkeyPatch, case: Case, weight: Weight, data: st.DataObject
) -> None:
    _seeded(monkeypatch)
    key = data.draw(st.sampled_from(list(case.answers)))
    unsure = {**case.answers, key: Answer(State.NOT_SURE, (), weight)}
    without = replace(case.definition, questions=tuple(q for q in case.definition.questions if q.key != key))
    rest = {other: reply for other, reply in case.answers.items() if other != key}

    assert robustness(case.definition, unsure, evaluate(case.definition, unsure)) == robustness(
        without, rest, evaluate(without, rest)
    )


@given(case=small_cases())
def test_who_is_left_out_has_no_share_and_the_winner_is_the_first_of_the_ranking(
    monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    _seeded(monkeypatch)
    result = evaluate(case.definition, case.answers)

    firm = robustness(case.definition, case.answers, result)

    ranked = [entry.alternative for entry in result.ranking]
    assert (firm is None) == (len(ranked) < 2)
    if firm is not None:
        assert firm.winner == ranked[0]
        by_share = sorted(firm.shares, key=lambda entry: (-entry[1], ranked.index(entry[0])))
        assert list(firm.shares) == by_share
        assert firm.favourite == by_share[0][0]
        assert dict(firm.shares)[firm.favourite] >= dict(firm.shares)[firm.winner]


# ---------------------------------------------------------------- words and printed numbers


@pytest.mark.parametrize(
    ("share", "printed"),
    [("0", 0), ("1/41", 0), ("1/40", 5), ("7/8", 90), ("349/400", 85), ("23/40", 60), ("229/400", 55), ("1", 100)],
)
def test_a_printed_share_is_the_nearest_step(share: str, printed: int) -> None:
    assert per_cent(Fraction(share)) == printed


@pytest.mark.parametrize(
    ("printed", "band"), [(100, "clear"), (90, "clear"), (85, "usual"), (60, "usual"), (55, "close")]
)
def test_the_band_goes_by_the_printed_share(printed: int, band: str) -> None:
    assert robust.band_of(printed) is Band(band)


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=5), st.integers(0, 4))
def test_printed_shares_add_up_and_are_next_to_the_exact_ones(cuts: list[int], winner: int) -> None:
    ends = [0, *sorted(cuts), 2000]
    parts = sorted((Fraction(high - low, 2000) for low, high in pairwise(ends)), reverse=True)
    shares = tuple((f"n{place}", part) for place, part in enumerate(parts))
    first = shares[winner % len(shares)][0]

    firm = Robustness(shares, first, Band.CLOSE)

    assert list(firm.printed) == [name for name, _ in shares]
    assert sum(firm.printed.values()) == 100
    assert firm.printed[first] == firm.winner_per_cent == per_cent(dict(shares)[first])
    assert all(abs(firm.printed[name] - 100 * part) < 5 and firm.printed[name] % 5 == 0 for name, part in shares)


def test_the_one_that_comes_first_most_often_need_not_be_the_winner() -> None:
    """The score takes "a lot" for twice as much as "normal"; most weightings that agree with it are steeper."""
    definition = define({"x": (4, 1), "y": (0, 4)}, {"x": (0, 4), "y": (4, 0)}, {"x": (0, 3), "y": (4, 0)})
    answers = answer(definition, q1="x", q2="x", q3="x")
    answers["q1"] = replace(answers["q1"], weight=Weight.LOT)

    firm = found(definition, answers)

    assert (firm.winner, firm.favourite, firm.band) == ("birch", "ash", Band.CLOSE)
    assert firm.winner_per_cent == firm.printed["birch"] < 50 < firm.printed["ash"]


def test_too_few_answers_nobody_and_one_alone_have_no_share() -> None:
    definition = define(*[{"x": (4, 0), "y": (0, 4)}] * 4)
    for model, answers in (
        (1, answer(definition, q1="x", q2="x")),
        (2, answer(definition)),
        (2, answer(definition, "must", q1="x", q2="x", q3="x")),
        (2, answer(definition, "must", q1="x", q2="y", q3="x")),
    ):
        asked = replace(definition, model=model)
        assert robustness(asked, answers, evaluate(asked, answers)) is None


def test_another_version_and_other_answers_are_other_draws() -> None:
    definition = define(FIRST, SECOND, {"x": (3, 2), "y": (2, 3)}, {"x": (2, 3), "y": (2, 3)})
    answers = answer(definition, q1="x", q2="x", q3="x", q4="x")
    reworded = replace(definition, questions=tuple(replace(q, why="Other.") for q in definition.questions))

    assert found(definition, answers) == found(definition, dict(reversed(answers.items())))
    assert found(definition, answers).shares != found(reworded, answers).shares


def test_ten_questions_and_five_alternatives_take_less_than_a_tenth_of_a_second() -> None:
    definition = define(*[{"x": (4, 3, 2, 1, 0), "y": (0, 1, 2, 3, 4)}] * 10)
    answers = answer(definition, **{f"q{n}": "xy"[n % 2] for n in range(1, 11)})
    result = evaluate(definition, answers)

    taken = []
    for _ in range(3):
        start = time.process_time()
        robustness(definition, answers, result)
        taken.append(time.process_time() - start)

    assert min(taken) < 0.1
