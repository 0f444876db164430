"""Document mapper: rows of the tables as documents, and documents as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import subqueryload

from fwsite.blueprints.comparison import models
from fwsite.domain.items import FIELDS, PLACED, SOURCE_LISTS, Item, Kind, Known, Value
from fwsite.extend import Criterion as CriterionRow
from fwsite.extend import Framework as FrameworkRow
from fwsite.extend import db, package_names

TABLES: Mapping[Kind, Any] = {
    Kind.CRITERION: CriterionRow,
    Kind.SOURCE: models.Source,
    Kind.FRAMEWORK: FrameworkRow,
    Kind.RATING: models.Rating,
    Kind.CLAIM: models.Claim,
}
COLUMNS = {"framework": "framework_key", "criterion": "criterion_key", "group": "group_name"}
"""The columns that are called otherwise than their fields."""


def find(kind: Kind, key: str, *, lock: bool = False) -> Item | None:
    """The item, or ``None``. With ``lock`` nobody else can change it before this transaction ends."""
    row = _row(kind, key, lock=lock)
    return None if row is None else next(iter(_items(kind, [row])))


def everything() -> dict[tuple[Kind, str], Item]:
    """Every item of every kind, in the order of the content file, in a fixed number of statements."""
    found = {}
    for kind in Kind:
        for item in _items(kind, db.session.scalars(_ordered(kind))):
            found[kind, item.key] = item
    return found


def items(kind: Kind, keys: Iterable[str]) -> dict[str, Item]:
    """Those of the named items that there are."""
    rows = db.session.scalars(_ordered(kind).where(key_column(kind).in_(set(keys))))
    return {item.key: item for item in _items(kind, rows)}


def keys(kind: Kind) -> set[str]:
    """Every key of the kind, whatever its state."""
    return set(db.session.scalars(select(key_column(kind))))


def key_column(kind: Kind) -> Any:
    """The keys of a kind in a statement; a rating's is made of two columns."""
    table = TABLES[kind]
    return table.framework_key + "." + table.criterion_key if kind is Kind.RATING else table.key


def known() -> Known:
    """What documents may refer to."""
    releases = select(models.Source.key).where(models.Source.archive != "")
    return Known(
        frameworks=sorted(keys(Kind.FRAMEWORK)),
        criteria=sorted(keys(Kind.CRITERION)),
        sources=sorted(keys(Kind.SOURCE)),
        releases=set(db.session.scalars(releases)),
        packages=package_names(),
        free=set(db.session.scalars(select(FrameworkRow.key).union(select(FrameworkRow.name)))),
        rows=_sorted(select(CriterionRow.key).where(CriterionRow.group_name != "")),
        answered=_sorted(select(models.Claim.criterion_key).where(models.Claim.answer != "").distinct()),
        rated=_sorted(select(models.Rating.criterion_key).distinct()),
    )


def _sorted(query: Any) -> list[str]:
    return sorted(db.session.scalars(query))


def put(item: Item) -> None:
    """Make the item's row say what its document says; a new one of a placed kind comes last."""
    row = _row(item.kind, item.key)
    if row is None:
        insert_all(item.kind, [item])
        return
    for name, value in _values(item).items():
        setattr(row, name, value)
    _put_sources(item, row)
    db.session.flush()


def insert_all(kind: Kind, items: Sequence[Item]) -> None:
    """Rows for items that have none yet, in a fixed number of statements; of a placed kind they come last, as given."""
    if not items:
        return
    table = TABLES[kind]
    rows = [_values(item) for item in items]
    if kind in PLACED:
        last = db.session.scalar(select(func.max(table.position))) or 0
        rows = [{**row, "position": place} for place, row in enumerate(rows, last + 1)]
    db.session.execute(insert(table), rows)
    links, wanted = _links(kind, items)
    if wanted:
        db.session.execute(insert(links), wanted)


def _values(item: Item) -> dict[str, Any]:
    """What the item's row has in its columns, but for its place."""
    document = item.document
    values = {COLUMNS.get(name, name): _stored(value, document[name]) for name, value in _columns(item.kind).items()}
    own = {} if item.kind is Kind.RATING else {"key": item.key}
    return {**own, **values, "state": document["state"], "version": item.version}


