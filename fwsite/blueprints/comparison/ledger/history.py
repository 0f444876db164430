"""Change history: what was changed, when, by whom and why, in a fixed number of statements.

Unless told otherwise only what visitors may know: a draft, and what is said of a draft framework, is not in here,
and a change is held against what could be read before it. That something was taken back to a draft is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from fwsite.blueprints.comparison import models
from fwsite.blueprints.comparison.ledger.document_mapper import TABLES
from fwsite.blueprints.comparison.ledger.journal import Action
from fwsite.blueprints.comparison.ledger.listing import PAGE_LENGTH, Listing, page_within
from fwsite.blueprints.comparison.ledger.visibility import Reach, reach
from fwsite.blueprints.comparison.models import BATCH, Change
from fwsite.domain.items import Item, Kind, State, Value, rests_on, title_of
from fwsite.domain.readable import Difference, Names, differences, title
from fwsite.extend import Criterion as CriterionRow
from fwsite.extend import Framework as FrameworkRow
from fwsite.extend import db

_IN_PLACE = frozenset({Value.LINE, Value.MARKDOWN, Value.ADDRESS})
"""Fields whose difference a line of the log has room for."""
_SAID = {Action.RETIRED: "state", Action.RESTORED: "state", Action.REVIEWED: "reviewed_on"}
"""The field whose change the word for the action says already."""
_MOST_DIGITS = 9


class Entry(NamedTuple):
    """A change as people read it. ``kind`` is none for a batch, which stands for many."""

    number: int
    kind: Kind | None
    key: str
    title: str
    version: int
    action: Action
    who: str
    made_at: datetime
    note: str
    public: bool
    """Whether visitors may read it."""
    document: Mapping[str, Any]
    is_first: bool
    """Whether there was nothing to read before it."""
    differences: tuple[Difference, ...]
    moved: tuple[str, str] | None
    undoes: int | None
    undone_by: int | None
    batch: int | None
    takes_back: bool = False
    """Whether it took the item back to a draft, so that visitors know no more of it than that."""
    framework: str = ""
    """For a batch: the name of the framework that all of it is about, if it is about one."""

    @property
    def in_place(self) -> Difference | None:
        """The first changed text."""
        return next((each for each in self._told if each.field.value in _IN_PLACE), None)

    @property
    def others(self) -> tuple[Difference, ...]:
        """What changed besides."""
        return tuple(each for each in self._told if each is not self.in_place)

    @property
    def _told(self) -> tuple[Difference, ...]:
        if self.is_first:
            return ()
        return tuple(each for each in self.differences if each.field.name != _SAID.get(self.action))


def version_number(text: str) -> int | None:
    """The number of a version, or of a change, from an address or a form."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= _MOST_DIGITS else None


def log(page: int, *, framework: str | None = None, public_only: bool = True) -> Listing:
    """Changes of everything, or of what concerns one framework, newest first; a batch is one of them."""
    conditions: list[ColumnElement[bool]] = [Change.batch_id.is_(None)]
    seen = _seen(public_only)
    if framework is not None:
        member = aliased(Change)
        batches = select(member.batch_id).where(member.framework_key == framework, member.batch_id.is_not(None))
        if seen:
            batches = batches.where(seen.told(member))
        conditions.append(or_(Change.framework_key == framework, Change.id.in_(batches)))
    return _listing(page, conditions, seen)


def latest(limit: int, framework: str | None = None) -> list[Entry]:
    """The newest changes that visitors may know of; the first page of :func:`log`, or less."""
    return list(log(1, framework=framework).rows)[:limit]


def members(batch: int, page: int) -> Listing:
    """The changes that a batch stands for."""
    return _listing(page, [Change.batch_id == batch], reach())


def versions(kind: Kind, key: str, page: int, *, public_only: bool = True) -> Listing:
    """The changes of one item, newest first."""
    return _listing(page, [Change.kind == kind.value, Change.item_key == key], _seen(public_only))


def find(number: int, *, public_only: bool = True) -> Entry | None:
    """One change, where visitors may know of it, or whatever it is."""
    seen = _seen(public_only)
    found = _entries(_selected([Change.id == number], seen), seen)
    return found[0] if found else None


def told_of(kind: Kind, keys: Collection[str]) -> set[str]:
    """Those of the named items that have a history for visitors to read."""
    query = select(Change.item_key).where(
        Change.kind == kind.value, Change.item_key.in_(keys), Change.moved_to.is_(None), reach().visible()
    )
    return set(db.session.scalars(query.distinct()))


def version_numbers(kind: Kind, key: str) -> list[int]:
    """The versions of an item that visitors may compare, newest first."""
    query = select(Change.version).where(*_versions_of(kind, key), reach().visible()).distinct()
    return list(db.session.scalars(query.order_by(Change.version.desc())))


def compared(kind: Kind, key: str, older: int, newer: int) -> tuple[Difference, ...]:
    """What the second version says otherwise than the first. Both are among :func:`version_numbers`."""
    query = select(Change).where(*_versions_of(kind, key), Change.version.in_((older, newer)), reach().visible())
    found = {change.version: change for change in db.session.scalars(query.order_by(Change.id))}
    return differences(kind, found[older].document, found[newer].document, names(each.item for each in found.values()))


def document_at(kind: Kind, key: str, version: str) -> dict[str, Any] | None:
    """What an item said in the version that a form was opened with; for maintainers."""
    query = select(Change).where(*_versions_of(kind, key), Change.version == version_number(version))
    found = db.session.scalar(query.order_by(Change.id.desc()).limit(1))
    return found.document if found else None


