"""Packages that texts name: what each is called, whose field it is, and what is known of its newest release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fwsite.domain.questionnaire import Fault


@dataclass(frozen=True)
class Facts:
    """The newest release of a package as an index describes it, and the day that was read.

    ``python`` is the Python versions it needs, ``requires`` the names of the packages that a plain install brings,
    ``size`` the bytes of the file that pip takes, ``is_wheel`` whether that needs no build.
    """

    version: str
    released_on: date | None
    python: str
    requires: tuple[str, ...]
    licence: str
    size: int
    is_wheel: bool
    read_on: date

    def as_table(self) -> dict[str, Any]:
        """As it stands in a file, days as days."""
        return {
            "version": self.version,
            **({"released_on": self.released_on} if self.released_on else {}),
            "python": self.python,
            "requires": list(self.requires),
            "licence": self.licence,
            "size": self.size,
            "is_wheel": self.is_wheel,
            "read_on": self.read_on,
        }

    @classmethod
    def of_table(cls, table: Mapping[str, Any]) -> Facts:
        """What :meth:`as_table` wrote; days may be texts, as JSON has them."""
        return cls(
            version=str(table["version"]),
            released_on=_day(table.get("released_on")),
            python=str(table["python"]),
            requires=tuple(map(str, table["requires"])),
            licence=str(table["licence"]),
            size=int(table["size"]),
            is_wheel=bool(table["is_wheel"]),
            read_on=_day(table["read_on"]) or date.min,
        )


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Package:
    """A package by its name on an index, normalised, and its name in texts.

    ``project`` is the framework that it is for, or is; empty for what belongs to none.
    """

    key: str
    name: str
    project: str = ""
    facts: Facts | None = field(default=None, compare=False)


def parse_packages(table: Mapping[str, Any]) -> tuple[tuple[Package, ...], list[Fault]]:
    """The packages of a file, and everything that is wrong with it."""
    packages: dict[str, Package] = {}
    faults: list[Fault] = []
    given = table.get("packages", [])
    if not isinstance(given, list) or not all(isinstance(row, Mapping) for row in given):
        return (), [Fault("packages", "must be a list of tables")]
    for number, row in enumerate(given):
        place = f"packages.{row.get('key', number + 1)}"
        try:
            facts = Facts.of_table(row) if "version" in row else None
        except (KeyError, TypeError, ValueError) as error:
            faults.append(Fault(place, f"has facts of a release that cannot be read: {error}"))
            continue
        texts = [row.get(name, "") for name in ("key", "name", "project")]
        if not all(isinstance(text, str) for text in texts) or not texts[0] or not texts[1]:
            faults.append(Fault(place, "needs a key, its name on an index, and a name, both as texts"))
        elif texts[0] in packages:
            faults.append(Fault(place, "is there more than once"))
        else:
            packages[texts[0]] = Package(texts[0], texts[1], texts[2], facts)
    return tuple(packages.values()), faults