def _links(kind: Kind, items: Iterable[Item]) -> tuple[Any, list[dict[str, Any]]]:
    """The table that holds what items of the kind rest on, and its rows for these."""
    if kind is Kind.CLAIM:
        return models.Citation, [row for item in items for row in _citations(item)]
    if kind is Kind.RATING:
        rating = models.Rating
        named = db.session.execute(select(key_column(kind), rating.id)).all()
        numbers = {str(key): int(number) for key, number in named}
        pairs = [(numbers[item.key], source) for item in items for source in item.document["sources"]]
        return models.rating_source, [{"rating_id": number, "source_key": source} for number, source in pairs]
    if kind is Kind.FRAMEWORK:
        return models.example_source, [
            {"framework_key": item.key, "source_key": source}
            for item in items
            for source in item.document["example_sources"]
        ]
    return None, []


def _citations(item: Item) -> list[dict[str, Any]]:
    return [
        {"claim_key": item.key, "position": number, "source_key": entry["source"], "words": entry["words"]}
        for number, entry in enumerate(item.document["sources"])
    ]


def _put_sources(item: Item, row: Any) -> None:
    """Make what an item's row rests on what its document says."""
    table, wanted = _links(item.kind, [item])
    if item.kind is Kind.CLAIM:
        kept = [(citation.source_key, citation.words) for citation in row.citations]
        if kept == [(each["source_key"], each["words"]) for each in wanted]:
            return
        row.citations.clear()
        db.session.flush()
        row.citations = [models.Citation(**each) for each in wanted]
    elif item.kind is Kind.RATING:
        sources = select(models.Source).where(models.Source.key.in_(item.document["sources"]))
        row.sources = list(db.session.scalars(sources)) if wanted else []
    elif item.kind is Kind.FRAMEWORK:
        db.session.execute(delete(table).where(table.c.framework_key == row.key))
        if wanted:
            db.session.execute(insert(table), wanted)


def _columns(kind: Kind) -> dict[str, Value]:
    """What the fields with a column of their own hold."""
    return {field.name: field.value for field in FIELDS[kind] if field.value not in SOURCE_LISTS}


def _stored(value: Value, given: Any) -> Any:
    if value is Value.DAY:
        return date.fromisoformat(given) if given else None
    return given


def _row(kind: Kind, key: str, *, lock: bool = False) -> Any:
    table = TABLES[kind]
    query = select(table)
    if kind is Kind.RATING:
        framework, _, criterion = key.partition(".")
        query = query.where(table.framework_key == framework, table.criterion_key == criterion)
    else:
        query = query.where(table.key == key)
    if lock:
        query = query.with_for_update(of=table).execution_options(populate_existing=True)
    return db.session.scalar(query)


def _ordered(kind: Kind) -> Any:
    table = TABLES[kind]
    if kind is Kind.RATING:
        query = select(table).join(CriterionRow).options(subqueryload(table.sources))
        return query.order_by(table.framework_key, CriterionRow.position, table.id)
    query = select(table)
    if kind is Kind.CLAIM:
        query = query.options(subqueryload(table.citations))
    return query.order_by(table.position, table.key) if kind in PLACED else query.order_by(table.key)


def _items(kind: Kind, rows: Iterable[Any]) -> Iterable[Item]:
    rows = list(rows)
    examples: dict[str, list[str]] = {}
    if kind is Kind.FRAMEWORK and rows:
        table = models.example_source
        query = select(table).where(table.c.framework_key.in_([row.key for row in rows]))
        for framework, source in db.session.execute(query):
            examples.setdefault(framework, []).append(source)
    for row in rows:
        given = {name: getattr(row, COLUMNS.get(name, name)) for name in ("state", *_columns(kind))}
        if kind is Kind.CLAIM:
            given["sources"] = [{"source": c.source_key, "words": c.words} for c in row.citations]
        elif kind is Kind.RATING:
            given["sources"] = [source.key for source in row.sources]
        elif kind is Kind.FRAMEWORK:
            given["example_sources"] = examples.get(row.key, [])
        if kind is not Kind.RATING:
            given["key"] = row.key
        yield Item.of(kind, given, row.version)
