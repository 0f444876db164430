"""Small cells: nothing that is hidden can be worked out, shown by trying every table that agrees with what is shown."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwsite.domain.disclosure import LEAST, suppress, suppress_each

Counts = tuple[int, ...]
tables = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 3 * LEAST) | st.integers(0, 3), min_size=2)


def shares_of(total: int, cells: int) -> Iterator[Counts]:
    """Every way to share out ``total`` respondents."""
    for cuts in combinations(range(total + cells - 1), cells - 1):
        ends = (-1, *cuts, total + cells - 1)
        yield tuple(high - low - 1 for low, high in pairwise(ends))


def named(counts: Counts) -> dict[str, int]:
    return dict(zip("abcdefghijkl", counts, strict=False))


def publications(total: int, cells: int, least: int) -> dict[tuple, list[Counts]]:
    """What can be published about so many respondents, each with all the tables that it may stand for."""
    found = defaultdict(list)
    for counts in shares_of(total, cells):
        found[tuple(suppress(named(counts), least).values())].append(counts)
    return found


@pytest.mark.parametrize(
    ("cells", "least", "most"),
    [
        (2, 3, 20),
        (3, 3, 16),
        (4, 3, 14),
        (5, 3, 11),
        (2, 4, 24),
        (3, 4, 18),
        (4, 4, 14),
        (2, LEAST, 45),
        (3, LEAST, 36),
        (4, LEAST, 26),
    ],
)
def test_no_hidden_count_of_any_small_table_is_certain(cells: int, least: int, most: int) -> None:
    for total in range(1, most + 1):
        for published, possible in publications(total, cells, least).items():
            for cell, shown in enumerate(published):
                values = {counts[cell] for counts in possible}
                assert len(values) > 1 if shown is None else values == {shown}
            assert published.count(None) != 1


@given(tables)
def test_what_is_hidden_belongs_to_at_least_ten_together_or_to_all_there_are(counts: dict[str, int]) -> None:
    published = suppress(counts)

    hidden = [counts[key] for key, shown in published.items() if shown is None]
    total = sum(counts.values())
    if total < LEAST:
        assert len(hidden) == len(counts)
    else:
        assert not hidden or sum(hidden) >= LEAST
    assert all(shown in (None, counts[key]) for key, shown in published.items())
    assert not any(shown is not None and 0 < shown < LEAST for shown in published.values())


@given(tables)
def test_no_more_is_hidden_than_the_small_and_their_cover(counts: dict[str, int]) -> None:
    published = suppress(counts)

    large = {key for key, count in counts.items() if count >= LEAST}
    hidden = {key for key in large if published[key] is None}
    if sum(counts.values()) >= LEAST:
        assert len({counts[key] for key in hidden}) <= 1
        assert all(counts[key] <= counts[other] for key in hidden for other in large)
        assert hidden == set() or any(0 < count < LEAST for count in counts.values())
        assert all(published[key] == 0 for key, count in counts.items() if not count)


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_the_cells_gives_nothing_away(counts: dict[str, int], chance: random.Random) -> None:
    other = dict(chance.sample(list(counts.items()), len(counts)))

    assert suppress(other) == suppress(counts)


@given(tables, st.data())
def test_hidden_counts_may_be_exchanged(counts: dict[str, int], data: st.DataObject) -> None:
    published = suppress(counts)
    hidden = [key for key, shown in published.items() if shown is None]
    exchanged = dict(zip(hidden, data.draw(st.permutations([counts[key] for key in hidden])), strict=True))

    assert suppress({**counts, **exchanged}) == published


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((0, 0, 0), (None, None, None)),
        ((3, 4, 2), (None, None, None)),
        ((10, 20, 30), (10, 20, 30)),
        ((0, 20, 30), (0, 20, 30)),
        ((0, 10, 0), (0, 10, 0)),
        ((9, 20, 30), (None, None, 30)),
        ((9, 20, 20), (None, None, None)),
        ((4, 6, 30), (None, None, 30)),
        ((3, 6, 30, 40), (None, None, None, 40)),
        ((5, 5, 30, 40), (None, None, None, 40)),
        ((9, 9, 10), (None, None, None)),
        ((9, 9, 0), (None, None, 0)),
        ((9, 0, 11), (None, 0, None)),
        ((1,) * 10, (None,) * 10),
        ((2, *(1,) * 9), (None,) * 10),
        ((3, *(0,) * 9, 9), (None, *(0,) * 9, None)),
        ((0,) * 11 + (11,), (None,) * 12),
    ],
)
def test_what_is_shown_by_example(counts: Counts, shown: tuple) -> None:
    assert tuple(suppress(named(counts)).values()) == shown


# ---------------------------------------------------------------- several answers


@pytest.mark.parametrize(("cells", "least", "most"), [(2, 3, 12), (3, 3, 9), (2, 4, 12), (3, 4, 8), (2, LEAST, 24)])
def test_no_hidden_count_of_overlapping_cells_is_certain(cells: int, least: int, most: int) -> None:
    for total in range(1, most + 1):
        values: dict[tuple, list[set[int]]] = defaultdict(lambda: [set() for _ in range(cells)])
        for counts in product(range(total + 1), repeat=cells):
            if sum(counts) >= total:  # each respondent is in some cell
                published = tuple(suppress_each(named(counts), total, least).values())
                for found, count in zip(values[published], counts, strict=True):
                    found.add(count)
        for published, possible in values.items():
            for shown, found in zip(published, possible, strict=True):
                assert len(found) > 1 if shown is None else found == {shown}


@pytest.mark.parametrize(
    ("counts", "total", "shown"),
    [
        ((10, 90, 50), 100, (10, 90, 50)),
        ((9, 91, 50), 100, (None, None, 50)),
        ((1, 99, 0), 100, (None, None, 0)),
        ((100, 0, 50), 100, (100, 0, 50)),
        ((9, 9, 9), 9, (None, None, None)),
        ((10, 0, 10), 10, (10, 0, 10)),
    ],
)
def test_what_is_shown_of_overlapping_cells_by_example(counts: Counts, total: int, shown: tuple) -> None:
    assert tuple(suppress_each(named(counts), total).values()) == shown
