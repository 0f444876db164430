"""Comparison: frameworks, criteria, ratings, pros and cons, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from fwsite.domain.evidence import Evidence, Found, Receipt, Release, Voice
from fwsite.domain.verdict import Measured

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
    """Where a claim comes from: what it is called, its address, and when it was read.

    ``key`` names it permanently; ``publisher`` and ``author`` are empty, and ``published`` is ``None``, where that is
    not known. A file of a release has ``archive`` and ``file``, its path in there, and perhaps the archive's
    ``sha256``.
    ``voice`` says whose words they are, where that is known.
    """

    key: str
    title: str
    url: str
    read_on: date
    publisher: str = ""
    author: str = ""
    published: date | None = None
    voice: Voice | None = None
    archive: str = ""
    sha256: str = ""
    file: str = ""

    @property
    def release(self) -> Release | None:
        """The release that the source is a file of; none for a page."""
        return Release.of_archive(self.archive) if self.archive else None


@dataclass(frozen=True)
class Citation:
    """A source, and the words of it that the claim rests on.

    ``receipt`` says what became of the words in the archive that is named, ``newest`` in that of the newest release
    that was looked at; each is none where nobody has looked.
    """

    source: Source
    words: str = ""
    receipt: Receipt | None = None
    newest: Receipt | None = None

    @property
    def is_verified(self) -> bool:
        """Whether a machine has found the words where they are said to be."""
        return self.receipt is not None and self.receipt.found is Found.THERE

    @property
    def has_changed(self) -> bool:
        """Whether the words are not where they were: in their own archive, or in the newest one."""
        return any(receipt and receipt.found is not Found.THERE for receipt in (self.receipt, self.newest))


@dataclass(frozen=True)
class Rating:
    """A framework's rating on one criterion: ``score`` is 1 to 5, ``reason`` one line of Markdown.

    ``framework`` and ``criterion`` are keys, and together name it permanently; ``reviewed_on`` is the day when somebody
    last looked whether it still holds. It is an opinion and has no ``sources``, unless this site measured it.
    """

    framework: str
    criterion: str
    score: int
    reason: str
    evidence: Evidence
    reviewed_on: date
    sources: tuple[Source, ...] = ()
    measured: Measured | None = None


@dataclass(frozen=True)
class Claim:
    """One pro or con of a framework: ``text`` is one line of Markdown, for the filter ``inline`` of templates.

    ``key`` names it permanently, and is unique; ``framework`` and ``criterion`` are keys; ``side`` says whether
    it speaks for or against; ``reviewed_on`` is the day when somebody last looked whether it still holds;
    ``citations`` are what it rests on, ``measured`` is what this site's own measurement says of it, where it does.
    A fact is a claim on a row of the table of facts: its ``answer`` is the text in the cell, such as "built in".
    """

    key: str
    framework: str
    criterion: str
    side: Side
    text: str
    evidence: Evidence
    reviewed_on: date
    citations: tuple[Citation, ...] = ()
    answer: str = ""
    measured: Measured | None = None


@dataclass(frozen=True)
class Criterion:
    """What frameworks are compared by: rated, or with a ``group``, a row of the table of facts."""

    key: str
    name: str
    question: str
    finding: str
    group: str = ""


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


class Total(NamedTuple):
    """How many claims there are of a kind, how many of them are measured, and when one was last reviewed."""

    claims: int
    measured: int
    reviewed_on: date


@dataclass(frozen=True)
class Comparison:
    """Frameworks and criteria in their order, with everything that is said about them.

    ``criteria`` are those that are rated, and ``claims`` the pros and cons on them. ``rows`` are the criteria of the
    table of facts, and ``facts`` the claims on those: answers, and what else is to be said.
    """

    frameworks: tuple[Framework, ...]
    criteria: tuple[Criterion, ...]
    ratings: tuple[Rating, ...]
    claims: tuple[Claim, ...]
    totals: Mapping[tuple[str, str, Side], Total] | None = None
    """What there is by framework, criterion and side, where ``claims`` and ``facts`` are not all of it."""
    rows: tuple[Criterion, ...] = ()
    facts: tuple[Claim, ...] = ()

    def only(self, keys: Sequence[str]) -> Comparison:
        """The same comparison with the named frameworks alone, in the site's own order."""
        return Comparison(
            tuple(framework for framework in self.frameworks if framework.key in keys),
            self.criteria,
            tuple(rating for rating in self.ratings if rating.framework in keys),
            tuple(claim for claim in self.claims if claim.framework in keys),
            None if self.totals is None else {cell: n for cell, n in self.totals.items() if cell[0] in keys},
            self.rows,
            tuple(claim for claim in self.facts if claim.framework in keys),
        )

    def framework(self, key: str) -> Framework | None:
        """The framework with that key."""
        return next((framework for framework in self.frameworks if framework.key == key), None)

    def criterion(self, key: str) -> Criterion | None:
        """The criterion with that key, rated or a row of facts."""
        return next((criterion for criterion in (*self.criteria, *self.rows) if criterion.key == key), None)

    @cached_property
    def groups(self) -> Mapping[str, tuple[Criterion, ...]]:
        """The rows of facts by the name of their group, groups and rows in the order of the rows."""
        found: dict[str, list[Criterion]] = {}
        for row in self.rows:
            found.setdefault(row.group, []).append(row)
        return {group: tuple(rows) for group, rows in found.items()}

    @cached_property
    def _facts_by_cell(self) -> Mapping[tuple[str, str], tuple[Claim, ...]]:
        found: dict[tuple[str, str], list[Claim]] = {}
        for claim in self.facts:
            found.setdefault((claim.framework, claim.criterion), []).append(claim)
        return {cell: tuple(claims) for cell, claims in found.items()}

    def fact(self, framework: str, row: str) -> Claim | None:
        """What answers a row of facts for a framework: the first claim there with an answer."""
        return next((claim for claim in self._facts_by_cell.get((framework, row), ()) if claim.answer), None)

    def said_on(self, framework: str, row: str) -> tuple[Claim, ...]:
        """What else is said of a framework on a row of facts, beside what answers it."""
        answer = self.fact(framework, row)
        return tuple(claim for claim in self._facts_by_cell.get((framework, row), ()) if claim is not answer)

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

    @cached_property
    def _claims_by_side(self) -> Mapping[tuple[str, Side], tuple[Claim, ...]]:
        found: dict[tuple[str, Side], list[Claim]] = {}
        for claim in self.claims:
            found.setdefault((claim.framework, claim.side), []).append(claim)
        return {key: tuple(claims) for key, claims in found.items()}

    def claims_on(self, framework: str, side: Side, criterion: str | None = None) -> tuple[Claim, ...]:
        """The pros or the cons of a framework, on one criterion or row of facts, or on all criteria that are rated."""
        claims = self._claims_by_side.get((framework, side), ())
        if criterion is None:
            return claims
        on_row = (claim for claim in self._facts_by_cell.get((framework, criterion), ()) if claim.side is side)
        return (*(claim for claim in claims if claim.criterion == criterion), *on_row)

    def total(self, framework: str, side: Side, criterion: str | None = None) -> int:
        """How many pros or cons there are, likewise, also where not all of them are here."""
        if self.totals is None:
            return len(self.claims_on(framework, side, criterion))
        rows = {row.key for row in self.rows}
        return sum(
            total.claims
            for (of, on, which), total in self.totals.items()
            if of == framework and which is side and (on == criterion or (criterion is None and on not in rows))
        )

    def total_in(self, framework: str, criterion: str) -> int:
        """How many pros and cons there are in one cell, also where not all of them are here."""
        return sum(self.total(framework, side, criterion) for side in Side)

    def shown_in(self, framework: str, criterion: str) -> int:
        """How many pros and cons of one cell are here."""
        return sum(len(self.claims_on(framework, side, criterion)) for side in Side)

    @cached_property
    def is_measured(self) -> bool:
        """Whether anything rests on a measurement."""
        if self.totals is not None and any(total.measured for total in self.totals.values()):
            return True
        marks = [rating.evidence for rating in self.ratings]
        marks += [claim.evidence for claim in (*self.claims, *self.facts)]
        return Evidence.MEASURED in marks

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Every source that something shown here rests on, once, by title."""
        found = {source.key: source for framework in self.frameworks for source in framework.example_sources}
        found |= {source.key: source for rating in self.ratings for source in rating.sources}
        found |= {source.key: source for source in sources_cited((*self.claims, *self.facts))}
        return tuple(sorted(found.values(), key=_by_title))

    @cached_property
    def reviewed_on(self) -> date | None:
        """The day of the latest review of anything shown."""
        days = [rating.reviewed_on for rating in self.ratings]
        days += [claim.reviewed_on for claim in (*self.claims, *self.facts)]
        days += [total.reviewed_on for total in (self.totals or {}).values()]
        return max(days, default=None)


def sources_cited(claims: Iterable[Claim]) -> tuple[Source, ...]:
    """Every source that one of the claims cites, once, by title."""
    found = {citation.source.key: citation.source for claim in claims for citation in claim.citations}
    return tuple(sorted(found.values(), key=_by_title))


def _by_title(source: Source) -> tuple[str, str]:
    return source.title.casefold(), source.key
