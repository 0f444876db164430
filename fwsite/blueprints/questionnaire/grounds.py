"""Grounds: the published points that fits may rest on, as the parts of the site that have them say."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from fwsite.domain import grounds as rules
from fwsite.domain.questionnaire import Definition, Fault
from fwsite.extend import Ground, grounds, package_names, per_content_version


def published() -> Mapping[str, Ground] | None:
    """Every published point by its key; none where nobody can say which there are, so that nothing is called wrong."""
    found = with_drafts()
    return None if found is None else {key: ground for key, ground in found.items() if ground.is_published}


def with_drafts() -> Mapping[str, Ground] | None:
    """The same with drafts, which only maintainers know; what is retired has no text."""
    found = grounds(unpublished=True)
    return None if found is None else {ground.key: ground for ground in found if ground.text}


@per_content_version
def published_keys() -> frozenset[str] | None:
    """The keys of the published points."""
    found = published()
    return None if found is None else frozenset(found)


@per_content_version
def measured_keys() -> frozenset[str]:
    """The keys of the published points that a measurement in force speaks for."""
    return measured(published() or {})


def measured(found: Mapping[str, Ground]) -> frozenset[str]:
    """Those of some points that a measurement in force speaks for."""
    return frozenset(key for key, ground in found.items() if ground.is_measured)


def faults(definition: Definition, *, in_force: bool = True) -> list[Fault]:
    """The fits that are called measured or sourced and rest on what does not carry it, or that name a draft.

    Whether a measurement speaks for them today is only asked with ``in_force``: receipts expire by themselves, and
    a file is not worse for it.
    """
    found = with_drafts()
    if found is None:
        return []
    known = {key: ground for key, ground in found.items() if ground.is_published}
    receipts = measured(known) if in_force else None
    return list(rules.faults(definition, quoted(known), package_names(), found.keys() - known.keys(), receipts))


def quoted(found: Mapping[str, Ground]) -> dict[str, str | None]:
    """The words that each point quotes; where its part of the site says none, the point itself."""
    return {key: _words(ground) for key, ground in found.items()}


def _words(ground: Ground) -> str | None:
    if not ground.text:
        return None
    return ground.text if ground.words is None else ground.words


def unknown(definition: Definition) -> list[Fault]:
    """The fits that are called measured or sourced and rest on what is not there at all, in whatever state.

    What a fit names is asked of those alone whose points can be read.
    """
    found = grounds(unpublished=True)
    if found is None:
        return []
    return list(rules.faults(definition, quoted({ground.key: ground for ground in found}), package_names()))


class Usable(NamedTuple):
    """What a fit may rest on: the words of each point, by its key; the names that it may have without them; and the
    points that a measurement speaks for.
    """

    words: Mapping[str, str | None]
    packages: Collection[str]
    free: Collection[str]
    measured: Collection[str]


def usable(definition: Definition, found: Mapping[str, Ground] | None, about: str) -> Usable | None:
    """What a fit of this framework may rest on in a draft: what is published, and drafts about the framework itself."""
    if found is None:
        return None
    return usable_of(definition, {key: each for key, each in found.items() if each.is_published or each.about == about})


def usable_of(definition: Definition, found: Mapping[str, Ground]) -> Usable:
    """The same of points that were chosen already."""
    return Usable(quoted(found), package_names(), rules.free_of(definition), measured(found))


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
