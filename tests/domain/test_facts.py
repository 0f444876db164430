"""Laws of the table of facts: what an answer says, and where facts stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwsite.domain.comparison import Claim, Comparison, Criterion, Framework, Side, Total
from fwsite.domain.evidence import Evidence
from fwsite.domain.facts import Availability, availability_of
from tests.support.strategies import texts

DAY = date(2026, 11, 30)
FRAMEWORKS = tuple(Framework(key, key.title(), "", "", "", "") for key in ("one", "two", "three"))
ROWS = (
    Criterion("admin", "Admin", "Is there one?", "", "In the box"),
    Criterion("support", "Support", "How long?", "", "Support"),
    Criterion("orm", "ORM", "Is there one?", "", "In the box"),
)
RATED = Criterion("speed", "Speed", "How fast?", "Fast.")
PACKAGES = ("Flask-Admin", "SQLAdmin")
ANSWERS = st.sampled_from(["", "built in", "by hand", "no", "Flask-Admin", "5.2, to April 2028"])


def claim(framework: str, criterion: str, answer: str = "", side: Side = Side.PRO, number: int = 0) -> Claim:
    key = f"{framework}-{criterion}-{number}"
    return Claim(key, framework, criterion, side, "So it is", Evidence.OPINION, DAY, answer=answer)


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    """Any number of claims on every row and on the rated criterion, in any order."""
    cells = [(framework.key, row.key) for framework in FRAMEWORKS for row in (*ROWS, RATED)]
    said = draw(st.lists(st.tuples(st.sampled_from(cells), ANSWERS, st.sampled_from(Side)), max_size=24))
    claims = [
        claim(framework, criterion, "" if criterion == RATED.key else answer, side, number)
        for number, ((framework, criterion), answer, side) in enumerate(said)
    ]
    return Comparison(
        FRAMEWORKS,
        (RATED,),
        (),
        tuple(each for each in claims if each.criterion == RATED.key),
        rows=ROWS,
        facts=tuple(each for each in claims if each.criterion != RATED.key),
    )


class TestAvailability:
    @pytest.mark.parametrize(
        ("answer", "state"),
        [
            ("built in", Availability.BUILT_IN),
            ("by hand", Availability.BY_HAND),
            ("no", Availability.NO),
            ("Flask-Admin", Availability.PACKAGE),
            ("Flask-Admin 2", Availability.TEXT),
            ("Built in, in part", Availability.TEXT),
            ("package", Availability.TEXT),
            ("text", Availability.TEXT),
        ],
    )
    def test_is_what_the_answer_says(self, answer: str, state: Availability) -> None:
        assert availability_of(answer, PACKAGES) is state

    @given(answer=texts(), packages=st.lists(texts(), max_size=3))
    def test_a_name_is_a_package_where_it_is_known_and_nothing_else_is(self, answer: str, packages: list[str]) -> None:
        assert (availability_of(answer, packages) is Availability.PACKAGE) == (answer in packages)
        assert availability_of(answer, [*packages, answer]) is Availability.PACKAGE


class TestTable:
    @given(comparison=comparisons())
    def test_every_fact_stands_once_in_its_cell(self, comparison: Comparison) -> None:
        shown = [
            each
            for framework in FRAMEWORKS
            for row in ROWS
            for each in (comparison.fact(framework.key, row.key), *comparison.said_on(framework.key, row.key))
            if each
        ]
        assert sorted(each.key for each in shown) == sorted(each.key for each in comparison.facts)

    @given(comparison=comparisons())
    def test_the_first_answer_stands_in_the_cell(self, comparison: Comparison) -> None:
        for framework in FRAMEWORKS:
            for row in ROWS:
                fact = comparison.fact(framework.key, row.key)
                there = [
                    each for each in comparison.facts if (each.framework, each.criterion) == (framework.key, row.key)
                ]
                assert fact is next((each for each in there if each.answer), None)

    @given(comparison=comparisons())
    def test_facts_are_no_pros_and_cons_of_what_is_rated(self, comparison: Comparison) -> None:
        without = replace(comparison, facts=())
        for framework in FRAMEWORKS:
            for side in Side:
                assert comparison.claims_on(framework.key, side) == without.claims_on(framework.key, side)
                assert comparison.total(framework.key, side) == without.total(framework.key, side)

    @given(comparison=comparisons())
    def test_totals_that_were_counted_agree_with_claims_that_are_here(self, comparison: Comparison) -> None:
        cells: dict[tuple[str, str, Side], int] = {}
        for each in (*comparison.claims, *comparison.facts):
            cell = (each.framework, each.criterion, each.side)
            cells[cell] = cells.get(cell, 0) + 1
        counted = replace(comparison, totals={cell: Total(number, 0, DAY) for cell, number in cells.items()})
        for framework in FRAMEWORKS:
            for side in Side:
                for criterion in (None, RATED.key, *(row.key for row in ROWS)):
                    place = (framework.key, side, criterion)
                    assert counted.total(*place) == comparison.total(*place)

    def test_groups_have_their_rows_in_order(self) -> None:
        groups = Comparison(FRAMEWORKS, (RATED,), (), (), rows=ROWS).groups
        assert {group: [row.key for row in rows] for group, rows in groups.items()} == {
            "In the box": ["admin", "orm"],
            "Support": ["support"],
        }
        assert list(groups) == ["In the box", "Support"]

    @given(comparison=comparisons())
    def test_fewer_frameworks_have_fewer_facts_on_the_same_rows(self, comparison: Comparison) -> None:
        shown = comparison.only(["two"])
        assert shown.rows == ROWS
        assert shown.facts == tuple(each for each in comparison.facts if each.framework == "two")
