"""Points that a page of the comparison shows: what goes beyond its length in a cell is a link."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fwsite.domain.comparison import BALANCE_LENGTH


def shown(claims: list[Any]) -> list[Any]:
    """The points of a page that leaves out what goes beyond its length in a cell."""
    cells: Counter[tuple[str, ...]] = Counter()
    found = []
    for claim in claims:
        cell = claim["framework"], claim["criterion"], claim["side"]
        cells[cell] += 1
        if cells[cell] <= BALANCE_LENGTH:
            found.append(claim)
    return found
