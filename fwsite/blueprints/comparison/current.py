"""Current comparison: everything published, read once for each content version."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Engine, select

from fwsite.blueprints.comparison.queries import whole_comparison
from fwsite.domain.comparison import Comparison
from fwsite.extend import ContentVersionRow, db


class _Known(NamedTuple):
    engine: Engine
    number: int
    comparison: Comparison


_known: dict[int, _Known] = {}


def comparison_in_force(most: int) -> Comparison:
    """Everything published, with no more than ``most`` pros and as many cons in a cell.

    All pages are made anew after a change of content, and each of them needs it. For pages that write nothing
    themselves: the number is asked for in the session's own transaction, so that what is kept under it is not older.
    """
    number = db.session.scalar(select(ContentVersionRow.number))
    known = _known.get(most)
    if known is not None and (known.engine, known.number) == (db.engine, number):
        return known.comparison
    found = whole_comparison(most)
    if number is not None:
        _known[most] = _Known(db.engine, number, found)
    return found
