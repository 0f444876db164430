"""Release columns: what a package index says of each framework's newest release, as facts beside what is measured."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from fwsite.blueprints.comparison.verification import release_facts
from fwsite.domain.columns import Cell, FilledColumn
from fwsite.domain.comparison import Framework
from fwsite.domain.evidence import Evidence
from fwsite.domain.packages import Facts

GROUP = "Support"
"""What they stand under in the comparison's table, behind the facts of that group."""
_AT_LEAST = re.compile(r">=\s*(\d+(?:\.\d+)*)")


def columns(frameworks: Sequence[Framework]) -> Iterator[FilledColumn]:
    """Newest release, Pythons and licence; what is known of none of the frameworks is left out.

    The package of a framework has its key.
    """
    facts = {package.key: package.facts for package in release_facts.known() if package.facts}
    known = {each.key: facts[each.key] for each in frameworks if each.key in facts}
    for key, (label, said) in _SAID.items():
        cells = {framework: _cell(framework, said(of), of) for framework, of in known.items() if said(of)}
        if cells:
            yield FilledColumn(key, label, cells, GROUP)


def _cell(package: str, text: str, facts: Facts) -> Cell:
    return Cell(text, Evidence.SOURCED, address_of(package, facts.version))


def address_of(package: str, version: str) -> str:
    """The page of a release on the package index."""
    return f"https://pypi.org/project/{package}/{version}/"


def _newest(facts: Facts) -> str:
    day = facts.released_on
    return f"{facts.version}, {day.day} {day:%B %Y}" if day else facts.version


def _pythons(facts: Facts) -> str:
    """``3.12 and newer`` where that is all it asks of Python; otherwise as the package says it."""
    least = _AT_LEAST.fullmatch(facts.python.strip())
    return f"{least[1]} and newer" if least else facts.python


_SAID: Mapping[str, tuple[str, Callable[[Facts], str]]] = {
    "newest_release": ("Newest release", _newest),
    "python": ("Python versions", _pythons),
    "licence": ("Licence", lambda facts: facts.licence),
}
