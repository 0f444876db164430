"""Document mapper: rows of the tables as documents, and documents as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import subqueryload

from fwsite.blueprints.comparison import models
from fwsite.domain.items import FIELDS, PLACED, SOURCE_LISTS, Document, Item, Kind, Known, Value
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
    kind, document = item.kind, item.document
    row = _row(kind, item.key)
    if row is None:
        row = TABLES[kind]()
        if kind in PLACED:
            row.position = (db.session.scalar(select(func.max(TABLES[kind].position))) or 0) + 1
    if kind is not Kind.RATING:
        row.key = item.key
    for name, value in _columns(kind).items():
        setattr(row, COLUMNS.get(name, name), _stored(value, document[name]))
    row.state, row.version = document["state"], item.version
    db.session.add(row)
    _put_sources(kind, row, document)
    db.session.flush()


def _put_sources(kind: Kind, row: Any, document: Document) -> None:
    if kind is Kind.CLAIM:
        wanted = [(entry["source"], entry["words"]) for entry in document["sources"]]
        if [(citation.source_key, citation.words) for citation in row.citations] != wanted:
            row.citations.clear()
            db.session.flush()
            row.citations = [
                models.Citation(position=number, source_key=source, words=words)
                for number, (source, words) in enumerate(wanted)
            ]
    elif kind is Kind.RATING:
        wanted_sources = select(models.Source).where(models.Source.key.in_(document["sources"]))
        row.sources = list(db.session.scalars(wanted_sources)) if document["sources"] else []
    elif kind is Kind.FRAMEWORK:
        db.session.flush()
        table = models.example_source
        db.session.execute(delete(table).where(table.c.framework_key == row.key))
        for source in document["example_sources"]:
            db.session.execute(insert(table).values(framework_key=row.key, source_key=source))


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
