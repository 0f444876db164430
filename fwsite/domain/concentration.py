"""Concentration: whether much of what was counted came from one place, or on one day.

Statistics of a page that anybody may answer say what those say who answered. Where one network sent a large part of it,
be it a school or one person, or one day brought most of it, readers have to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

LEAST = 10
"""Fewer responses than these are told of nobody."""
FROM_ONE_NETWORK = 5
"""One in so many responses from one network is much."""
ON_ONE_DAY = 2
"""So is one in so many on one day, ..."""
SHORTEST_PERIOD = 7
"""... unless all of them came within fewer days than these."""


class Arrivals(NamedTuple):
    """What came on a day: how many responses, and how many of these from the one network that sent most.

    Neither becomes less when some of them are deleted.
    """

    received: int
    largest: int


class Share(NamedTuple):
    """So many of the responses on that day."""

    day: date
    number: int


def from_one_network(present: Mapping[date, int], arrivals: Mapping[date, Arrivals]) -> Share | None:
    """The most that one network sent on one day of what is ``present`` by day, where that is much.

    It is a lower bound. Nobody knows from where those came that were deleted, so all are taken to be of that network;
    and what it sent on two days is not added up, as days cannot be told to have a network in common.
    """
    shares = (
        Share(day, came.largest - max(0, came.received - present[day]))
        for day, came in sorted(arrivals.items())
        if day in present
    )
    return _much(shares, sum(present.values()), FROM_ONE_NETWORK)


def on_one_day(present: Mapping[date, int]) -> Share | None:
    """The day that brought most, where that is much."""
    days = sorted(day for day, count in present.items() if count)
    if not days or (days[-1] - days[0]).days + 1 < SHORTEST_PERIOD:
        return None
    return _much((Share(day, present[day]) for day in days), sum(present.values()), ON_ONE_DAY)


def _much(shares: Iterable[Share], total: int, one_in: int) -> Share | None:
    most = max(shares, key=lambda share: share.number, default=None)
    return most if most is not None and most.number >= LEAST and most.number * one_in >= total else None
