"""Stacks: what to install for a recommendation, what of it brings what, and the line that installs it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from fwsite.domain.answers import Answers
from fwsite.domain.packages import Facts, Package
from fwsite.domain.questionnaire import FIT_MAX, Definition

STALE_YEARS = 2
"""A package without a release for so many years is called so."""


class Release(NamedTuple):
    """A package's newest release on the day that was read; ``key`` is its name on an index, ``name`` that in texts.

    Without a version nobody has read any.
    """

    key: str
    name: str
    version: str = ""
    released_on: date | None = None
    python: str = ""
    licence: str = ""
    read_on: date | None = None

    @classmethod
    def of(cls, key: str, name: str, facts: Facts | None) -> Release:
        """What a result keeps of the facts that are known."""
        if facts is None:
            return cls(key, name)
        return cls(key, name, facts.version, facts.released_on, facts.python, facts.licence, facts.read_on)

    @property
    def is_stale(self) -> bool:
        """Whether it was without a release for :data:`STALE_YEARS` when that was read."""
        if self.released_on is None or self.read_on is None:
            return False
        year = self.released_on.year + STALE_YEARS
        return (year, self.released_on.month, self.released_on.day) <= (
            self.read_on.year,
            self.read_on.month,
            self.read_on.day,
        )


Releases = Mapping[str, Release]
"""By index name, without extras."""


def releases_of(known: Iterable[Package]) -> Releases:
    """The newest release of each package."""
    return {package.key: Release.of(package.key, package.name, package.facts) for package in known}


class Part(NamedTuple):
    """Something that the visitor asked for, an option of a question, and the packages that bring it; with none it is
    built in."""

    question: str
    option: str
    packages: tuple[str, ...]


class Stack(NamedTuple):
    """What one alternative is installed with: ``packages`` are index names with their extras, its own first.

    ``parts`` are those of the options chosen that are built in, or that packages bring. ``install`` is the command,
    empty where there is nothing to install; ``start`` begins a project.
    """

    alternative: str
    packages: tuple[str, ...]
    parts: tuple[Part, ...]
    install: str
    start: str


def stack(definition: Definition, answers: Answers, alternative: str, releases: Releases) -> Stack:
    """The stack of one alternative for these answers."""
    parts = tuple(_parts(definition, answers, alternative))
    own = definition.alternative_by_key[alternative]
    packages = tuple(dict.fromkeys([*own.packages, *(name for part in parts for name in part.packages)]))
    wanted = " ".join(f'"{requirement(name, releases)}"' for name in packages)
    install = f"python -m pip install {wanted}" if packages else ""
    return Stack(alternative, packages, parts, install, own.start)


def _parts(definition: Definition, answers: Answers, alternative: str) -> Iterator[Part]:
    for question in definition.questions:
        for key in answers[question.key].options if answers[question.key].counts else ():
            fit = question.by_key[key].fits.get(alternative)
            if fit is not None and (fit.via or (question.parts and fit.value == FIT_MAX)):
                yield Part(question.key, key, fit.via)


def index_name(package: str) -> str:
    """``channels`` of ``channels[daphne]``."""
    return package.partition("[")[0]


def requirement(package: str, releases: Releases) -> str:
    """The package as pip takes it: this release or a compatible later one, by PEP 440."""
    known = releases.get(index_name(package))
    if known is None or not known.version:
        return package
    return f"{package}{'~=' if '.' in known.version else '>='}{known.version}"


def stack_document(found: Stack) -> dict[str, Any]:
    """The stack as JSON-ready data."""
    return {
        "alternative": found.alternative,
        "install": found.install,
        "start": found.start,
        "packages": list(found.packages),
        "parts": [
            {"question": part.question, "option": part.option, "packages": list(part.packages)} for part in found.parts
        ],
    }


def release_document(release: Release) -> dict[str, Any]:
    """A release as JSON-ready data, days as ISO 8601 has them."""
    return {
        "key": release.key,
        "name": release.name,
        "version": release.version,
        "released_on": _text(release.released_on),
        "python": release.python,
        "licence": release.licence,
        "read_on": _text(release.read_on),
        "is_stale": release.is_stale,
    }


def restored_release(table: Mapping[str, Any]) -> Release:
    """What :func:`release_document` wrote."""
    days = {name: table[name] and date.fromisoformat(table[name]) for name in ("released_on", "read_on")}
    return Release(
        table["key"],
        table["name"],
        table["version"],
        days["released_on"],
        table["python"],
        table["licence"],
        days["read_on"],
    )


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def restored_stack(table: Mapping[str, Any]) -> Stack:
    """What :func:`stack_document` wrote."""
    parts = (Part(row["question"], row["option"], tuple(row["packages"])) for row in table["parts"])
    return Stack(table["alternative"], tuple(table["packages"]), tuple(parts), table["install"], table["start"])
