"""Concentration: what is said of one network, and of one day, is never more than there is."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwsite.domain.concentration import (
    FROM_ONE_NETWORK,
    LEAST,
    ON_ONE_DAY,
    Arrivals,
    Share,
    from_one_network,
    on_one_day,
)

FIRST = date(2026, 11, 22)
DAYS = [FIRST + timedelta(number) for number in range(3)]
sent = st.tuples(st.sampled_from(DAYS), st.sampled_from("aaabc"))


@given(st.lists(st.tuples(sent, st.booleans()), max_size=80))
def test_one_network_has_at_least_what_is_said_of_it(responses: list[tuple[tuple[date, str], bool]]) -> None:
    came = Counter(place for place, _ in responses)
    left = Counter(place for place, is_deleted in responses if not is_deleted)
    arrivals = {
        day: Arrivals(
            sum(count for (on, _), count in came.items() if on == day),
            max((count for (on, _), count in came.items() if on == day), default=0),
        )
        for day in DAYS
    }
    present = Counter(day for (day, _), is_deleted in responses if not is_deleted)

    share = from_one_network(present, arrivals)

    largest = max(left.values(), default=0)
    if share is not None:
        assert LEAST <= share.number <= max(count for (on, _), count in left.items() if on == share.day)
        assert share.number * FROM_ONE_NETWORK >= len(left) and share.number <= largest
    if left == came:  # nothing was deleted: then it is exact
        is_much = largest >= LEAST and largest * FROM_ONE_NETWORK >= sum(left.values())
        assert (share.number if share else 0) == (largest if is_much else 0)


@given(st.lists(st.integers(0, 20), max_size=200))
def test_one_day_has_what_is_said_of_it(numbers: list[int]) -> None:
    present = Counter(FIRST + timedelta(number) for number in numbers)
    share = on_one_day(present)
    is_long = bool(numbers) and max(numbers) - min(numbers) >= 6
    most = max(present.values(), default=0)
    assert (share is not None) == (is_long and most >= LEAST and most * ON_ONE_DAY >= len(numbers))
    if share:
        assert present[share.day] == share.number == most


@pytest.mark.parametrize(
    ("present", "arrived", "said"),
    [
        (50, (50, 10), 10),
        (50, (50, 9), None),
        (51, (51, 10), None),
        (100, (100, 20), 20),
        (100, (101, 20), None),  # the one that was deleted may have been of it
        (99, (100, 21), 20),
        (5, (100, 100), None),
        (60, (40, 30), 30),  # some came before networks were counted
    ],
)
def test_at_the_limits(present: int, arrived: tuple[int, int], said: int | None) -> None:
    share = from_one_network({FIRST: present}, {FIRST: Arrivals(*arrived)})
    assert share == (None if said is None else Share(FIRST, said))


def test_what_came_on_a_day_of_which_nothing_is_left_is_told_of_nobody() -> None:
    assert from_one_network({FIRST: 10}, {DAYS[1]: Arrivals(20, 20)}) is None
    assert from_one_network({}, {}) is None and on_one_day({}) is None
