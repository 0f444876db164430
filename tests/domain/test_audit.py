"""The neutrality audit: by definitions whose answer is known, and against counting with the score itself."""

from __future__ import annotations

import json
import time
import tomllib
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given

from fwsite.domain import audit as auditing
from fwsite.domain.answers import WEIGHTS, State, Weight, parse_answers
from fwsite.domain.audit import DRAWS, SHARE_LEAST, SHARE_MOST, Audit, Chance, audit, audit_document, band
from fwsite.domain.questionnaire import MODEL, Alternative, Definition, parse_definition
from fwsite.domain.scoring import RULES, evaluate
from tests.support.paths import ROOT
from tests.support.records import replace
from tests.support.strategies import Case, change_fit, define, small_cases, twins

SHIPPED = parse_definition(tomllib.loads((ROOT / "fwsite/content/questionnaire.toml").read_text("utf-8")))
FIRST = {"x": (4, 0), "y": (0, 4)}


def of(found: Audit) -> dict[str, Chance]:
    return {chance.alternative: chance for chance in found.chances}


# ---------------------------------------------------------------- shares and influence


def by_counting(definition: Definition) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """Shares and influence over all ways to answer, each with all weights, in place of draws."""
    names = list(definition.names)
    ways = [
        [
            [weight * Fraction(sum(option.value(name) for option in chosen), len(chosen)) for name in names]
            for chosen in _choices(question)
            for weight in (1, 2, 4)
        ]
        for question in definition.questions
    ]
    shares, turns, number = dict.fromkeys(names, Fraction(0)), [0] * len(ways), 0
    for rows in product(*ways):
        number += 1
        first = _first(names, rows)
        for name in first:
            shares[name] += Fraction(1, len(first))
        for place in range(len(rows)):
            turns[place] += _first(names, rows[:place] + rows[place + 1 :]) != first
    keys = list(definition.by_key)
    influence = {key: Fraction(turned, number) for key, turned in zip(keys, turns, strict=True)}
    return {name: share / number for name, share in shares.items()}, influence


def _choices(question):
    options = question.options
    if not question.multiple:
        return [[option] for option in options]
    return [[o for bit, o in enumerate(options) if code >> bit & 1] for code in range(1, 2 ** len(options))]


def _first(names, rows):
    totals = [sum(row[place] for row in rows) for place in range(len(names))]
    return {name for name, total in zip(names, totals, strict=True) if total == max(totals)}


@pytest.mark.parametrize("multiple", [False, True])
def test_the_shares_and_the_influence_are_those_of_all_answers(multiple: bool) -> None:
    definition = define(
        {"x": (4, 0, 1), "y": (0, 3, 2), "z": (1, 1, 3)},
        {"x": (2, 3, None), "y": (3, 1, 0)},
        {"x": (0, 1, 4), "y": (2, 2, 1)},
        multiple=multiple,
    )
    shares, influence = by_counting(definition)

    found = audit(definition)

    for name, chance in of(found).items():
        assert float(chance.share) == pytest.approx(float(shares[name]), abs=0.03)
    assert dict(found.influence).keys() == influence.keys()
    for key, share in found.influence:
        assert float(share) == pytest.approx(float(influence[key]), abs=0.03)
    assert list(found.influence) == sorted(found.influence, key=lambda entry: (-entry[1], entry[0]))


def test_a_tie_is_split() -> None:
    definition = twins(define(*[{"x": (4, 0, 0), "y": (0, 4, 4)}] * 3), "birch", "cedar")

    chances = of(audit(definition))

    assert chances["birch"].share == chances["cedar"].share == (1 - chances["ash"].share) / 2
    assert chances["birch"].dominated_by == ("cedar",) and chances["cedar"].dominated_by == ("birch",)
    assert chances["birch"].wins_with is chances["cedar"].wins_with is None
    assert chances["ash"].dominated_by == () and chances["ash"].wins_with is not None


@given(small_cases())
def test_what_does_not_depend_on_draws(case: Case) -> None:
    definition = case.definition
    names = list(definition.names)
    options = [(question.key, option) for question in definition.questions for option in question.options]

    found = audit_with_few_draws(definition)

    assert (found.version, list(of(found))) == (definition.version, names)
    assert sorted(dict(found.influence)) == sorted(definition.by_key)
    assert found.idle_questions == ()
    assert found.idle_options == tuple(
        (key, option.key) for key, option in options if len({option.value(name) for name in names}) == 1
    )
    for name, chance in of(found).items():
        assert chance.unknown == sum(name not in option.fits for _, option in options)
        assert chance.dominated_by == tuple(
            other
            for other in names
            if other != name and not any(option.value(other) < option.value(name) for _, option in options)
        )
        assert chance.inside == (found.band[0] <= chance.share <= found.band[1])
        assert abs(chance.points - 100 * chance.share) < 1
    assert found.never_first == tuple(name for name in names if of(found)[name].share == 0)


def audit_with_few_draws(definition: Definition) -> Audit:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auditing, "DRAWS", 20)
        return audit(definition)


# ---------------------------------------------------------------- the band


@pytest.mark.parametrize("alternatives", range(2, 40))
def test_the_band_leaves_room_for_an_even_share(alternatives: int) -> None:
    least, most = band(alternatives)

    assert 0 < least < Fraction(1, alternatives) < most < 1


def test_the_published_band_is_that_of_four() -> None:
    assert band(4) == (SHARE_LEAST, SHARE_MOST) == (Fraction(1, 20), Fraction(9, 20))


