"""Visibility: what visitors may read of items and of their changes. The one place that says so.

A draft is maintainers' own, and so is what is said of a draft: a point that is published on a framework, or on a
criterion, that is a draft is seen by nobody but them, and neither is its history. Once that is published, so is all
that was published on it meanwhile; changes that were made to an item while it was a draft itself never are.

What was public once stays in the history, also where it was taken back to a draft: its changes until then, and that
it was taken back, by whom and why. What the draft says from there on is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from fwsite.blueprints.comparison.ledger import document_mapper
from fwsite.blueprints.comparison.models import BATCH, Change
from fwsite.domain.items import Document, Item, Kind, State
from fwsite.extend import db

JOINED = (Kind.FRAMEWORK, Kind.CRITERION)
"""What ratings and claims are said of, and on: with it they come and go."""
_SAID = (Kind.RATING.value, Kind.CLAIM.value)


class Hidden(NamedTuple):
    """What keeps a published item from the pages: the framework or criterion it is about, and its state."""

    kind: Kind
    state: State


def hidden_behind(document: Document) -> Hidden | None:
    """Why visitors do not get what is published; none where they do."""
    for kind in JOINED:
        if document.get(kind.value):
            table = document_mapper.TABLES[kind]
            state = db.session.scalar(select(table.state).where(table.key == document[kind.value]))
            if state != State.PUBLISHED:
                return Hidden(kind, State(state or State.RETIRED))
    return None


def is_live(document: Document) -> bool:
    """Whether visitors get the item."""
    return document["state"] == State.PUBLISHED and hidden_behind(document) is None


def are_live(documents: Iterable[Document]) -> list[bool]:
    """Whether visitors get each of the items, in two statements."""
    shown = {}
    for kind in JOINED:
        table = document_mapper.TABLES[kind]
        shown[kind] = set(db.session.scalars(select(table.key).where(table.state == State.PUBLISHED.value)))
    return [
        document["state"] == State.PUBLISHED
        and all(not document.get(kind.value) or document[kind.value] in shown[kind] for kind in JOINED)
        for document in documents
    ]


def live_claims(keys: Collection[str]) -> set[str]:
    """Those of the named claims that visitors get, in one statement."""
    tables = [document_mapper.TABLES[kind] for kind in (Kind.CLAIM, *JOINED)]
    claim, framework, criterion = tables
    query = select(claim.key).join(framework).join(criterion).where(claim.key.in_(keys))
    return set(db.session.scalars(query.where(*(table.state == State.PUBLISHED.value for table in tables))))


def live_on(item: Item) -> list[Item]:
    """What visitors get once this framework or criterion is on the pages: its ratings and claims."""
    found: list[Item] = []
    for kind in (Kind.RATING, Kind.CLAIM) if item.kind in JOINED else ():
        table = document_mapper.TABLES[kind]
        column = getattr(table, document_mapper.COLUMNS[item.kind.value])
        keys = select(document_mapper.key_column(kind)).where(column == item.key, table.state == State.PUBLISHED.value)
        found += document_mapper.items(kind, db.session.scalars(keys)).values()
    return [each for each in found if is_live(each.document)]


@dataclass(frozen=True)
class Reach:
    """How far visitors may read the changes.

    ``ends`` has the frameworks and criteria that are not on the pages, and for each the last change that may be read of
    it and of what is said of it: the one that took it back to a draft; 0 where it was never on them.
    """

    ends: Mapping[Kind, Mapping[str, int]]

    def visible(self, change: Any = Change) -> ColumnElement[bool]:
        """The condition under which visitors may read a change, also one that is called otherwise in a statement."""
        return and_(self._is_open(change), _is_no_secret(change, self._is_open))

    def told(self, change: Any = Change) -> ColumnElement[bool]:
        """The condition under which they may know of a change; of one that is not ``visible`` not what it says."""
        return and_(self._is_known(change), _is_no_secret(change, self._is_known))

    def _is_open(self, change: Any) -> ColumnElement[bool]:
        criterion = change.stored["criterion"].as_string()
        return and_(
            change.public,
            or_(change.framework_key.is_(None), self._is_within(Kind.FRAMEWORK, change.framework_key, change)),
            or_(change.kind.not_in(_SAID), self._is_within(Kind.CRITERION, criterion, change)),
        )

    def _is_within(self, kind: Kind, key: Any, change: Any) -> ColumnElement[bool]:
        ends = self.ends[kind]
        return or_(key.not_in(ends), *(and_(key == name, change.id <= last) for name, last in ends.items() if last))

    def _is_known(self, change: Any) -> ColumnElement[bool]:
        return or_(self._is_open(change), self._takes_back(change))

    def _takes_back(self, change: Any) -> ColumnElement[bool]:
        """Whether the change made a draft of what visitors could read until then."""
        earlier, last = aliased(Change), aliased(Change)
        before = select(func.max(earlier.id)).where(
            earlier.kind == change.kind, earlier.item_key == change.item_key, earlier.id < change.id
        )
        newest = before.correlate_except(earlier).scalar_subquery()
        return and_(~change.public, exists().where(last.id == newest, self._is_open(last)).correlate_except(last))


def reach() -> Reach:
    """How far visitors may read at the moment, in one statement."""
    told: dict[Kind, dict[str, list[tuple[int, bool]]]] = {kind: {} for kind in JOINED}
    for kind, key, number, public in db.session.execute(union_all(*map(_of_hidden, JOINED)).order_by("id")):
        told[Kind(kind)].setdefault(key, []).append((number, public))
    ends = {kind: {key: _end(rows) for key, rows in found.items()} for kind, found in told.items()}
    return Reach({kind: {key: end for key, end in found.items() if end is not None} for kind, found in ends.items()})


def _end(changes: Sequence[tuple[int, bool]]) -> int | None:
    """The change that made a draft of an item again; 0 where it always was one, none where it was retired."""
    end: int | None = 0
    for number, public in changes:
        end = None if public else number if end is None else end
    return end


def _of_hidden(kind: Kind) -> Any:
    """The changes of those of a kind that are not on the pages; of one without any there is a row, too."""
    table = document_mapper.TABLES[kind]
    changes = and_(Change.kind == kind.value, Change.item_key == table.key)
    query = select(literal(kind.value), table.key, Change.id.label("id"), Change.public).outerjoin(Change, changes)
    return query.where(table.state != State.PUBLISHED.value)


def newest_is_public(kind: Kind, key: Any) -> ColumnElement[bool]:
    """Whether visitors may read what the items with these keys say, be they on the pages or retired."""
    newest = select(Change.public).where(Change.kind == kind.value, Change.item_key == key)
    return newest.order_by(Change.id.desc()).limit(1).correlate_except(Change).scalar_subquery()


def _is_no_secret(change: Any, is_shown: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """A batch of nothing but drafts says nothing to visitors."""
    shown, any_member = aliased(Change), aliased(Change)
    return or_(
        change.kind != BATCH,
        exists().where(shown.batch_id == change.id, is_shown(shown)).correlate_except(shown),
        ~exists().where(any_member.batch_id == change.id).correlate_except(any_member),
    )
