"""Releases for stacks: the newest one of every package that fits and alternatives may name."""

from __future__ import annotations

from collections.abc import Mapping

from fwsite.domain.stacks import Release, releases_of
from fwsite.extend import known_packages, per_content_version


@per_content_version
def newest() -> Mapping[str, Release]:
    """By name on an index."""
    return releases_of(known_packages().values())


def choices(alternative: str) -> list[tuple[str, str]]:
    """The packages that an add-on of an alternative is likely to be, in the order of their names in texts.

    They are those of the framework itself and those of none: each by its name on an index, and its name in texts.
    """
    found = (package for package in known_packages().values() if package.project in ("", alternative))
    return sorted(((each.key, each.name) for each in found), key=lambda choice: choice[1].casefold())
