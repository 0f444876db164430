"""Counts of votes, read once for a page however many claims are on it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from flask import g
from sqlalchemy import select

from fwsite.extend import Claim, db, dialect_insert

from .models import Count


class Vote(StrEnum):
    """What a reader thinks of a claim."""

    AGREE = "agree"
    DISAGREE = "disagree"


class Tally(NamedTuple):
    """How many readers agree, and how many do not."""

    agree: int = 0
    disagree: int = 0

    @property
    def total(self) -> int:
        """All who have voted."""
        return self.agree + self.disagree


class Tallies(NamedTuple):
    """All votes, by the claim and by the framework and criterion that it is about."""

    of_claims: Mapping[str, Tally]
    of_cells: Mapping[tuple[str, str], Tally]


def tallies() -> Tallies:
    """All votes, in one statement for each request."""
    if "votes_tallies" not in g:
        g.votes_tallies = _read()
    found: Tallies = g.votes_tallies
    return found


def _read() -> Tallies:
    claims: dict[str, Tally] = {}
    cells: dict[tuple[str, str], Tally] = {}
    for row in db.session.execute(select(Count.__table__)):
        claims[row.claim] = Tally(row.agree, row.disagree)
        before = cells.get((row.framework, row.criterion), Tally())
        cells[row.framework, row.criterion] = Tally(before.agree + row.agree, before.disagree + row.disagree)
    return Tallies(claims, cells)


def cast(claim: Claim, vote: Vote) -> None:
    """One more, in one statement, so that two at once are two."""
    place = {"framework": claim.framework, "criterion": claim.criterion}
    first = {Vote.AGREE: 0, Vote.DISAGREE: 0, vote: 1}
    insert = dialect_insert(db.engine.dialect.name, Count).values(claim=claim.key, **place, **first)
    column = getattr(Count, vote)
    db.session.execute(insert.on_conflict_do_update(index_elements=[Count.claim], set_={**place, vote: column + 1}))
    db.session.commit()
