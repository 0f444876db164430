"""Changes between documents: what differs, and how two people's changes come together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from fwsite.domain.items import Document, Kind, State, digest_of, rests_on

_SOFT = frozenset({"reviewed_on"})
"""A later review stands beside any other change; it is never a reason to ask."""


class Merged(NamedTuple):
    """Two people's changes in one document. ``conflicts`` are the fields that both changed, differently.

    In those the document holds the text of the one whose change comes second.
    """

    document: dict[str, Any]
    conflicts: tuple[str, ...]


def changed_fields(before: Document | None, after: Document) -> tuple[str, ...]:
    """The fields whose values differ, in the order of ``after``; every field where there was nothing before."""
    return tuple(name for name in after if before is None or before.get(name) != after[name])


def merge(base: Document, mine: Document, theirs: Document) -> Merged:
    """Three-way merge: what ``mine`` changed since ``base``, put onto ``theirs``, which has every field of today."""
    document = dict(theirs)
    conflicts = []
    for name, theirs_now in theirs.items():
        value, before = mine.get(name), base.get(name)
        if value in (before, theirs_now):
            continue
        if theirs_now == before:
            document[name] = value
        elif name not in _SOFT:
            document[name] = value
            conflicts.append(name)
    return Merged(document, tuple(conflicts))


def revert(before: Document | None, after: Document, current: Document) -> Merged:
    """``current`` without the change from ``before`` to ``after``; what was made anew is retired."""
    target: Mapping[str, Any] = {**after, "state": State.RETIRED.value} if before is None else before
    return merge(after, target, current)


Key = tuple[Kind, str]


class Plan(NamedTuple):
    """What taking in an edition would do, each by kind and key, in the edition's order."""

    added: tuple[Key, ...]
    changed: tuple[Key, ...]
    retired: tuple[Key, ...]
    kept: tuple[Key, ...] = ()
    """What is new in the edition and not taken in: people changed it before, or what it refers to."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.added or self.changed or self.retired)


def import_plan(mine: Mapping[Key, Document], theirs: Mapping[Key, Document]) -> Plan:
    """What makes ``mine`` say what ``theirs`` says; nothing is deleted, what is missing there is retired."""
    return Plan(
        added=tuple(key for key in theirs if key not in mine),
        changed=tuple(key for key, document in theirs.items() if key in mine and mine[key] != document),
        retired=tuple(
            key for key, document in mine.items() if key not in theirs and document["state"] != State.RETIRED
        ),
    )


def shipped_plan(shipped: Mapping[Key, str], mine: Mapping[Key, Document], theirs: Mapping[Key, Document]) -> Plan:
    """What a new shipped edition may do: only what nobody changed since the last one follows it.

    ``shipped`` has the digest of each item as the editions so far left it.
    """

    def untouched(key: Key) -> bool:
        return key in mine and shipped.get(key) == digest_of(key[0], mine[key])

    wanted = import_plan(mine, theirs)
    new = {key: theirs[key] for key in wanted.added if key not in shipped}
    follow = {key: theirs[key] for key in wanted.changed if untouched(key)}
    taken = _fitting(
        {key: mine[key] for key in mine if not _is_held_back(key, mine[key], untouched(key))}, new | follow
    )
    return Plan(
        added=tuple(key for key in new if key in taken),
        changed=tuple(key for key in follow if key in taken),
        retired=tuple(key for key in wanted.retired if untouched(key)),
        kept=tuple(
            key
            for key in (*wanted.added, *wanted.changed)
            if key not in taken and shipped.get(key) != digest_of(key[0], theirs[key])
        ),
    )


def _is_held_back(key: Key, document: Document, is_untouched: bool) -> bool:
    """Whether it is a source that a maintainer keeps as a draft: no edition publishes what rests on it."""
    return key[0] is Kind.SOURCE and document["state"] == State.DRAFT and not is_untouched


def _fitting(mine: Mapping[Key, Document], coming: Mapping[Key, Document]) -> set[Key]:
    """What of ``coming`` finds all that it refers to: people may have left it out, or withdrawn its sources."""
    there = dict(mine)
    taken = set()
    ranks = list(Kind)
    for key in sorted(coming, key=lambda key: ranks.index(key[0])):
        if _finds_all(key[0], coming[key], there):
            there[key] = coming[key]
            taken.add(key)
    return taken


def _finds_all(kind: Kind, document: Document, there: Mapping[Key, Document]) -> bool:
    joined = [(other, document[other.value]) for other in (Kind.FRAMEWORK, Kind.CRITERION) if other.value in document]
    sources = [there.get((Kind.SOURCE, name)) for name in rests_on(kind, document)]
    if document["state"] == State.RETIRED:
        return all(key in there for key in joined) and None not in sources
    return all(key in there for key in joined) and all(it and it["state"] != State.RETIRED for it in sources)
