"""Visibility: what visitors may read of items and of their changes. The one place that says so.

A draft is maintainers' own, and so is what is said of a draft: a point that is published on a framework, or on a
criterion, that is a draft is seen by nobody but them, and neither is its history. Once that is published, so is all
that was published on it meanwhile; changes that were made to an item while it was a draft itself never are.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, or_, select
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


def visible(change: Any = Change) -> ColumnElement[bool]:
    """The condition under which visitors may read a change, also one that is called otherwise in a statement."""
    return and_(_is_open(change), _is_no_secret(change))


def _is_open(change: Any) -> ColumnElement[bool]:
    on_criterion = change.stored["criterion"].as_string()
    return and_(
        change.public,
        or_(change.framework_key.is_(None), change.framework_key.in_(_known(Kind.FRAMEWORK))),
        or_(change.kind.not_in(_SAID), on_criterion.in_(_known(Kind.CRITERION))),
    )


def _known(kind: Kind) -> Any:
    """The keys of those that visitors know: they are on the pages, or were before they were retired."""
    table, told = document_mapper.TABLES[kind], aliased(Change)
    was_public = exists().where(told.kind == kind.value, told.item_key == table.key, told.public)
    is_retired = and_(table.state == State.RETIRED.value, was_public)
    return select(table.key).where(or_(table.state == State.PUBLISHED.value, is_retired))


def _is_no_secret(change: Any) -> ColumnElement[bool]:
    """A batch of nothing but drafts says nothing to visitors."""
    shown, any_member = aliased(Change), aliased(Change)
    return or_(
        change.kind != BATCH,
        exists().where(shown.batch_id == change.id, _is_open(shown)),
        ~exists().where(any_member.batch_id == change.id),
    )
