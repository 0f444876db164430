"""The table of everything that is compared: nothing is lost, nothing stands twice, and what differs is what differs."""

from __future__ import annotations

from datetime import date
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from fwsite.domain.columns import Cell, FilledColumn
from fwsite.domain.comparison import Claim, Comparison, Criterion, Framework, Rating, Side
from fwsite.domain.evidence import Evidence
from fwsite.domain.facts import Availability
from fwsite.domain.matrix import FURTHER, POINTS_IN_CELL, GroupKind, make_matrix

DAY = date(2026, 11, 30)
VERSIONS = {"Celery": "5.6.2"}
ANSWERS = ("built in", "by hand", "no", "Celery", "5.2, to April 2028")


def framework(key: str) -> Framework:
    return Framework(key, key.title(), "", "", "", "")


def claim(number: int, of: str, on: str, side: Side = Side.PRO, answer: str = "") -> Claim:
    return Claim(f"claim-{number}", of, on, side, f"Point {number}", Evidence.OPINION, DAY, answer=answer)


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    frameworks = tuple(framework(key) for key in "abcd"[: draw(st.integers(1, 4))])
    criteria = tuple(Criterion(f"rated-{n}", f"Rated {n}", "?", "!") for n in range(draw(st.integers(0, 3))))
    rows = tuple(
        Criterion(f"row-{n}", f"Row {n}", "?", "", draw(st.sampled_from(("In the box", "Support"))))
        for n in range(draw(st.integers(0, 4)))
    )
    cells = [(of.key, on.key) for of in frameworks for on in (*criteria, *rows)]
    said = draw(st.lists(st.sampled_from(cells), max_size=20)) if cells else []
    sides, answers = st.sampled_from(Side), st.sampled_from(("", *ANSWERS))
    claims = [
        claim(n, of, on, draw(sides), draw(answers) if on.startswith("row") else "") for n, (of, on) in enumerate(said)
    ]
    ratings = tuple(
        Rating(of.key, on.key, draw(st.integers(1, 5)), "", Evidence.OPINION, DAY)
        for of in frameworks
        for on in criteria
        if draw(st.booleans())
    )
    return Comparison(
        frameworks,
        criteria,
        ratings,
        tuple(each for each in claims if each.criterion.startswith("rated")),
        rows=rows,
        facts=tuple(each for each in claims if each.criterion.startswith("row")),
    )


@given(comparisons())
def test_each_row_has_a_cell_for_each_framework_in_order(comparison: Comparison) -> None:
    for row in make_matrix(comparison, (), VERSIONS).rows:
        assert tuple(cell.framework for cell in row.cells) == comparison.frameworks


@given(comparisons())
def test_every_answer_and_every_rating_stands_in_its_cell_once(comparison: Comparison) -> None:
    cells = [cell for row in make_matrix(comparison, (), VERSIONS).rows for cell in row.cells]
    answers = [comparison.fact(of.key, row.key) for of in comparison.frameworks for row in comparison.rows]
    assert sorted(c.fact.key for c in cells if c.fact) == sorted(a.key for a in answers if a)
    assert sorted((c.rating.framework, c.rating.criterion) for c in cells if c.rating) == sorted(
        (rating.framework, rating.criterion) for rating in comparison.ratings
    )


@given(comparisons())
def test_the_rows_that_differ_and_those_that_are_the_same_are_all_rows(comparison: Comparison) -> None:
    table = make_matrix(comparison, (), VERSIONS)
    differing, same = table.only(differing=True), table.only(differing=False)
    assert sorted(row.key for row in (*differing.rows, *same.rows)) == sorted(row.key for row in table.rows)
    assert len(differing.rows) == table.differing
    for row in same.rows:
        assert len({cell.value for cell in row.cells}) == 1
    for row in differing.rows:
        assert len({cell.value for cell in row.cells}) > 1


