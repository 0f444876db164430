"""What the comparison says: frameworks, criteria, ratings, pros and cons, each with its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from fwsite.domain.evidence import Evidence

RATING_MAX = 5
"""Ratings run from 1 (poor) to 5 (excellent), for one criterion alone."""
BALANCE_LENGTH = 7
"""So many pros, and so many cons, stand in a balance; the rest is behind a link."""


class Side(StrEnum):
    """Whether a claim speaks for a framework or against it."""

    PRO = "pro"
    CON = "con"


@dataclass(frozen=True)
class Source:
    """Where a claim comes from: what it is called, its address, and when it was read."""

    key: str
    title: str
    url: str
    read_on: date
    publisher: str = ""
    author: str = ""
    published: date | None = None


@dataclass(frozen=True)
class Citation:
    """A source, and the words of it that the claim rests on."""

    source: Source
    words: str = ""


@dataclass(frozen=True)
class Rating:
    """A framework's rating on one criterion, 1..5, with its reason in one line."""

    framework: str
    criterion: str
    score: int
    reason: str
    evidence: Evidence
    reviewed_on: date
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Claim:
    """One pro or con of a framework."""

    key: str
    framework: str
    criterion: str
    side: Side
    text: str
    evidence: Evidence
    reviewed_on: date
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class Criterion:
    """What frameworks are compared by."""

    key: str
    name: str
    question: str
    finding: str


@dataclass(frozen=True)
class Framework:
    """One of the things compared; ``first_release`` is a year, none for "no framework"."""

    key: str
    name: str
    summary: str
    drawback: str
    example: str
    on_balance: str
    first_release: int | None = None
    example_sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Frameworks and criteria in their order, with everything that is said about them."""

    frameworks: tuple[Framework, ...]
    criteria: tuple[Criterion, ...]
    ratings: tuple[Rating, ...]
    claims: tuple[Claim, ...]

    def only(self, keys: Sequence[str]) -> Comparison:
        """The same comparison with the named frameworks alone, in the site's own order."""
        return Comparison(
            tuple(framework for framework in self.frameworks if framework.key in keys),
            self.criteria,
            tuple(rating for rating in self.ratings if rating.framework in keys),
            tuple(claim for claim in self.claims if claim.framework in keys),
        )

    @cached_property
    def _rating_by_cell(self) -> Mapping[tuple[str, str], Rating]:
        return {(rating.framework, rating.criterion): rating for rating in self.ratings}

    def rating(self, framework: str, criterion: str) -> Rating | None:
        """The rating in one cell of the matrix; none where nobody has rated it."""
        return self._rating_by_cell.get((framework, criterion))

    def is_best(self, rating: Rating) -> bool:
        """Whether no shown framework is rated higher on that criterion and at least one lower."""
        row = [other.score for other in self.ratings if other.criterion == rating.criterion]
        return rating.score == max(row) and rating.score > min(row)

    def claims_on(self, framework: str, side: Side, criterion: str | None = None) -> tuple[Claim, ...]:
        """The pros or the cons of a framework, for one criterion or for all."""
        return tuple(
            claim
            for claim in self.claims
            if claim.framework == framework
            and claim.side is side
            and (criterion is None or claim.criterion == criterion)
        )

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Every source that something shown here rests on, once, by title."""
        found = {source.key: source for framework in self.frameworks for source in framework.example_sources}
        found |= {source.key: source for rating in self.ratings for source in rating.sources}
        found |= {citation.source.key: citation.source for c in self.claims for citation in c.citations}
        return tuple(sorted(found.values(), key=lambda source: (source.title.casefold(), source.key)))

    @cached_property
    def reviewed_on(self) -> date | None:
        """The day of the latest review of anything shown."""
        days = [rating.reviewed_on for rating in self.ratings] + [claim.reviewed_on for claim in self.claims]
        return max(days, default=None)
