"""Table copy: the rows of one table, from one database into another, each of them SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    MetaData,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    type_coerce,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.types import TypeEngine

_AT_ONCE = 500
"""Rows in one statement."""
_Row = dict[str, Any]


class CopyError(Exception):
    """The databases are not copied, for a reason that a host can do something about."""


class TableCopy:
    """One table on either side; the columns are those that both have.

    A column is read and written by the type that the model says, or the database where there is no model. JSON goes as
    the text that it is: read and written again, it would lose the difference between NULL and null.
    """

    def __init__(self, source: Table, target: Table, models: MetaData) -> None:
        self.name = target.name
        self._source, self._target = source, target
        known = models.tables.get(target.name)
        ours, theirs = _stored(source), _stored(target)
        if set(ours) != set(theirs):
            differing = ", ".join(sorted(set(ours) ^ set(theirs)))
            raise CopyError(f"table {self.name} does not have the same columns on both sides: {differing}")
        self._types: dict[str, TypeEngine[Any] | None] = {}
        for name in ours:
            is_json = isinstance(ours[name].type, JSON) or isinstance(theirs[name].type, JSON)
            model = known.columns.get(name) if known is not None else None
            self._types[name] = None if is_json else (theirs[name] if model is None else model).type

    def copy(self, source: Connection, target: Connection) -> Iterator[int]:
        """Put every row of the source into the target; yields how many are there so far, 0 where there are none.

        Raises :class:`CopyError`.
        """
        target.execute(self._target.delete())  # what migrations put there by themselves is in the source, too
        statement = insert(self._target).values({name: self._written(name, target) for name in self._types})
        done = 0
        try:
            rows = source.execution_options(yield_per=_AT_ONCE).execute(self._query(source)).mappings()
            for part in rows.partitions():
                self._put(target, statement, [dict(row) for row in part])
                done += len(part)
                yield done
            if not done:
                yield 0
        except (SQLAlchemyError, ValueError) as error:
            raise CopyError(f"table {self.name}: {in_short(error)}") from error

    def counts(self, source: Connection, target: Connection) -> tuple[int, int]:
        """How many rows there are on either side."""
        return _count(source, self._source), _count(target, self._target)

    def _query(self, source: Connection) -> Any:
        order = self._source.primary_key.columns.values()
        return select(*(self._read(name, source).label(name) for name in self._types)).order_by(*order)

    def _read(self, name: str, source: Connection) -> Any:
        column, known = self._source.columns[name], self._types[name]
        if known is not None:
            return type_coerce(column, known)
        return type_coerce(column, Text) if source.dialect.name == "sqlite" else cast(column, Text)

    def _written(self, name: str, target: Connection) -> Any:
        known = self._types[name]
        if known is not None:
            return bindparam(name, type_=known)
        text: Any = bindparam(name, type_=Text())
        return text if target.dialect.name == "sqlite" else cast(text, self._target.columns[name].type)

    def _put(self, target: Connection, statement: Any, rows: list[_Row]) -> None:
        try:
            with target.begin_nested():
                target.execute(statement, rows)
        except (SQLAlchemyError, ValueError) as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            self._name_the_first_that_fails(target, statement, rows)
            raise

    def _name_the_first_that_fails(self, target: Connection, statement: Any, rows: Sequence[_Row]) -> None:
        for row in rows:
            try:
                with target.begin_nested():
                    target.execute(statement, row)
            except (SQLAlchemyError, ValueError) as error:
                what = _not_a_text(row) or in_short(error)
                raise CopyError(f"table {self.name}, {self._place(row)}: {what}") from error

    def _place(self, row: _Row) -> str:
        keys = [column.name for column in self._target.primary_key.columns] or list(row)
        return ", ".join(f"{key} {row[key]!r}" for key in keys)


def set_sequence(target: Connection, table: Table) -> None:
    """On PostgreSQL: the numbers that the database gives out go on after those that were copied."""
    for column in table.columns:
        name = target.dialect.identifier_preparer.quote(table.name)
        sequence = target.scalar(select(func.pg_get_serial_sequence(name, column.name)))
        highest = target.scalar(select(func.max(column))) if sequence else None
        if highest is not None:
            target.execute(select(func.setval(sequence, highest)))


def _stored(table: Table) -> dict[str, Column[Any]]:
    """The columns that hold something of their own: what the database works out, it works out again."""
    return {column.name: column for column in table.columns if column.computed is None}


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _not_a_text(row: _Row) -> str | None:
    for name, value in row.items():
        if not isinstance(value, str):
            continue
        if "\0" in value:
            return f"{name} has the character NUL in it, which PostgreSQL does not take"
        try:
            value.encode()
        except UnicodeEncodeError:
            return f"{name} has bytes in it that are no text (a lone surrogate, or not UTF-8)"
    return None


def in_short(error: Exception) -> str:
    """What the database said: its first line, and the detail where it names one."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    details = [line.removeprefix("DETAIL:").strip() for line in said if line.startswith("DETAIL:")]
    return "; ".join([*said[:1], *details])
