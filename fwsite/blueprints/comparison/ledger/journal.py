"""Audit trail: every change to the comparison goes through here, and is kept with who, when and why.

Nothing in here commits but :func:`commit`; who calls decides what belongs together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select, update

from fwsite.blueprints.comparison import models
from fwsite.blueprints.comparison.ledger import document_mapper
from fwsite.blueprints.comparison.ledger.visibility import are_live, is_live, live_on
from fwsite.blueprints.comparison.models import BATCH, Change
from fwsite.blueprints.comparison.texts import text_key
from fwsite.domain.changes import Merged, revert
from fwsite.domain.items import Document, Item, Kind, State, rests_on
from fwsite.extend import Framework as FrameworkRow
from fwsite.extend import db, emit

_UNTOLD = "comparison.untold"
"""Where the session keeps what was changed in it and not told yet."""
_FEW = 500
"""So many keys are named in a statement; with more of them all rows are looked at."""


class Action(StrEnum):
    """What a change did, in the word that visitors read."""

    ADDED = "added"
    EDITED = "edited"
    MOVED = "moved"
    RETIRED = "retired"
    RESTORED = "restored"
    REVIEWED = "reviewed"
    UNDONE = "undone"
    IMPORTED = "imported"
    SHIPPED = "shipped"
    PUBLISHED = "published"


class By(NamedTuple):
    """Who changes something, and why; ``who`` is empty where the site does it at the host's command."""

    who: str
    note: str = ""


class Conflict(Exception):
    """Somebody else changed the item meanwhile; ``current`` is what it says now."""

    def __init__(self, current: Item) -> None:
        super().__init__(f"{current.kind} {current.key} has changed")
        self.current = current


class UndoConflict(Conflict):
    """What is to be undone was changed again later; ``merged`` holds the earlier texts in its conflicts."""

    def __init__(self, current: Item, merged: Merged) -> None:
        super().__init__(current)
        self.merged = merged


class NothingToUndo(Exception):
    """What the change did is not there any more."""


class InUse(Exception):
    """A source that others rest on cannot be retired; ``users`` are their kinds and keys."""

    def __init__(self, key: str, users: Sequence[tuple[Kind, str]]) -> None:
        super().__init__(f"source {key} is in use by {', '.join(f'{kind} {name}' for kind, name in users)}")
        self.users = users


def add(kind: Kind, document: Document, by: By, action: Action = Action.ADDED, batch: int | None = None) -> Change:
    """A new item. Raises :class:`Conflict` where there is one with its key already."""
    item = Item.of(kind, document, version=1)
    current = document_mapper.find(kind, item.key, lock=True)
    if current is not None:
        raise Conflict(current)
    return _record(item, by, action, batch=batch)


def add_all(kind: Kind, documents: Iterable[Document], by: By, action: Action, batch: int) -> None:
    """New items of one kind, in as many statements for thousands as for one, but for the sources that come with them.

    Raises :class:`Conflict` where there is one of these keys already.
    """
    items = [Item.of(kind, document, version=1) for document in documents]
    there = document_mapper.keys(kind)
    for item in items:
        if item.key in there:
            raise Conflict(document_mapper.find(kind, item.key) or item)
    live = are_live([item.document for item in items])
    for is_shown in (False, True):
        found = [item for item, shown in zip(items, live, strict=True) if shown == is_shown and not _is_retired(item)]
        _bring({key for item in found for key in rests_on(kind, item.document)}, is_shown, by, batch)
    document_mapper.insert_all(kind, items)
    if items:
        db.session.execute(insert(Change), [_values(item, by, action, batch_id=batch) for item in items])
    _will_tell(items)


def save(
    item: Item,
    document: Document,
    by: By,
    action: Action = Action.EDITED,
    *,
    undoes: int | None = None,
    batch: int | None = None,
) -> Change | None:
    """Put ``document`` in the place of ``item``; none where it says nothing new.

    Raises :class:`Conflict` where ``item`` is not the newest version, :class:`InUse` where a source is to go that
    others rest on. Sources that the item rests on come with it: what visitors read names none that they cannot.
    """
    current = document_mapper.find(item.kind, item.key, lock=True)
    if current is None or current.version != item.version:
        raise Conflict(current or item)
    after = Item.of(item.kind, document, item.version + 1)
    if after.document == current.document:
        return None
    if item.kind is Kind.SOURCE and after.document["state"] != State.PUBLISHED:
        users = users_of_source(item.key, live_only=after.document["state"] == State.DRAFT)
        if users:
            raise InUse(item.key, users)
    return _record(after, by, action, undoes=undoes, batch=batch)


def _record(item: Item, by: By, action: Action, *, undoes: int | None = None, batch: int | None = None) -> Change:
    if not _is_retired(item):
        _bring_sources(item, by, batch)
    document_mapper.put(item)
    if is_live(item.document):
        for other in live_on(item):
            _bring_sources(other, by, batch)
    return note_down(item, by, action, undoes=undoes, batch=batch)