def number_of(kind: Kind, key: str, text: str) -> int | None:
    """The number of a change from a form, where it is one of this item's."""
    query = select(Change.id).where(*_versions_of(kind, key), Change.id == version_number(text))
    return db.session.scalar(query)


def names(items: Iterable[Item | None], *, public_only: bool = True) -> Names:
    """What the frameworks and criteria are called, and the sources that the items name.

    For visitors no draft is called anything, but what it was called while they could read it.
    """
    wanted = {key for item in items if item for key in rests_on(item.kind, item.document)}
    frameworks = select(FrameworkRow.key, FrameworkRow.name)
    criteria = select(CriterionRow.key, CriterionRow.name)
    sources = select(models.Source.key, models.Source.title).where(models.Source.key.in_(wanted))
    queries = {Kind.FRAMEWORK: frameworks, Kind.CRITERION: criteria, Kind.SOURCE: sources}
    found: dict[tuple[Kind, str], str] = {}
    if public_only:
        queries = {kind: query.where(TABLES[kind].state == State.PUBLISHED.value) for kind, query in queries.items()}
        found = _former_names(wanted)
    return found | {(kind, row[0]): row[1] for kind, query in queries.items() for row in db.session.execute(query)}


def _former_names(sources: Collection[str]) -> dict[tuple[Kind, str], str]:
    """What is not on the pages was called in the last change that visitors may read."""
    hidden = []
    for kind in (Kind.FRAMEWORK, Kind.CRITERION):
        keys = select(TABLES[kind].key).where(TABLES[kind].state != State.PUBLISHED.value)
        hidden.append(and_(Change.kind == kind.value, Change.item_key.in_(keys)))
    cited = and_(Change.kind == Kind.SOURCE.value, Change.item_key.in_(sources))
    last = select(func.max(Change.id)).where(Change.public, or_(*hidden, cited)).group_by(Change.kind, Change.item_key)
    items = [change.item for change in db.session.scalars(select(Change).where(Change.id.in_(last)))]
    return {(item.kind, item.key): title_of(item.kind, item.document) for item in items if item}


def _versions_of(kind: Kind, key: str) -> tuple[ColumnElement[bool], ...]:
    """A move is no version: it leaves the document as it is."""
    return Change.kind == kind.value, Change.item_key == key, Change.moved_to.is_(None)


def _seen(public_only: bool) -> Reach | None:
    """How far whoever asks may read; none for maintainers, who read everything."""
    return reach() if public_only else None


def _listing(page: int, conditions: Collection[ColumnElement[bool]], seen: Reach | None) -> Listing:
    shown = (*conditions, seen.told()) if seen else conditions
    total = db.session.scalar(select(func.count()).select_from(Change).where(*shown)) or 0
    page = page_within(page, total)
    query = _selected(conditions, seen).offset((page - 1) * PAGE_LENGTH).limit(PAGE_LENGTH)
    return Listing(_entries(query, seen), total, page)


def _selected(conditions: Collection[ColumnElement[bool]], seen: Reach | None) -> Any:
    """Changes, newest first, each with the one of its item before it."""
    earlier, before = aliased(Change), aliased(Change)
    last = select(func.max(earlier.id)).where(
        earlier.kind == Change.kind, earlier.item_key == Change.item_key, earlier.id < Change.id
    )
    query = select(Change, before).where(*conditions).order_by(Change.id.desc())
    if seen:
        last = last.where(seen.visible(earlier))
        query = query.where(seen.told())
    return query.outerjoin(before, and_(Change.kind != BATCH, before.id == last.scalar_subquery()))


def _entries(query: Any, seen: Reach | None) -> list[Entry]:
    found = db.session.execute(query).all()
    named = names((each.item for pair in found for each in pair if each), public_only=seen is not None)
    shown, undone = _undoing([change for change, _ in found], seen)
    return [
        _entry(
            change,
            before,
            named,
            change.undoes_id if change.undoes_id in shown else None,
            undone.get(change.id),
            takes_back=seen is not None and not change.public,
        )
        for change, before in found
    ]


def _undoing(changes: Collection[Change], seen: Reach | None) -> tuple[set[int], dict[int, int]]:
    """Which of the changes that these take back may be shown; and by which change each of these is taken back."""
    numbers = [change.id for change in changes]
    taken_back = [change.undoes_id for change in changes if change.undoes_id is not None]
    query = select(Change.id, Change.undoes_id).where(or_(Change.id.in_(taken_back), Change.undoes_id.in_(numbers)))
    if seen:
        query = query.where(seen.told())
    found = db.session.execute(query.order_by(Change.id)).all()
    return {row.id for row in found}, {row.undoes_id: row.id for row in found}


def _entry(
    change: Change, before: Change | None, named: Names, undoes: int | None, undone_by: int | None, *, takes_back: bool
) -> Entry:
    """Of what was taken back to a draft visitors read what they could read before."""
    item, earlier = change.item, before.document if before else None
    if item and earlier and takes_back:
        item = Item.of(item.kind, {**earlier, "state": State.DRAFT.value}, item.version)
    return Entry(
        number=change.id,
        kind=item.kind if item else None,
        key=change.item_key,
        title=title(item.kind, item.document, named) if item else "",
        version=change.version,
        action=Action(change.action),
        who=change.who,
        made_at=change.made_at,
        note=change.note,
        public=change.public,
        document=item.document if item else change.stored,
        is_first=before is None and item is not None,
        differences=differences(item.kind, earlier, item.document, named) if item else (),
        moved=None if change.moved_to is None else (change.moved_from or "", change.moved_to),
        undoes=undoes,
        undone_by=undone_by,
        batch=change.batch_id,
        takes_back=takes_back,
        framework=named.get((Kind.FRAMEWORK, change.stored.get("framework", "")), "") if item is None else "",
    )
