"""Musts: how each alternative meets what has to be there, row by row."""

from __future__ import annotations

import pytest

from fwsite.domain.answers import parse_answers
from fwsite.domain.musts import Cell, Met, Must, musts
from tests.support.strategies import answer, define
from tests.support.woods import planted

WOODS = planted()


def test_there_is_a_row_for_each_option_of_a_must_in_the_order_of_the_questions() -> None:
    given = {
        "growth": {"options": ["slow"], "weight": "must"},
        "parts": {"options": ["nuts", "shade"], "weight": "must"},
    }

    found = musts(WOODS, parse_answers(WOODS, given))

    assert found == (
        Must(
            "parts",
            "shade",
            {
                "ash": Cell(Met.BUILT_IN),
                "birch": Cell(Met.PACKAGE, ("birch-shade[wide]",)),
                "cedar": Cell(Met.BY_HAND),
            },
        ),
        Must(
            "parts",
            "nuts",
            {
                "ash": Cell(Met.NO),
                "birch": Cell(Met.PACKAGE, ("birch-nuts", "birch-shade[wide]")),
                "cedar": Cell(Met.UNVERIFIED),
            },
        ),
        Must("growth", "slow", {"ash": Cell(Met.BUILT_IN), "birch": Cell(Met.BY_HAND), "cedar": Cell(Met.HELP)}),
    )


@pytest.mark.parametrize("weight", ["little", "normal", "lot"])
def test_what_is_no_must_has_no_row(weight: str) -> None:
    assert musts(WOODS, answer(WOODS, weight, parts=["shade"], growth="slow")) == ()


def test_a_must_without_an_answer_has_no_row() -> None:
    assert musts(WOODS, answer(WOODS, "must", parts="not-sure")) == ()


@pytest.mark.parametrize(
    ("fit", "met", "passes"),
    [
        (4, Met.BUILT_IN, True),
        (3, Met.HELP, True),
        (2, Met.BY_HAND, False),
        (1, Met.NO, False),
        (0, Met.NO, False),
        (None, Met.UNVERIFIED, True),
    ],
)
def test_a_fit_says_how_a_must_is_met(fit: int | None, met: Met, passes: bool) -> None:
    definition = define({"x": (fit, 1), "y": (4, 0)})

    [row] = musts(definition, answer(definition, "must", q1="x"))

    assert row.cells["ash"] == Cell(met)
    assert met.passes is passes
