"""The tables that are not an extension's own: its migrations must leave them, and their rows, as they were."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DatabaseError

from fwsite.plugins.discovery import place_here

Owns = Callable[[str], bool]
"""Whether a table is one of the extension's."""
_ENDS = "ends the transaction that it runs in; leave that to the site"
_WRITES = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})
_READS = re.compile(r"\s*(SELECT|PRAGMA|EXPLAIN)\b", re.IGNORECASE)
_ENDING = re.compile(r"\s*(COMMIT|ROLLBACK|END|ABORT|BEGIN)\b", re.IGNORECASE)
_POSTGRESQL_TABLES = text("""
    SELECT c.relname, concat_ws('; ',
        (SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attnum)
            FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
        (SELECT string_agg(pg_get_constraintdef(oid), ', ' ORDER BY conname) FROM pg_constraint WHERE conrelid = c.oid),
        (SELECT string_agg(pg_get_indexdef(indexrelid), ', ' ORDER BY indexrelid) FROM pg_index WHERE indrelid = c.oid),
        (SELECT string_agg(pg_get_triggerdef(oid), ', ' ORDER BY tgname)
            FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm')
""")
"""What makes a table what it is, as one text. Foreign keys that lead to it belong to the tables that have them."""
_POSTGRESQL_ROWS = text("""
    SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables WHERE schemaname = current_schema()
""")


@contextmanager
def left_alone(connection: Connection, owns: Owns) -> Iterator[None]:
    """Raise :class:`RuntimeError` where what runs inside touches a table that the extension does not own.

    The caller rolls the transaction back then.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    shapes, watch = (_sqlite_shapes, _sqlite_writes) if is_sqlite else (_postgresql_shapes, _postgresql_writes)
    before = shapes(connection)
    with _statements(connection) as statements, watch(connection, statements) as written:
        yield
    after = shapes(connection)
    for table in sorted(before.keys() | after.keys()):
        if before.get(table) != after.get(table) and not owns(table):
            what = "makes" if table not in before else "drops" if table not in after else "changes"
            raise RuntimeError(f"{what} the table {table}, which is not its own{statements.place_of(table)}")
    for table in sorted(written):
        if not owns(table):
            raise RuntimeError(f"writes into the table {table}, which is not its own{statements.place_of(table)}")


class _Statements:
    """What was executed, with file and line of the migration that did it; what only reads is left out."""

    def __init__(self) -> None:
        self._places: dict[str, str] = {}

    def add(self, statement: str) -> None:
        if not _READS.match(statement):
            self._places.setdefault(statement, place_here())

    def place_of(self, word: str) -> str:
        """Where the first statement with that name in it stands, in brackets; empty where there is none."""
        named = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
        return next((f" ({place})" for said, place in self._places.items() if place and named.search(said)), "")

    @property
    def place_of_end(self) -> str:
        """Where the transaction was ended, likewise."""
        return next((f" ({place})" for said, place in self._places.items() if place and _ENDING.match(said)), "")


@contextmanager
def _statements(connection: Connection) -> Iterator[_Statements]:
    statements = _Statements()

    def executed(_connection: Connection, _cursor: object, statement: str, *_given: object) -> None:
        statements.add(statement)

    def ended(_connection: Connection) -> None:
        statements.add("COMMIT")

    listeners: dict[str, Callable[..., None]] = {"before_cursor_execute": executed, "commit": ended, "rollback": ended}
    for name, listener in listeners.items():
        event.listen(connection, name, listener)
    try:
        yield statements
    finally:
        for name, listener in listeners.items():
            event.remove(connection, name, listener)


def _sqlite_shapes(connection: Connection) -> Mapping[str, str]:
    rows = connection.exec_driver_sql(
        "SELECT tbl_name, group_concat(type || name || coalesce(sql, ''), '; ') "
        "FROM (SELECT * FROM sqlite_master WHERE tbl_name NOT LIKE 'sqlite%' ORDER BY type, name) GROUP BY tbl_name"
    )
    return dict(rows.all())


@contextmanager
def _sqlite_writes(connection: Connection, statements: _Statements) -> Iterator[set[str]]:
    """Which tables are written into, as SQLite itself sees it; ends of the transaction are refused."""
    written: set[str] = set()
    ends: list[int] = []

    def allow(action: int, first: str | None, _second: str | None, schema: str | None, _inside: str | None) -> int:
        if action == sqlite3.SQLITE_TRANSACTION:
            ends.append(action)
            return sqlite3.SQLITE_DENY
        if action in _WRITES and schema == "main" and first and not first.startswith("sqlite_"):
            written.add(first.removeprefix("_alembic_tmp_"))
        return sqlite3.SQLITE_OK

    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - for the type checker
    driver.set_authorizer(allow)
    try:
        yield written
    except DatabaseError as error:
        if ends:
            raise RuntimeError(f"{_ENDS}{statements.place_of_end}") from error
        raise
    finally:
        driver.set_authorizer(None)
        if ends:  # SQLAlchemy may take it for ended, and not roll back any more
            driver.rollback()


def _postgresql_shapes(connection: Connection) -> Mapping[str, str]:
    return dict(connection.execute(_POSTGRESQL_TABLES).all())


@contextmanager
def _postgresql_writes(connection: Connection, statements: _Statements) -> Iterator[set[str]]:
    """Which tables are written into, as the server counts it for this connection."""
    written: set[str] = set()
    transaction = connection.exec_driver_sql("SELECT txid_current()").scalar_one()
    before: dict[str, int] = dict(connection.execute(_POSTGRESQL_ROWS).all())
    yield written
    if connection.exec_driver_sql("SELECT txid_current()").scalar_one() != transaction:
        raise RuntimeError(f"{_ENDS}{statements.place_of_end}")
    written.update(table for table, count in connection.execute(_POSTGRESQL_ROWS) if count != before.get(table, 0))
