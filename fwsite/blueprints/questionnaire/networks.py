"""Network counters: how much of a day's answers came from one network, without anybody being able to say from which.

A network is counted under a mark until its day is over; what stays is a number of each day. The rows are changed in the
transaction that stores the answers, so that all processes count together, and what is not stored is not counted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Date, Integer, String, Table, bindparam, case, delete, select

from fwsite.blueprints.questionnaire.models import DayCount, NetworkCount
from fwsite.domain.concentration import LEAST, Arrivals
from fwsite.extend import dialect_insert, hidden_key, hidden_network, rows_of

_DAYS, _NETWORKS = (cast("Table", each.__table__) for each in (DayCount, NetworkCount))
_MARK_LENGTH = 6
"""Hexadecimal digits: one of sixteen million marks, so that two of a day's networks hardly have the same, and each is
that of 256 IPv4 addresses."""


def mark_of_visitor() -> str:
    """The mark of the network that the request comes from, for today."""
    return hidden_key(f"network {datetime.now(UTC).date()} {hidden_network()}")[:_MARK_LENGTH]


def count(connection: Connection, version: str, day: date, marks: Iterable[str]) -> None:
    """Count responses that the transaction stores, each by the mark of its network; empty where there is none.

    With the first of a day the marks of the days before are forgotten.
    """
    number, networks = 0, Counter[str]()
    for mark in marks:
        number += 1
        networks[mark] += bool(mark)
    dialect = connection.dialect.name
    rows = [(version, day.isoformat(), mark, sent) for mark, sent in networks.items() if sent]
    largest = max(connection.execute(_more_of_networks(dialect), {"rows": json.dumps(rows)}).scalars(), default=0)
    row = {"of": version, "on": day, "number": number, "largest": largest}
    received = connection.execute(_more_of_day(dialect), row).scalar_one()
    if received == number:
        forget_before(connection, day)


def forget_before(connection: Connection, day: date) -> None:
    """Forget the marks of the days before this one."""
    connection.execute(delete(_NETWORKS).where(_NETWORKS.c.day < day))


def arrivals(connection: Connection, version: str) -> Mapping[date, Arrivals]:
    """Every day of a version on which one network sent enough to be told of."""
    columns = _DAYS.c
    query = select(columns.day, columns.received, columns.largest)
    rows = connection.execute(query.where(columns.version == version, columns.largest >= LEAST))
    return {day: Arrivals(received, largest) for day, received, largest in rows}


@cache
def _more_of_networks(dialect: str) -> Any:
    columns = _NETWORKS.c
    rows = rows_of(dialect, "rows", String, Date, String, Integer)
    first = dialect_insert(dialect, _NETWORKS).from_select(["version", "day", "mark", "count"], rows)
    more = first.on_conflict_do_update(
        index_elements=[columns.version, columns.day, columns.mark],
        set_={"count": columns["count"] + first.excluded["count"]},
    )
    return more.returning(columns["count"])


@cache
def _more_of_day(dialect: str) -> Any:
    columns, number = _DAYS.c, bindparam("number", type_=Integer())
    first = dialect_insert(dialect, _DAYS).values(
        version=bindparam("of"), day=bindparam("on"), received=number, largest=bindparam("largest")
    )
    most = case((first.excluded.largest > columns.largest, first.excluded.largest), else_=columns.largest)
    more = first.on_conflict_do_update(
        index_elements=[columns.version, columns.day], set_={"received": columns.received + number, "largest": most}
    )
    return more.returning(columns.received)
