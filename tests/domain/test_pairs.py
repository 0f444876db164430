"""Two frameworks beside each other: who is rated higher for what, and which points speak for each."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from fwsite.domain.comparison import Claim, Comparison, Criterion, Framework, Rating, Side
from fwsite.domain.evidence import Evidence
from fwsite.domain.pairs import POINTS, make_pair, pairs_of

DAY = date(2026, 11, 30)
DJANGO, FLASK = (Framework(name.lower(), name, "", "", "", "") for name in ("Django", "Flask"))
NONE = Framework("none", "No framework", "", "", "", "")
CRITERIA = tuple(Criterion(name.lower(), name, "?", "!") for name in ("Parts", "Memory", "ORM"))


def compared(*, django: dict[str, int], flask: dict[str, int], claims: tuple[Claim, ...] = ()) -> Comparison:
    ratings = tuple(
        Rating(of, on, score, "", Evidence.OPINION, DAY)
        for of, scores in (("django", django), ("flask", flask))
        for on, score in scores.items()
    )
    return Comparison((DJANGO, FLASK), CRITERIA, ratings, claims)


def pro(key: str, criterion: str, evidence: Evidence = Evidence.OPINION, of: str = "django") -> Claim:
    return Claim(key, of, criterion, Side.PRO, key, evidence, DAY)


def test_the_finding_names_who_is_rated_higher_for_what_widest_gap_first() -> None:
    comparison = compared(django={"parts": 4, "memory": 2, "orm": 5}, flask={"parts": 3, "memory": 5, "orm": 1})
    finding = make_pair(comparison, DJANGO, FLASK).finding
    assert finding == "Django is rated higher for ORM and parts; Flask is rated higher for memory."


def test_equal_ratings_are_said_to_be_equal_and_none_are_not_told() -> None:
    assert make_pair(compared(django={"parts": 3}, flask={"parts": 3}), DJANGO, FLASK).finding == (
        "Both have the same ratings."
    )
    assert make_pair(compared(django={"parts": 3}, flask={}), DJANGO, FLASK).finding == ""


def test_points_on_what_it_is_ahead_in_come_first_and_no_criterion_takes_them_all() -> None:
    claims = (pro("a", "memory"), pro("b", "orm"), pro("c", "orm", Evidence.SOURCED), pro("d", "orm"))
    pair = make_pair(compared(django={"orm": 5}, flask={"orm": 1}, claims=claims), DJANGO, FLASK)
    assert [claim.key for claim in pair.first.points] == ["c", "b", "a"]
    assert pair.second.points == ()


def test_a_pair_is_called_as_people_say_it() -> None:
    assert [two.name for two in pairs_of({each.key: each.name for each in (DJANGO, FLASK, NONE)})] == [
        "Django or Flask",
        "Django or no framework",
        "Flask or no framework",
    ]


scores = st.dictionaries(st.sampled_from([criterion.key for criterion in CRITERIA]), st.integers(1, 5))
points = st.lists(
    st.tuples(st.sampled_from(["django", "flask"]), st.sampled_from(["parts", "memory", "orm"])), max_size=12
)


@given(scores, scores, points)
def test_what_one_is_ahead_in_the_other_is_behind_in(
    django: dict[str, int], flask: dict[str, int], said: list[tuple[str, str]]
) -> None:
    claims = tuple(pro(f"p{n}", on, of=of) for n, (of, on) in enumerate(said))
    comparison = compared(django=django, flask=flask, claims=claims)
    pair, turned = make_pair(comparison, DJANGO, FLASK), make_pair(comparison, FLASK, DJANGO)
    assert (pair.first, pair.second, pair.equal) == (turned.second, turned.first, turned.equal)
    told = [criterion.key for half in pair.halves for criterion in half.ahead] + [each.key for each in pair.equal]
    assert sorted(told) == sorted(django.keys() & flask.keys())
    for half in pair.halves:
        assert len(half.points) <= POINTS
        assert {claim.framework for claim in half.points} <= {half.framework.key}
