"""Ageing: claims whose source has changed, or whose package has moved on by a minor version since.

A person looks at such a claim once for each new version; saying that it is still true, or saving it, takes it off the
list until the next one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import select

from fwsite.blueprints.comparison import models
from fwsite.blueprints.comparison.queries import published_claims
from fwsite.blueprints.comparison.verification import release_facts
from fwsite.domain.comparison import Citation, Claim
from fwsite.domain.evidence import Found, Receipt, Release
from fwsite.domain.word_diff import Piece, words
from fwsite.extend import db, per_content_version


class Aged(NamedTuple):
    """A claim to look at: the citation that has aged, and the release beside which it has to be looked at."""

    claim: Claim
    citation: Citation
    newest: Release

    @property
    def receipt(self) -> Receipt | None:
        """What was found of the words last."""
        return self.citation.newest or self.citation.receipt

    @property
    def is_changed(self) -> bool:
        """Whether the words are not where they were; else only the version has moved on."""
        return self.citation.has_changed

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """From the quoted words to those that stand in the newest release; none where nothing like them was found."""
        passage = self.receipt.passage if self.receipt else ""
        return words(self.citation.words, passage) if passage else ()


@per_content_version
def aged() -> tuple[Aged, ...]:
    """Every published claim to look at, changed words first, each citation by itself."""
    rows = db.session.execute(select(models.StillTrue.claim_key, models.StillTrue.package, models.StillTrue.version))
    looked_at = {(row.claim_key, row.package): Release(row.package, row.version) for row in rows}
    newest = _newest()
    found = [each for claim in published_claims() for each in _of_claim(claim, newest, looked_at)]
    return tuple(sorted(found, key=lambda each: not each.is_changed))


def _newest() -> dict[str, Release]:
    """The newest release of each package, as far as anybody has looked."""
    facts = {package.key: package.facts for package in release_facts.known()}
    return {key: Release(key, fact.version) for key, fact in facts.items() if fact}


def _of_claim(
    claim: Claim, newest: Mapping[str, Release], looked_at: Mapping[tuple[str, str], Release]
) -> Iterator[Aged]:
    for citation in claim.citations:
        release = citation.source.release
        if release is None:
            continue
        beside = _latest(citation, release, newest)
        seen = looked_at.get((claim.key, release.package))
        is_misquoted = citation.receipt is not None and citation.receipt.found is not Found.THERE
        is_new = seen is None or beside.is_later_than(seen)
        if is_misquoted or (is_new and _has_moved_on(claim, citation, release, beside)):
            yield Aged(claim, citation, beside)


def _latest(citation: Citation, release: Release, newest: Mapping[str, Release]) -> Release:
    """The latest release of the package that is known of."""
    looked_at = citation.newest.release if citation.newest else None
    known = [release, newest.get(release.package), looked_at]
    return max((each for each in known if each), key=lambda each: each.order)


def _has_moved_on(claim: Claim, citation: Citation, release: Release, newest: Release) -> bool:
    """Whether the words or the minor version are others now, and the claim was not written beside those."""
    quoted = [each.source.release for each in claim.citations]
    if citation.has_changed:
        return newest not in quoted
    beside = [each for each in quoted if each and each.package == newest.package]
    return release.is_minor_behind(newest) and all(each.is_minor_behind(newest) for each in beside)


def acknowledge(claim: str) -> None:
    """Note that somebody looked at the claim beside the newest releases that are known. The caller commits."""
    for each in aged():
        if each.claim.key == claim:
            place = {"claim_key": claim, "package": each.newest.package}
            row = db.session.get(models.StillTrue, place) or models.StillTrue(**place)
            row.version = each.newest.version
            db.session.add(row)
            db.session.flush()
