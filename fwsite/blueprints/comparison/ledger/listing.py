"""Search and filter of items, a page at a time; and what needs a look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from fwsite.blueprints.comparison import models
from fwsite.blueprints.comparison.ledger import document_mapper
from fwsite.domain.evidence import Evidence
from fwsite.domain.items import PLACED, Kind, State, unusable
from fwsite.extend import Criterion as CriterionRow
from fwsite.extend import Framework as FrameworkRow
from fwsite.extend import db

PAGE_LENGTH = 50
_SEARCHED: Mapping[Kind, tuple[str, ...]] = {
    Kind.CRITERION: ("name", "key", "group_name", "question", "finding"),
    Kind.SOURCE: ("title", "key", "url", "publisher", "author"),
    Kind.FRAMEWORK: ("name", "key", "summary", "drawback"),
    Kind.RATING: ("reason",),
    Kind.CLAIM: ("text", "key", "answer"),
}
FILTERS: Mapping[Kind, tuple[str, ...]] = {
    Kind.CRITERION: ("state",),
    Kind.SOURCE: ("state",),
    Kind.FRAMEWORK: ("state",),
    Kind.RATING: ("framework", "criterion", "evidence", "state"),
    Kind.CLAIM: ("framework", "criterion", "side", "evidence", "state"),
}
"""What each kind's list can be narrowed by."""


class Listing(NamedTuple):
    """One page of a list; ``total`` counts all that match."""

    rows: Sequence[Any]
    total: int
    page: int
    length: int = PAGE_LENGTH

    @property
    def pages(self) -> int:
        """How many pages there are; one at least."""
        return max(1, -(-self.total // self.length))


def page_within(number: int, total: int, length: int = PAGE_LENGTH) -> int:
    """The number of a page that there is: the first or the last one instead of those before or behind."""
    return min(max(1, number), Listing((), total, 1, length).pages)


def search(kind: Kind, text: str, chosen: Mapping[str, str], page: int) -> Listing:
    """Items of a kind whose texts hold every word of ``text``, narrowed by ``chosen``."""
    table = document_mapper.TABLES[kind]
    conditions = [_holds(kind, word) for word in text.split()]
    for name in FILTERS[kind]:
        if chosen.get(name):
            column = getattr(table, document_mapper.COLUMNS.get(name, name))
            conditions.append(column == chosen[name] if not unusable(chosen[name]) else false())
    if not chosen.get("state"):
        conditions.append(table.state != State.RETIRED.value)
    return _listing(select(table).where(*conditions).order_by(*_order(kind)), page)


def _order(kind: Kind) -> tuple[Any, ...]:
    table = document_mapper.TABLES[kind]
    if kind in PLACED:
        return table.position, table.key
    return (table.id,) if kind is Kind.RATING else (func.lower(table.title), table.key)


def _holds(kind: Kind, word: str) -> ColumnElement[bool]:
    if unusable(word):
        return false()
    escaped = word.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    table = document_mapper.TABLES[kind]
    columns = (getattr(table, name) for name in _SEARCHED[kind])
    return or_(*(func.lower(column).like(f"%{escaped}%", escape="\\") for column in columns))


def _listing(query: Any, page: int) -> Listing:
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    page = page_within(page, total)
    found = db.session.scalars(query.offset((page - 1) * PAGE_LENGTH).limit(PAGE_LENGTH)).all()
    return Listing(found, total, page)


def names() -> tuple[dict[str, str], dict[str, str]]:
    """Names of frameworks and of criteria by key, in their order, retired ones too."""
    frameworks = select(FrameworkRow.key, FrameworkRow.name).order_by(FrameworkRow.position)
    criteria = select(CriterionRow.key, CriterionRow.name).order_by(CriterionRow.position)
    return _pairs(frameworks), _pairs(criteria)


def rated_criteria() -> dict[str, str]:
    """Names of the criteria that are rated, and are no rows of facts, likewise."""
    query = select(CriterionRow.key, CriterionRow.name).where(CriterionRow.group_name == "")
    return _pairs(query.order_by(CriterionRow.position))


def frameworks() -> Sequence[Any]:
    """Key, name and state of every framework, in their order."""
    query = select(FrameworkRow.key, FrameworkRow.name, FrameworkRow.state).order_by(FrameworkRow.position)
    return db.session.execute(query).all()


def _pairs(query: Any) -> dict[str, Any]:
    return {row[0]: row[1] for row in db.session.execute(query)}


def sources() -> list[tuple[str, str]]:
    """Keys and titles of the sources that can be cited, by title."""
    query = select(models.Source.key, models.Source.title).where(models.Source.state != State.RETIRED.value)
    return [(row.key, row.title) for row in db.session.execute(query.order_by(func.lower(models.Source.title)))]


def addresses() -> dict[str, str]:
    """The key of the source behind each address."""
    query = select(models.Source.url, models.Source.key).where(models.Source.state != State.RETIRED.value)
    return _pairs(query)


def ratings() -> dict[tuple[str, str], models.Rating]:
    """Every rating by its cell, drafts and retired ones too."""
    return {(row.framework_key, row.criterion_key): row for row in db.session.scalars(select(models.Rating))}


def counts() -> dict[Kind, dict[str, int]]:
    """How many items of each kind there are in each state."""
    found: dict[Kind, dict[str, int]] = {}
    for kind in Kind:
        table = document_mapper.TABLES[kind]
        query = select(table.state, func.count()).group_by(table.state)
        found[kind] = _pairs(query)
    return found


CHANGED = "changed"
"""The concern with claims whose sources have changed; see :mod:`..verification.ageing`."""
CONCERNS = ("stale", "unsourced", "address")
"""The other reasons for which an item needs a look: the words for addresses."""


def concerning(kind: Kind, concern: str, reviewed_before: date, page: int) -> Listing:
    """Published claims or ratings that need a look, those with the oldest review first; an opinion needs no source."""
    table = document_mapper.TABLES[kind]
    condition = {
        "stale": table.reviewed_on < reviewed_before,
        "unsourced": and_(~_has_source(kind), table.evidence != Evidence.OPINION.value),
        "address": _has_source(kind, bad_address=True),
    }[concern]
    query = select(table).where(table.state == State.PUBLISHED.value, condition)
    return _listing(query.order_by(table.reviewed_on, table.framework_key, table.criterion_key), page)


def _has_source(kind: Kind, *, bad_address: bool = False) -> ColumnElement[bool]:
    bad = and_(~models.Source.url.like("http://%"), ~models.Source.url.like("https://%"))
    if kind is Kind.CLAIM:
        query = select(models.Citation.position).where(models.Citation.claim_key == models.Claim.key)
        query = query.join(models.Source, models.Source.key == models.Citation.source_key)
    else:
        link = models.rating_source
        query = select(link.c.rating_id).where(link.c.rating_id == models.Rating.id)
        query = query.join(models.Source, models.Source.key == link.c.source_key)
    return (query.where(bad) if bad_address else query).exists()


def how_many(reviewed_before: date) -> dict[str, int]:
    """How many published claims and ratings there are for each concern, in a fixed number of statements."""
    return {
        concern: sum(concerning(kind, concern, reviewed_before, 1).total for kind in (Kind.CLAIM, Kind.RATING))
        for concern in CONCERNS
    }
