"""Framework workspace: everything that is said of one framework, published or not, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import select

from fwsite.blueprints.comparison import models
from fwsite.blueprints.comparison.ledger import document_mapper, pending
from fwsite.blueprints.comparison.ledger.listing import names
from fwsite.domain.changes import Key
from fwsite.domain.comparison import Side
from fwsite.domain.items import Item, Kind, State, canonical
from fwsite.extend import Criterion as CriterionRow
from fwsite.extend import db


class Standing(StrEnum):
    """Where something stands, in the words of the page."""

    PUBLISHED = "published"
    DRAFT = "draft"
    CHANGED = "changed in draft"
    RETIRED = "retired"
    MISSING = "missing"


class Entry(NamedTuple):
    """An item of the framework: as it is stored, and ``document``, as it is to read once the framework is published.

    ``conflicts`` are the fields that were changed otherwise since the draft was written.
    """

    kind: Kind
    key: str
    standing: Standing
    document: dict[str, Any]
    item: Item | None = None
    conflicts: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether it is to be published."""
        return self.standing in (Standing.DRAFT, Standing.CHANGED)


@dataclass(frozen=True)
class FrameworkWork:
    """What maintainers see of one framework.

    ``ratings`` has an entry for each criterion that is rated and not retired, ``facts`` the points on rows of facts.
    """

    framework: Entry
    points: tuple[Entry, ...]
    ratings: tuple[Entry, ...]
    facts: Mapping[str, tuple[Entry, ...]]
    """By the row's key, those with an answer first; also of rows that have none."""
    criteria: dict[str, str]
    """What each criterion is called, retired ones too."""
    hidden_criteria: frozenset[str]
    """Those that visitors do not see."""

    @property
    def key(self) -> str:
        """The framework's key."""
        return self.framework.key

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.framework.document["name"])

    @property
    def state(self) -> str:
        """The state of the framework itself."""
        return self.framework.item.document["state"] if self.framework.item else ""

    def of_side(self, side: Side) -> list[Entry]:
        """The pros or cons of it, without what is said on rows of facts."""
        said = (each for each in self.points if each.document["criterion"] not in self.facts)
        return [each for each in said if each.document["side"] == side]

    @cached_property
    def wanted_facts(self) -> Mapping[str, tuple[Entry, ...]]:
        """Those on rows that visitors see."""
        return {row: said for row, said in self.facts.items() if row not in self.hidden_criteria}

    @property
    def unanswered(self) -> list[str]:
        """The rows that visitors see without an answer for it."""
        return [row for row, said in self.wanted_facts.items() if not any(each.document["answer"] for each in said)]

    @cached_property
    def wanted_ratings(self) -> list[Entry]:
        """Those on criteria that visitors see."""
        return [each for each in self.ratings if each.document["criterion"] not in self.hidden_criteria]

    @property
    def unrated(self) -> list[Entry]:
        """The criteria that visitors see without a rating of it."""
        return [each for each in self.wanted_ratings if each.standing in (Standing.MISSING, Standing.RETIRED)]


def find(key: str) -> FrameworkWork | None:
    """The work on a framework, or ``None``."""
    item = document_mapper.find(Kind.FRAMEWORK, key)
    if item is None:
        return None
    drafts = pending.of_framework(key)
    criteria = names()[1]
    query = select(CriterionRow.key, CriterionRow.state, CriterionRow.group_name)
    stored = {row.key: row for row in db.session.execute(query)}
    states = {name: row.state for name, row in stored.items()}
    rows = [name for name in criteria if stored[name].group_name]
    open_criteria = [name for name in criteria if states[name] != State.RETIRED and name not in rows]
    points = tuple(_entry(each, drafts) for each in _items_of(Kind.CLAIM, key) if each.document["state"] != "retired")
    return FrameworkWork(
        framework=_entry(item, drafts),
        points=points,
        ratings=tuple(_ratings(key, open_criteria, drafts)),
        facts={row: _said_on(row, points) for row in rows},
        criteria=criteria,
        hidden_criteria=frozenset(name for name, state in states.items() if state != State.PUBLISHED),
    )


def _said_on(row: str, points: tuple[Entry, ...]) -> tuple[Entry, ...]:
    said = (each for each in points if each.document["criterion"] == row)
    return tuple(sorted(said, key=lambda each: not each.document["answer"]))


def _items_of(kind: Kind, framework: str) -> list[Item]:
    table = document_mapper.TABLES[kind]
    keys = select(document_mapper.key_column(kind)).where(table.framework_key == framework)
    return list(document_mapper.items(kind, db.session.scalars(keys)).values())


def _ratings(framework: str, criteria: list[str], drafts: dict[Key, models.PendingChange]) -> list[Entry]:
    found = {item.document["criterion"]: item for item in _items_of(Kind.RATING, framework)}
    entries = []
    for criterion in criteria:
        item = found.get(criterion)
        blank = canonical(Kind.RATING, {"framework": framework, "criterion": criterion, "evidence": "opinion"})
        key = f"{framework}.{criterion}"
        if item is None:
            entries.append(Entry(Kind.RATING, key, Standing.MISSING, blank))
        elif item.document["state"] == State.RETIRED:
            entries.append(Entry(Kind.RATING, key, Standing.RETIRED, blank, item))
        else:
            entries.append(_entry(item, drafts))
    return entries


def _entry(item: Item, drafts: dict[Key, models.PendingChange]) -> Entry:
    row = drafts.get((item.kind, item.key))
    if row is None:
        standing = Standing(item.document["state"])
        return Entry(item.kind, item.key, standing, item.document, item)
    merged = pending.merged(item, row)
    standing = Standing.CHANGED if item.document["state"] == State.PUBLISHED else Standing.DRAFT
    return Entry(item.kind, item.key, standing, merged.document, item, merged.conflicts)
