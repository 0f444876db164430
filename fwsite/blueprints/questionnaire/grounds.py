"""Grounds: the published points that fits may rest on, as the parts of the site that have them say."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from fwsite.domain import grounds as rules
from fwsite.domain.questionnaire import Definition, Fault
from fwsite.extend import Ground, grounds, per_content_version


def published() -> Mapping[str, Ground] | None:
    """Every published point by its key; none where nobody can say which there are, so that nothing is called wrong."""
    found = with_drafts()
    return None if found is None else {key: ground for key, ground in found.items() if ground.is_published}


def with_drafts() -> Mapping[str, Ground] | None:
    """The same with those that only maintainers know."""
    found = grounds(drafts=True)
    return None if found is None else {ground.key: ground for ground in found}


@per_content_version
def published_keys() -> frozenset[str] | None:
    """The keys of the published points."""
    found = published()
    return None if found is None else frozenset(found)


def faults(definition: Definition) -> list[Fault]:
    """The fits that are called measured or sourced and rest on what no visitor can read, or that name a draft."""
    found = with_drafts()
    if found is None:
        return []
    known = {key for key, ground in found.items() if ground.is_published}
    return list(rules.faults(definition, known, found.keys() - known))


def usable(found: Mapping[str, Ground] | None, about: str) -> frozenset[str] | None:
    """What a fit of this framework may rest on in a draft: what is published, and drafts about the framework itself."""
    if found is None:
        return None
    return frozenset(key for key, each in found.items() if each.is_published or each.about == about)


def of_framework(about: str) -> list[Ground]:
    """The points about a framework, drafts too."""
    return [ground for ground in (with_drafts() or {}).values() if ground.about == about]


def choices(drafts_of: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """What a fit of each alternative may be given for a ground: keys, each with what it says."""
    found: dict[str, list[tuple[str, str]]] = {}
    for key, ground in (with_drafts() or {}).items():
        if ground.is_published or ground.about in drafts_of:
            found.setdefault(ground.about, []).append((key, f"{key}: {ground.text}"))
    return found
