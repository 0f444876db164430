"""Counters of responses, kept in the transaction that stores or deletes them.

How many there are is counted as they come; what they answered when numbers are published, for all that have come since
the last ones together. Counting each by itself would change thirty rows while its visitor waits.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Integer, String, Table, bindparam, delete, select, update

from fwsite.blueprints.questionnaire import networks
from fwsite.blueprints.questionnaire.definitions import definition_of
from fwsite.blueprints.questionnaire.models import PublishedDefinition, Statistics, StoredResponse, TallyCount
from fwsite.domain.disclosure import LEAST
from fwsite.domain.questionnaire import Definition
from fwsite.domain.statistics import Cell, Counted, Part, Tally, may_publish, published, tally_of
from fwsite.extend import db, dialect_insert, rows_of


class Standing(NamedTuple):
    """Where the numbers of a version stand; see :class:`Statistics`."""

    responses: int
    moved: int
    published: int


def increment_and_lock(connection: Connection, version: str, number: int) -> Standing:
    """Count so many more responses to the version, which the transaction is about to store.

    Nobody else counts one of this version until the end of the transaction.
    """
    return Standing(*connection.execute(_more(connection.dialect.name), {"of": version, "number": number}).one())


def count_in(connection: Connection, definition: Definition, standing: Standing) -> None:
    """Publish new numbers where the responses counted before, which are stored by now, make them due."""
    if may_publish(standing.responses, standing.moved):
        _settle(connection, definition, standing)


def count_out(connection: Connection, responses: Iterable[StoredResponse]) -> None:
    """Take out responses that this transaction deletes."""
    by_version: dict[str, list[StoredResponse]] = defaultdict(list)
    for response in responses:
        by_version[response.version].append(response)
    for version, gone in sorted(by_version.items()):
        before = increment_and_lock(connection, version, 0)
        # Who came after the last publication and goes before the next was never part of one, and is not counted yet.
        counted = [response for response in gone if response.published_before < before.published]
        total = tally_of(Counted(each.answers, each.winners, each.created_on) for each in counted)
        _change(connection, version, total, -1)
        moved = 2 * len(counted) - len(gone)
        now = Standing(before.responses - len(gone), before.moved + moved, before.published)
        _settle(connection, definition_of(version), now)


# Into tables and not into mapped classes: no objects are made of what is counted. And putting a statement together
# takes longer than running it, so those of every submission are put together once.
_STATISTICS, _TALLY, _RESPONSES = (cast("Table", each.__table__) for each in (Statistics, TallyCount, StoredResponse))


@cache
def _more(dialect: str) -> Any:
    columns, number = _STATISTICS.c, bindparam("number", type_=Integer())
    first = dialect_insert(dialect, _STATISTICS).values(
        version=bindparam("of"), responses=number, moved=number, published=0
    )
    more = {"responses": columns.responses + number, "moved": columns.moved + number}
    counted = first.on_conflict_do_update(index_elements=[columns.version], set_=more)
    return counted.returning(columns.responses, columns.moved, columns.published)


@cache
def _added(dialect: str) -> Any:
    columns = _TALLY.c
    rows = rows_of(dialect, "rows", String, String, String, String, Integer)
    first = dialect_insert(dialect, _TALLY).from_select(["version", "part", "question", "cell", "count"], rows)
    key = [columns.version, columns.part, columns.question, columns.cell]
    return first.on_conflict_do_update(index_elements=key, set_={"count": columns["count"] + first.excluded["count"]})


def _change(connection: Connection, version: str, cells: Tally, sign: int) -> None:
    if not cells:
        return
    rows = [(version, cell.part, cell.question, cell.cell, sign * count) for cell, count in cells.items()]
    connection.execute(_added(connection.dialect.name), {"rows": json.dumps(rows)})
    if sign < 0:
        connection.execute(delete(_TALLY).where(_TALLY.c.version == version, _TALLY.c["count"] == 0))


def _settle(connection: Connection, definition: Definition, now: Standing) -> None:
    """Publish new numbers where enough has changed; take back those there are where too few responses are left."""
    values: dict[str, Any] = {"responses": now.responses, "moved": now.moved}
    if now.responses < LEAST:
        values["document"] = None
    if may_publish(now.responses, now.moved):
        _change(connection, definition.version, tally_of(_not_counted(connection, definition.version, now)), 1)
        columns = _TALLY.c
        query = select(columns.part, columns.question, columns.cell, columns["count"])
        rows = connection.execute(query.where(columns.version == definition.version))
        tally = {Cell(Part(part), question, cell): number for part, question, cell, number in rows}
        values["document"] = published(
            definition,
            tally,
            now.responses,
            datetime.now(UTC).date(),
            networks.arrivals(connection, definition.version),
        )
        values |= {"published": now.published + 1, "moved": 0}
    connection.execute(update(_STATISTICS).where(_STATISTICS.c.version == definition.version).values(values))


def _not_counted(connection: Connection, version: str, now: Standing) -> Iterable[Counted]:
    """Those that have come since numbers were last published."""
    columns = _RESPONSES.c
    query = select(columns.answers, columns.winners, columns.created_on)
    found = connection.execute(query.where(columns.version == version, columns.published_before == now.published))
    return (Counted(*row) for row in found)


def find_published(version: str) -> dict[str, Any] | None:
    """The published numbers of a version; none where there are none."""
    return db.session.scalar(select(Statistics.document).where(Statistics.version == version))


def published_versions() -> list[tuple[str, date]]:
    """The versions that numbers are published of, each with the day it came into use; the latest first."""
    query = (
        select(Statistics.version, PublishedDefinition.published_at)
        .join(PublishedDefinition, PublishedDefinition.version == Statistics.version)
        .where(Statistics.document.is_not(None))
        .order_by(PublishedDefinition.published_at.desc())
    )
    return [(row.version, row.published_at.date()) for row in db.session.execute(query)]