@given(comparisons())
def test_a_framework_by_itself_differs_from_nobody(comparison: Comparison) -> None:
    alone = comparison.only([comparison.frameworks[0].key])
    assert make_matrix(alone, (), VERSIONS).differing == 0


def differing_rows(comparison: Comparison) -> set[str]:
    return {row.key for row in make_matrix(comparison, (), VERSIONS).rows if row.differs}


@given(comparisons())
def test_a_row_differs_where_it_differs_between_two_and_only_then(comparison: Comparison) -> None:
    pairs = combinations([each.key for each in comparison.frameworks], 2)
    assert differing_rows(comparison) == set().union(*(differing_rows(comparison.only(pair)) for pair in pairs))


def test_an_answer_differs_from_none_and_from_another_and_not_from_itself() -> None:
    rows = tuple(Criterion(key, key.title(), "?", "", "In the box") for key in ("admin", "orm", "support"))
    facts = (claim(1, "a", "admin", answer="built in"), claim(2, "b", "admin", answer="Built in"))
    facts += (claim(3, "c", "orm", answer="no"),)
    comparison = Comparison(tuple(map(framework, "abc")), (), (), (), rows=rows, facts=facts)
    assert differing_rows(comparison.only(["a", "b"])) == set()
    assert differing_rows(comparison.only(["a", "c"])) == {"admin", "orm"}
    assert differing_rows(comparison) == {"admin", "orm"}


@given(comparisons())
def test_what_opens_in_a_cell_is_the_first_of_what_there_is(comparison: Comparison) -> None:
    for row in make_matrix(comparison, (), VERSIONS).rows:
        for cell in row.cells:
            for side, shown in ((Side.PRO, cell.pros), (Side.CON, cell.cons)):
                on_side = [c for c in comparison.claims_on(cell.framework.key, side, row.key) if c is not cell.fact]
                assert list(shown) == on_side[:POINTS_IN_CELL]


def test_a_package_that_answers_has_the_newest_release_that_is_known() -> None:
    row = Criterion("jobs", "Background jobs", "?", "", "In the box")
    facts = (claim(1, "a", "jobs", answer="Celery"), claim(2, "b", "jobs", answer="by hand"))
    comparison = Comparison((framework("a"), framework("b")), (), (), (), rows=(row,), facts=facts)
    [group] = make_matrix(comparison, (), VERSIONS).groups
    one, other = group.rows[0].cells
    assert (group.name, group.kind) == ("In the box", GroupKind.FACTS)
    assert (one.availability, one.version) == (Availability.PACKAGE, "5.6.2")
    assert (other.availability, other.version) == (Availability.BY_HAND, "")
    assert group.rows[0].has_states


def test_figures_stand_in_their_group_and_say_their_source_once() -> None:
    run = "https://example.org/run"
    comparison = Comparison((framework("a"), framework("b")), (), (), ())
    cells = {key: Cell(f"{key} MB", Evidence.MEASURED, run) for key in "ab"}
    further = {"a": Cell("yes", Evidence.OPINION)}
    columns = (FilledColumn("memory", "Memory", cells, "Weight"), FilledColumn("host", "Hosting", further))
    weight, others = make_matrix(comparison, columns, {}).groups
    assert (weight.name, weight.evidence, weight.source) == ("Weight", Evidence.MEASURED, run)
    assert (others.name, others.source) == (FURTHER, "")
    assert others.rows[0].differs


def test_a_group_says_the_evidence_of_most_of_its_cells() -> None:
    row = Criterion("orm", "ORM", "?", "", "In the box")
    opinion = claim(1, "a", "orm", answer="no")
    sourced = [
        Claim(f"sourced-{key}", key, "orm", Side.PRO, "!", Evidence.SOURCED, DAY, answer="built in") for key in "bc"
    ]
    frameworks = tuple(framework(key) for key in "abc")
    comparison = Comparison(frameworks, (), (), (), rows=(row,), facts=(opinion, *sourced))
    [group] = make_matrix(comparison, (), {}).groups
    assert group.evidence is Evidence.SOURCED