def _is_retired(item: Item) -> bool:
    return bool(item.document["state"] == State.RETIRED)


def _bring_sources(item: Item, by: By, batch: int | None) -> None:
    _bring(rests_on(item.kind, item.document), is_live(item.document), by, batch)


def _bring(keys: Collection[str], live: bool, by: By, batch: int | None) -> None:
    """Nothing rests on a retired source, and what visitors read on no draft; a draft's own sources stay drafts."""
    left_out = [State.RETIRED.value, *([State.DRAFT.value] if live else [])]
    query = select(models.Source.key).where(models.Source.state.in_(left_out)).order_by(models.Source.key)
    if len(keys) <= _FEW:
        query = query.where(models.Source.key.in_(keys))
    for key in db.session.scalars(query).all() if keys else ():
        source = document_mapper.find(Kind.SOURCE, key, lock=True) if key in keys else None
        if source is not None:
            action = Action.RESTORED if _is_retired(source) else Action.EDITED
            state = State.PUBLISHED if live else State.DRAFT
            save(source, {**source.document, "state": state.value}, by, action, batch=batch)


def note_down(
    item: Item,
    by: By,
    action: Action,
    *,
    undoes: int | None = None,
    batch: int | None = None,
    moved: tuple[str, str] | None = None,
) -> Change:
    """Keep a change that has been made already."""
    values = _values(item, by, action, undoes_id=undoes, batch_id=batch)
    if moved:
        values["moved_from"], values["moved_to"] = moved
    row = Change(**values)
    db.session.add(row)
    db.session.flush()
    _will_tell([item])
    return row


def _values(item: Item, by: By, action: Action, **more: int | None) -> dict[str, Any]:
    return {
        "kind": item.kind.value,
        "item_key": item.key,
        "version": item.version,
        "action": action.value,
        "who": by.who,
        "made_at": now(),
        "note": by.note,
        "stored": item.document,
        "public": _is_public(item),
        "framework_key": item.key if item.kind is Kind.FRAMEWORK else item.document.get("framework"),
        **more,
    }


def _will_tell(items: Iterable[Item]) -> None:
    db.session.info.setdefault(_UNTOLD, {}).update({(item.kind, item.key): None for item in items})


def commit() -> None:
    """Commit, and tell whoever wants to know what has changed."""
    db.session.commit()
    tell()


def tell() -> None:
    """Tell whoever wants to know what was changed and is committed."""
    items = tuple(db.session.info.pop(_UNTOLD, ()))
    if items:
        kinds = {kind for kind, _ in items}
        # What is said of a framework or on a criterion comes and goes with it, and a claim names its sources.
        keys = (
            None
            if kinds & {Kind.FRAMEWORK, Kind.CRITERION, Kind.SOURCE}
            else frozenset(text_key(*item) for item in items)
        )
        emit("comparison.changed", items=tuple((kind.value, key) for kind, key in items), texts=keys)


def now() -> datetime:
    """The moment, in UTC as every table has it."""
    return datetime.now(UTC).replace(tzinfo=None)


def _is_public(item: Item) -> bool:
    """Whether visitors may read what it says; of what is retired only where they could before."""
    if item.document["state"] != State.RETIRED:
        return bool(item.document["state"] == State.PUBLISHED)
    earlier = select(Change.public).where(Change.kind == item.kind.value, Change.item_key == item.key)
    return bool(db.session.scalar(earlier.order_by(Change.id.desc()).limit(1)))


def begin_batch(by: By, action: Action, document: Mapping[str, Any]) -> Change:
    """The row that stands for many changes made at once; theirs name it. ``document`` is what there is to say."""
    row = Change(
        kind=BATCH,
        item_key="",
        version=0,
        action=action.value,
        who=by.who,
        made_at=now(),
        note=by.note,
        stored=dict(document),
        public=True,
    )
    db.session.add(row)
    db.session.flush()
    return row


def users_of_source(key: str, *, live_only: bool = False) -> list[tuple[Kind, str]]:
    """What rests on the source and is not retired, or what of it visitors get."""
    not_retired = State.RETIRED.value
    claims = select(models.Claim.key).join(models.Citation).where(models.Citation.source_key == key)
    found = [(Kind.CLAIM, name) for name in db.session.scalars(claims.where(models.Claim.state != not_retired))]
    ratings = select(document_mapper.key_column(Kind.RATING)).join(models.rating_source)
    ratings = ratings.where(models.rating_source.c.source_key == key, models.Rating.state != not_retired)
    found += [(Kind.RATING, name) for name in db.session.scalars(ratings)]
    examples = select(FrameworkRow.key).join(
        models.example_source, models.example_source.c.framework_key == FrameworkRow.key
    )
    examples = examples.where(models.example_source.c.source_key == key, FrameworkRow.state != not_retired)
    found += [(Kind.FRAMEWORK, name) for name in db.session.scalars(examples)]
    items = {kind: document_mapper.items(kind, [name for of, name in found if of is kind]) for kind, _ in found}
    return [(kind, name) for kind, name in found if not live_only or is_live(items[kind][name].document)]


