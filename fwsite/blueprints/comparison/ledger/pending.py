"""Pending changes: drafts of what is published already, kept beside it until its framework is published anew.

Nothing in here commits.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select

from fwsite.blueprints.comparison.ledger import journal
from fwsite.blueprints.comparison.models import PendingChange
from fwsite.domain.changes import Key, Merged, changed_fields, merge
from fwsite.domain.items import Document, Item, Kind, canonical
from fwsite.extend import db

_REVIEW = ("reviewed_on",)
"""What alone is no change."""


def of_framework(framework: str) -> dict[Key, PendingChange]:
    """Every pending change to the framework and to what is said of it."""
    found = db.session.scalars(select(PendingChange).where(PendingChange.framework_key == framework))
    return {(Kind(row.kind), row.item_key): row for row in found}


def merged(item: Item, row: PendingChange) -> Merged:
    """The item as it is to read, with what others have changed since."""
    base, document = (canonical(item.kind, each) for each in (row.base, row.document))
    return merge(base, document, item.document)


def keep(item: Item, document: Document, framework: str, who: str) -> None:
    """Let ``document`` wait for the framework's publication; where it says what is published, nothing waits."""
    drop({(item.kind, item.key): None})
    if changed_fields(item.document, document) not in ((), _REVIEW):
        db.session.add(
            PendingChange(
                kind=item.kind.value,
                item_key=item.key,
                framework_key=framework,
                document=dict(document),
                base=item.document,
                who=who,
                changed_at=journal.now(),
            )
        )
    db.session.flush()


def drop(keys: Mapping[Key, object]) -> None:
    """Forget these changes."""
    for kind, key in keys:
        db.session.execute(delete(PendingChange).where(PendingChange.kind == kind.value, PendingChange.item_key == key))
