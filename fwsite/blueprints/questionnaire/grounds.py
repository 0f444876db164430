"""Grounds: the published points that fits may rest on, as the parts of the site that have them say."""

from __future__ import annotations

from collections.abc import Mapping

from fwsite.domain import grounds as rules
from fwsite.domain.questionnaire import Definition, Fault
from fwsite.extend import Ground, grounds, package_names, per_content_version


def published() -> Mapping[str, Ground] | None:
    """Every point by its key; none where nobody can say which there are, so that nothing is called wrong."""
    found = grounds()
    return None if found is None else {ground.key: ground for ground in found}


@per_content_version
def published_keys() -> frozenset[str] | None:
    """The keys of the points."""
    found = published()
    return None if found is None else frozenset(found)


def faults(definition: Definition) -> list[Fault]:
    """The fits that are called measured or sourced and rest on what does not carry it."""
    found = published()
    return [] if found is None else list(rules.faults(definition, quoted(found), package_names()))


def quoted(found: Mapping[str, Ground]) -> dict[str, str | None]:
    """The words that each point quotes; where its part of the site says none, the point itself."""
    return {key: _words(ground) for key, ground in found.items()}


def _words(ground: Ground) -> str | None:
    if not ground.is_published:
        return None
    return ground.text if ground.words is None else ground.words


def choices(found: Mapping[str, Ground] | None, about: str) -> list[tuple[str, str]]:
    """What a fit of this alternative may be given for a ground: keys, each with what it says."""
    return [(key, f"{key}: {ground.text}") for key, ground in (found or {}).items() if ground.about == about]


def unknown(definition: Definition) -> list[Fault]:
    """The fits that are called measured or sourced and rest on what is not there at all, in whatever state.

    What a fit names is asked of those alone whose points can be read.
    """
    found = grounds(unpublished=True)
    if found is None:
        return []
    return list(rules.faults(definition, quoted({ground.key: ground for ground in found}), package_names()))
