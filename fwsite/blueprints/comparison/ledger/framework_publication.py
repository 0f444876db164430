"""Publication of a framework: all its drafts in one change, which can be undone as one. Nothing in here commits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select

from fwsite.blueprints.comparison import models
from fwsite.blueprints.comparison.item_form import in_words, labels_of
from fwsite.blueprints.comparison.ledger import document_mapper, journal, pending
from fwsite.blueprints.comparison.ledger.framework_work import Entry, FrameworkWork, Standing
from fwsite.blueprints.comparison.ledger.journal import Action, By
from fwsite.domain.comparison import Side
from fwsite.domain.items import Document, Kind, State, canonical, check, digest_of, rests_on
from fwsite.extend import db

_COUNTED = {
    Kind.FRAMEWORK: ("framework", "framework"),
    Kind.CLAIM: ("point", "points"),
    Kind.RATING: ("rating", "ratings"),
}


class Obstacle(NamedTuple):
    """What stands in the way, the entry that it is about, none for the framework as a whole, and its field."""

    entry: Entry | None
    text: str
    field: str = ""


@dataclass(frozen=True)
class Plan:
    """What publishing the framework would do.

    ``entries`` become public by it, ``along`` were published while the framework was a draft and come with it,
    ``left_out`` stay drafts as visitors do not see their criterion. ``sources`` are drafts that come along.
    """

    work: FrameworkWork
    entries: tuple[Entry, ...]
    along: tuple[Entry, ...]
    left_out: tuple[Entry, ...]
    sources: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def is_first(self) -> bool:
        """Whether visitors do not have the framework yet."""
        return self.work.state != State.PUBLISHED

    @property
    def coming(self) -> frozenset[str]:
        """The keys of the points that visitors can read then."""
        return frozenset(each.key for each in (*self.entries, *self.along) if each.kind is Kind.CLAIM)

    @property
    def counts(self) -> dict[str, int]:
        """How much it publishes, by the word for it."""
        found: dict[str, int] = {}
        for kind, (one, many) in _COUNTED.items():
            number = sum(each.kind is kind for each in self.entries)
            if number:
                found[one if number == 1 else many] = number
        return found

    @property
    def state(self) -> str:
        """Another text whenever it would do something else."""
        said = [
            (each.key, each.item.version if each.item else 0, digest_of(each.kind, each.document))
            for each in self.entries
        ]
        return hashlib.sha256(repr((said, self.work.state)).encode()).hexdigest()[:16]


def plan(work: FrameworkWork) -> Plan:
    """What there is to publish, and whether it can be."""
    said = [*work.points, *work.ratings]
    waiting = [each for each in said if each.waits]
    entries = [each for each in waiting if each.document["criterion"] not in work.hidden_criteria]
    if work.framework.waits:
        entries.append(work.framework)
    along = [
        each
        for each in said
        if each.standing is Standing.PUBLISHED
        and work.state != State.PUBLISHED
        and each.document["criterion"] not in work.hidden_criteria
    ]
    return Plan(
        work=work,
        entries=tuple(entries),
        along=tuple(along),
        left_out=tuple(each for each in waiting if each not in entries),
        sources=_drafted_sources([*entries, *along]),
        obstacles=tuple(_obstacles(work, entries, along)),
    )


def _drafted_sources(entries: list[Entry]) -> tuple[str, ...]:
    keys = {key for each in entries for key in rests_on(each.kind, each.document)}
    query = select(models.Source.title).where(models.Source.key.in_(keys), models.Source.state != State.PUBLISHED.value)
    return tuple(db.session.scalars(query.order_by(models.Source.title)))


def _obstacles(work: FrameworkWork, entries: list[Entry], along: list[Entry]) -> Iterator[Obstacle]:
    if work.state == State.RETIRED:
        yield Obstacle(work.framework, "It is retired. Restore it first.", "state")
    known = document_mapper.known()
    for entry in entries:
        if entry.conflicts:
            labels = labels_of(entry.kind)
            fields = ", ".join(labels[name] for name in entry.conflicts)
            text = f"Somebody has changed it in the same place ({fields}). Choose which text stays, and save."
            yield Obstacle(entry, text, entry.conflicts[0])
        for fault in check(entry.kind, canonical(entry.kind, entry.document), known):
            yield Obstacle(entry, in_words(fault, labels_of(entry.kind)).message, fault.place)
    if work.state == State.DRAFT:
        points = (each for each in (*entries, *along) if each.kind is Kind.CLAIM)
        sides = {each.document["side"] for each in points if each.document["criterion"] not in work.facts}
        for side, word in ((Side.PRO, "pro"), (Side.CON, "con")):
            if side not in sides:
                text = f"{work.name} has no {word} yet. A framework needs a point on each side to be published."
                yield Obstacle(None, text)


def publish(plan: Plan, by: By, others: Mapping[str, int]) -> models.Change:
    """Publish all of it in one batch. ``others`` counts what parts of other extensions publish with it.

    Raises what :func:`journal.save` raises.
    """
    document = {"counts": {**plan.counts, **others}, "framework": plan.work.key}
    batch = journal.begin_batch(by, Action.PUBLISHED, document)
    for entry in plan.entries:  # the framework last: what is said of it is there by then
        assert entry.item is not None  # noqa: S101 - what waits is stored
        wanted: Document = {**entry.document, "state": State.PUBLISHED.value}
        journal.save(entry.item, wanted, by, Action.EDITED, batch=batch.id)
    pending.drop({(entry.kind, entry.key): None for entry in plan.entries})
    return batch
