"""Evidence summary: how many claims rest on what, framework by framework, pros and cons held to one standard."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from fwsite.domain.comparison import Citation, Claim, Side
from fwsite.domain.evidence import Evidence, Found, Release, Voice


class Support(StrEnum):
    """What a claim rests on, strongest first; the first that holds counts."""

    MEASURED = "measured"
    VERIFIED = "verified"
    """Words that a machine has found in a release."""
    QUOTED = "quoted"
    """Words of a release that no machine has looked for yet, or not found."""
    READ = "read"
    """A page that a person has read."""
    OPINION = "opinion"


def support_of(claim: Claim) -> Support:
    """What the claim rests on."""
    if claim.evidence is Evidence.MEASURED:
        return Support.MEASURED
    if claim.evidence is Evidence.OPINION or not claim.citations:
        return Support.OPINION
    if any(citation.is_verified for citation in claim.citations):
        return Support.VERIFIED
    return Support.QUOTED if any(citation.source.archive for citation in claim.citations) else Support.READ


class Row(NamedTuple):
    """The pros, the cons or the facts of a framework, which have no ``side``.

    ``independent`` counts those with a voice other than the project's own.
    """

    framework: str
    side: Side | None
    claims: int
    by_support: Mapping[Support, int]
    independent: int
    changed: int

    @property
    def on_verified(self) -> int:
        """Per cent of the claims that rest on what was measured or verified."""
        strong = self.by_support[Support.MEASURED] + self.by_support[Support.VERIFIED]
        return round(100 * strong / self.claims) if self.claims else 0


def rows(claims: Iterable[Claim]) -> list[Row]:
    """A row for each framework and side that has claims, and one for its facts, in the order in which they come."""
    found: defaultdict[tuple[str, Side | None], list[Claim]] = defaultdict(list)
    for claim in claims:
        found[claim.framework, None if claim.answer else claim.side].append(claim)
    return [
        Row(
            framework,
            side,
            len(those),
            Counter(map(support_of, those)),
            sum(1 for claim in those if _has_independent_voice(claim)),
            sum(1 for claim in those if has_changed(claim)),
        )
        for (framework, side), those in found.items()
    ]


def _has_independent_voice(claim: Claim) -> bool:
    return claim.evidence is not Evidence.OPINION and any(
        citation.source.voice is Voice.INDEPENDENT for citation in claim.citations
    )


def has_changed(claim: Claim) -> bool:
    """Whether words that the claim rests on are not where they were."""
    return any(citation.has_changed for citation in claim.citations)


class ReleaseRow(NamedTuple):
    """One archive that claims quote: how many quotations, how many of them were found there, the day, and by whom."""

    release: Release
    archive: str
    quotations: int
    found: int
    checked_on: date | None
    changed: int
    """How many of its words are not in the newest release that was looked at."""
    newest: str
    """That release's version, where one was looked at."""


def releases(claims: Iterable[Claim]) -> list[ReleaseRow]:
    """A row for each archive that is quoted, by package, the newest version first."""
    by_archive: defaultdict[str, list[Citation]] = defaultdict(list)
    for claim in claims:
        for citation in claim.citations:
            if citation.source.release is not None:
                by_archive[citation.source.archive].append(citation)
    found = [_release_row(archive, citations) for archive, citations in by_archive.items()]
    found.sort(key=lambda row: row.release.order, reverse=True)
    return sorted(found, key=lambda row: row.release.package)


def _release_row(archive: str, citations: list[Citation]) -> ReleaseRow:
    release = citations[0].source.release
    assert release is not None  # noqa: S101 - they were chosen by it
    days = [citation.receipt.checked_on for citation in citations if citation.receipt]
    newest = [citation.newest for citation in citations if citation.newest]
    looked_at = {receipt.release.version for receipt in newest if receipt.release}
    return ReleaseRow(
        release,
        archive,
        len(citations),
        sum(1 for citation in citations if citation.is_verified),
        min(days, default=None),
        sum(1 for receipt in newest if receipt.found is not Found.THERE),
        ", ".join(sorted(looked_at)),
    )
