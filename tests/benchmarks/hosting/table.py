"""Rounds over several servers, and the table that comes of them."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """Ratios of the rounds; with a ``limit``, at least or at most so much is asked for."""

    what: str
    ratios: Sequence[float]
    beside: str
    limit: float | None = None
    at_most: bool = False

    @property
    def median(self) -> float:
        """The middle of the ratios."""
        return statistics.median(self.ratios)

    @property
    def holds(self) -> bool:
        """Whether the limit is kept."""
        if self.limit is None:
            return True
        return self.median <= self.limit if self.at_most else self.median >= self.limit

    def __str__(self) -> str:
        asked = "" if self.limit is None else f"{'at most' if self.at_most else 'at least'} {self.limit}"
        verdict = "" if self.limit is None else "holds" if self.holds else "**does not hold**"
        span = f"{min(self.ratios):.2f} to {max(self.ratios):.2f}"
        return f"| {self.what} | {self.beside} | {self.median:.2f} | {span} | {asked} | {verdict} |"


HEAD = "| what | compared with | ratio | range | asked | |\n|---|---|---|---|---|---|"


def in_rounds(kinds: Sequence[str], rounds: int, measure: Callable[[str], float]) -> dict[str, list[float]]:
    """What is measured of each kind in each round; each kind is the first as often as the others."""
    found: dict[str, list[float]] = {kind: [] for kind in kinds}
    for number in range(rounds):
        first = number % len(kinds)
        for kind in [*kinds[first:], *kinds[:first]]:
            found[kind].append(measure(kind))
        print(f"  round {number + 1} of {rounds}", file=sys.stderr)
    return found


def ratios(found: dict[str, list[float]], of: str, to: str) -> list[float]:
    """Round by round."""
    return [one / other for one, other in zip(found[of], found[to], strict=True)]
