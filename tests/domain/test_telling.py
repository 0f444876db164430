"""Telling questions: those whose answers set the alternatives furthest apart."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given

from fwsite.domain.questionnaire import Definition
from fwsite.domain.telling import SHOWN, most_telling
from tests.support.strategies import define, definitions


def test_the_spread_is_a_mean_over_the_options() -> None:
    (found,) = most_telling(define({"x": (4, 0, 3), "y": (2, 2, 3), "z": (1, 1, 0)}))
    assert (found.question.key, found.spread) == ("q1", Fraction(4 + 1 + 1, 3))


def test_an_unknown_fit_counts_as_the_middle() -> None:
    (found,) = most_telling(define({"x": (4, None), "y": (None, None)}))
    assert found.spread == Fraction(2 + 0, 2)


def test_the_largest_comes_first_and_equal_ones_in_the_order_of_the_page() -> None:
    small, large = {"x": (3, 2), "y": (3, 2)}, {"x": (4, 0), "y": (1, 1)}
    found = most_telling(define(small, large, small, large))
    assert [each.question.key for each in found] == ["q2", "q4", "q1"]


@given(definitions())
def test_law_none_of_those_left_out_tells_more(definition: Definition) -> None:
    every = most_telling(definition, len(definition.questions))
    shown = most_telling(definition)
    assert {each.question.key for each in every} == set(definition.by_key)
    assert shown == every[:SHOWN]
    assert [each.spread for each in every] == sorted((each.spread for each in every), reverse=True)