def siblings(item: Item) -> list[str]:
    """The keys among which the item has its place, in order: a claim among those of its framework and side."""
    table = document_mapper.TABLES[item.kind]
    query = select(table.key).where(table.state != State.RETIRED.value).order_by(table.position, table.key)
    if item.kind is Kind.CLAIM:
        query = query.where(table.framework_key == item.document["framework"], table.side == item.document["side"])
    return list(db.session.scalars(query))


def move(item: Item, after: str, by: By, *, undoes: int | None = None) -> Change | None:
    """Put the item behind ``after`` among its siblings, in front of all for ``""``; none where it stands there."""
    order = siblings(item)
    others = [key for key in order if key != item.key]
    before = next((one for one, following in pairwise(order) if following == item.key), "")
    if after == before or (after and after not in others):
        return None
    table = document_mapper.TABLES[item.kind]
    if after:
        place = db.session.scalars(select(table.position).where(table.key == after)).one()
    else:
        place = db.session.scalars(select(func.min(table.position)).where(table.key.in_(others))).one() - 1
    db.session.execute(update(table).where(table.position > place).values(position=table.position + 1))
    db.session.execute(update(table).where(table.key == item.key).values(position=place + 1))
    return note_down(item, by, Action.MOVED, undoes=undoes, moved=(before, after))


def before(change: Change) -> dict[str, Any] | None:
    """The item's document before the change; none where the change made the item."""
    query = select(Change).where(Change.kind == change.kind, Change.item_key == change.item_key, Change.id < change.id)
    earlier = db.session.scalar(query.order_by(Change.id.desc()).limit(1))
    return earlier.document if earlier else None


def undo(change: Change, by: By, *, batch: int | None = None) -> Change:
    """Take one change of one item back, by a new change. What others changed since then stays.

    Raises :class:`UndoConflict` where the same fields were changed again, :class:`NothingToUndo`,
    :class:`InUse`.
    """
    kind = Kind(change.kind)
    item = document_mapper.find(kind, change.item_key, lock=True)
    if item is None:
        raise NothingToUndo
    if change.moved_from is not None:
        done = move(item, change.moved_from, by, undoes=change.id)
    else:
        merged = revert(before(change), change.document, item.document)
        if merged.conflicts:
            raise UndoConflict(item, merged)
        done = save(item, merged.document, by, Action.UNDONE, undoes=change.id, batch=batch)
    if done is None:
        raise NothingToUndo
    return done


def undo_batch(change: Change, by: By) -> Change:
    """Take back everything that was changed at once, or nothing.

    Raises :class:`UndoConflict` for the first item that was changed again since, :class:`NothingToUndo`,
    :class:`InUse` where something rests on a source that it brought.
    """
    members = db.session.scalars(select(Change).where(Change.batch_id == change.id).order_by(Change.id.desc())).all()
    with db.session.begin_nested():
        batch = begin_batch(by, Action.UNDONE, {})
        batch.undoes_id = change.id
        undone = 0
        for member in members:
            with suppress(NothingToUndo):
                undo(member, by, batch=batch.id)
                undone += 1
        orders = {Kind(name): order for name, order in change.document.get("order_before", {}).items()}
        before = arrange_all(orders)
        if not undone and not before:
            raise NothingToUndo
        batch.stored = {
            "counts": {Action.UNDONE.value: undone} if undone else {},
            "order_before": before,
            **{name: key for name, key in change.document.items() if name == "framework"},
        }
    return batch


def place_before_none(framework: str) -> None:
    """Put a new framework before the last one, where that has no first release: “No framework” stays last."""
    item = document_mapper.find(Kind.FRAMEWORK, framework)
    others = [key for key in siblings(item) if key != framework] if item else []
    last = document_mapper.find(Kind.FRAMEWORK, others[-1]) if others else None
    if last is not None and last.document["first_release"] is None:
        order = [key for key in _order(Kind.FRAMEWORK) if key != framework]
        order.insert(order.index(last.key), framework)
        arrange_all({Kind.FRAMEWORK: order})


def arrange_all(orders: Mapping[Kind, Sequence[str]]) -> dict[str, list[str]]:
    """Put the items of each kind into order, those not named last; returns the orders before of what moved."""
    before = {}
    for kind, order in orders.items():
        table, there, known = document_mapper.TABLES[kind], _order(kind), set(order)
        present = set(there)
        wanted = [*(key for key in order if key in present), *(key for key in there if key not in known)]
        if wanted != there:
            before[kind.value] = there
            places = [{"key": key, "position": position} for position, key in enumerate(wanted, start=1)]
            db.session.execute(update(table), places)
    return before


def _order(kind: Kind) -> list[str]:
    """Every key of a kind in its order; claims by framework, as files have them."""
    table = document_mapper.TABLES[kind]
    query = select(table.key)
    if kind is Kind.CLAIM:
        query = query.join(FrameworkRow).order_by(FrameworkRow.position)
    return list(db.session.scalars(query.order_by(table.position, table.key)))
