"""Grounds: the published points that fits may rest on, as the parts of the site that have them say."""

from __future__ import annotations

from collections.abc import Mapping

from fwsite.domain import grounds as rules
from fwsite.domain.questionnaire import Definition, Fault
from fwsite.extend import Ground, grounds, per_content_version


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
    """The fits that are called measured or sourced and rest on what no visitor can read."""
    found = published()
    return [] if found is None else list(rules.faults(definition, found))


def choices(found: Mapping[str, Ground] | None, about: str) -> list[tuple[str, str]]:
    """What a fit of this alternative may be given for a ground: keys, each with what it says."""
    return [(key, f"{key}: {ground.text}") for key, ground in (found or {}).items() if ground.about == about]


def unknown(definition: Definition) -> list[Fault]:
    """The fits that are called measured or sourced and rest on what is not there at all, in whatever state."""
    found = grounds(unpublished=True)
    return [] if found is None else list(rules.faults(definition, {ground.key for ground in found}))