def test_a_one_sided_questionnaire_is_out_of_the_band() -> None:
    definition = define(*[{"x": (4, 3, 3, 3), "y": (4, 0, 1, 1)}] * 3, {"x": (0, 4, 1, 1), "y": (1, 2, 3, 1)})

    found = audit(definition)

    assert not found.balanced
    assert of(found)["ash"].share > SHARE_MOST and not of(found)["ash"].inside
    assert "date" in found.never_first and not of(found)["date"].inside
    assert of(found)["date"].dominated_by == ("cedar",)


def test_everybody_inside_and_able_to_win_is_balanced() -> None:
    favours = [{key: tuple(4 if place == best else 1 for place in range(4)) for best, key in enumerate("wxyz")}] * 4

    found = audit(define(*favours))

    assert found.balanced
    assert all(chance.inside and not chance.dominated_by for chance in found.chances)


# ---------------------------------------------------------------- definitions that change while a site runs


def test_an_alternative_without_fits_is_seen() -> None:
    definition = SHIPPED.with_alternatives([Alternative("new", "New")], ())

    found = of(audit(definition))

    assert found["new"].unknown == sum(len(question.options) for question in SHIPPED.questions)
    assert not found["new"].inside


def test_a_question_that_tells_nothing_apart_is_idle() -> None:
    definition = define(FIRST, FIRST, FIRST, {"x": (3, 1), "y": (2, 2)})
    level = change_fit(definition, "q4", "x", "ash", 1)

    found = audit(level)

    assert audit(definition).idle_questions == ()
    assert audit(definition).idle_options == (("q4", "y"),)
    assert found.idle_questions == ("q4",)
    assert found.idle_options == (("q4", "x"), ("q4", "y"))
    assert not found.balanced


def test_with_fewer_questions_than_a_ranking_needs_nobody_can_win() -> None:
    found = audit(replace(define(FIRST, FIRST), model=1))

    assert [chance.wins_with for chance in found.chances] == [None, None]
    assert not found.balanced
    assert sum(chance.points for chance in found.chances) == 100
    assert audit(replace(define(FIRST, FIRST, FIRST), model=1)).balanced
    assert all(chance.wins_with for chance in audit(define(FIRST)).chances)


def test_who_can_win_only_by_a_combination_of_answers_is_found() -> None:
    """Rivals are ahead on every single answer; three answers together put the first ahead of all of them."""
    definition = define(
        {"x": (3, 4, 0, 0), "y": (0, 0, 1, 1)},
        {"x": (3, 0, 4, 0), "y": (0, 0, 1, 1)},
        {"x": (3, 0, 0, 4), "y": (0, 0, 1, 1)},
    )

    wins_with = of(audit(definition))["ash"].wins_with

    assert wins_with is not None
    first, second = evaluate(definition, wins_with).ranking[:2]
    assert first.alternative == "ash" and first.score > second.score


def test_who_can_win_only_where_questions_are_left_out_is_found() -> None:
    """Three questions, a lot each, are worth 12 to the first; the others cost it 16 at the least weight."""
    definition = define(*[{"x": (3, 2), "y": (2, 3)}] * 3, *[{"x": (0, 4), "y": (0, 4)}] * 4)

    wins_with = of(audit(definition))["ash"].wins_with

    assert wins_with is not None
    assert evaluate(definition, wins_with).ranking[0].alternative == "ash"
    assert any(answer.state is State.NOT_SURE for answer in wins_with.values())


def test_the_search_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "SEARCH_STEPS", 3)

    assert of(audit(define(FIRST, FIRST, FIRST)))["ash"].wins_with is None


# ---------------------------------------------------------------- as data


def test_the_document_is_json_in_a_stable_order_and_reads_back() -> None:
    found = audit(SHIPPED)

    document = json.loads(json.dumps(audit_document(found)))

    assert json.dumps(document) == json.dumps(audit_document(audit(SHIPPED)))
    assert (document["definition"], document["draws"], document["balanced"]) == (SHIPPED.version, DRAWS, True)
    assert document["band"] == {"least": "1/20", "most": "9/20"}
    assert [entry["alternative"] for entry in document["alternatives"]] == list(SHIPPED.names)
    for entry in document["alternatives"]:
        chance = of(found)[entry["alternative"]]
        assert Fraction(entry["share"]["exact"]) == chance.share
        assert parse_answers(SHIPPED, entry["wins_with"]) == chance.wins_with
    assert [(entry["question"], Fraction(entry["share"]["exact"])) for entry in document["influence"]] == list(
        found.influence
    )
    nobody = audit_document(audit(replace(define(FIRST, FIRST), model=1)))
    assert [entry["wins_with"] for entry in nobody["alternatives"]] == [None, None]


def test_another_version_draws_other_answers() -> None:
    reworded = replace(SHIPPED, questions=tuple(replace(q, why="Other.") for q in SHIPPED.questions))

    one, other = audit(SHIPPED), audit(reworded)

    assert one == audit(replace(SHIPPED))
    assert [chance.share for chance in one.chances] != [chance.share for chance in other.chances]
    assert [chance.wins_with for chance in one.chances] == [chance.wins_with for chance in other.chances]


def test_the_weights_drawn_are_all_but_a_must() -> None:
    moves = auditing._moves(SHIPPED.by_key["parts"], list(SHIPPED.names), RULES[MODEL])

    assert len(moves) == 31 * 3 == len({move.answer for move in moves})
    assert {move.answer.weight for move in moves} == set(WEIGHTS) - {Weight.MUST}


def test_the_audit_of_the_shipped_questionnaire_takes_less_than_a_second() -> None:
    start = time.process_time()

    audit(SHIPPED)

    assert time.process_time() - start < 1
