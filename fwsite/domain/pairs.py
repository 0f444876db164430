"""Pair: two frameworks beside each other, what each is rated higher for, and what speaks for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from fwsite.domain.comparison import Claim, Comparison, Criterion, Framework, Side
from fwsite.domain.english import inside, joined
from fwsite.domain.evidence import Evidence

POINTS = 5
"""So many points speak for each of the two; the rest stands on its own page."""
_ON_ONE_CRITERION = 2
"""No more of them are about one criterion, so that a page does not say one thing five times."""
_WEIGHT = {Evidence.MEASURED: 0, Evidence.SOURCED: 1, Evidence.OPINION: 2}


@dataclass(frozen=True)
class Half:
    """One of the two: ``ahead`` are the criteria on which it is rated higher, widest gap first."""

    framework: Framework
    ahead: tuple[Criterion, ...]
    points: tuple[Claim, ...]


@dataclass(frozen=True)
class Pair:
    """Two frameworks in the site's order; ``equal`` are the criteria on which both have the same rating."""

    first: Half
    second: Half
    equal: tuple[Criterion, ...]

    @property
    def halves(self) -> tuple[Half, Half]:
        """Both."""
        return self.first, self.second

    @property
    def finding(self) -> str:
        """Who is rated higher for what, in a sentence; empty where nothing is rated."""
        said = [f"{half.framework.name} is rated higher for {_names(half.ahead)}" for half in self.halves if half.ahead]
        if not said:
            return "Both have the same ratings." if self.equal else ""
        return "; ".join(said) + "."


def _names(criteria: tuple[Criterion, ...]) -> str:
    names = [inside(criterion.name) for criterion in criteria]
    if len(names) > 1 and any(" and " in name for name in names):
        return f"{', '.join(names[:-1])}, and {names[-1]}"
    return joined(names)


def called(name: str) -> str:
    """A framework's name inside a sentence: "no framework" is no proper name."""
    return inside(name) if name.startswith("No ") else name


class Named(NamedTuple):
    """A framework by its key and its name, which is all that a link needs."""

    key: str
    name: str


class Two(NamedTuple):
    """Two frameworks in the site's order."""

    first: Named
    second: Named

    @property
    def name(self) -> str:
        """What the pair is called: "Django or Flask", "Flask or no framework"."""
        return f"{self.first.name} or {called(self.second.name)}"


def pairs_of(names: Mapping[str, str]) -> list[Two]:
    """Each two of the frameworks once; ``names`` has them by key, in the site's order."""
    return [Two(Named(*first), Named(*second)) for first, second in combinations(names.items(), 2)]


def make_pair(comparison: Comparison, first: Framework, second: Framework) -> Pair:
    """What the comparison says of these two beside each other."""
    gaps = {criterion.key: _gap(comparison, first, second, criterion) for criterion in comparison.criteria}
    equal = tuple(criterion for criterion in comparison.criteria if gaps[criterion.key] == 0)
    behind = {key: None if gap is None else -gap for key, gap in gaps.items()}
    return Pair(_half(comparison, first, gaps), _half(comparison, second, behind), equal)


def _gap(comparison: Comparison, first: Framework, second: Framework, criterion: Criterion) -> int | None:
    one, other = (comparison.rating(framework.key, criterion.key) for framework in (first, second))
    return None if one is None or other is None else one.score - other.score


def _half(comparison: Comparison, framework: Framework, gaps: dict[str, int | None]) -> Half:
    ahead = [criterion for criterion in comparison.criteria if (gaps[criterion.key] or 0) > 0]
    ahead.sort(key=lambda criterion: -(gaps[criterion.key] or 0))
    return Half(framework, tuple(ahead), _points(comparison, framework, gaps))


def _points(comparison: Comparison, framework: Framework, gaps: dict[str, int | None]) -> tuple[Claim, ...]:
    """Pros, those on criteria where it is furthest ahead first, and what is measured or sourced before opinions."""
    pros = sorted(
        comparison.claims_on(framework.key, Side.PRO),
        key=lambda claim: (-(gaps.get(claim.criterion) or 0), _WEIGHT[claim.evidence]),
    )
    found: list[Claim] = []
    for claim in pros:
        alike = sum(other.criterion == claim.criterion for other in found)
        if alike < _ON_ONE_CRITERION and not (claim.measured and claim.measured.is_contradicted):
            found.append(claim)
    return tuple(found[:POINTS])
