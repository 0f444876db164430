"""The rows of a whole database: to compare, and to put back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol
from weakref import finalize

from sqlalchemy import Engine, MetaData, text


class Snapshot(Protocol):
    """A database, and its rows as they were saved."""

    def dump(self) -> dict[str, list[Any]]:
        """Every row of every table."""

    def save(self) -> None:
        """Remember every row as it is now."""

    def restore(self) -> None:
        """Put every row back as it was saved."""


class OfFile:
    """SQLite's file, and a copy of it."""

    def __init__(self, file: Path, copy: Path) -> None:
        self._file, self._copy = file, copy
        self._dumped: dict[str, list[Any]] = {}
        self._version = 0

    @cached_property
    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file)
        finalize(self, connection.close)
        return connection

    def dump(self) -> dict[str, list[Any]]:
        """Read anew only after a commit: with each of them a connection that commits nothing gets another number."""
        database = self._open
        version: int = database.execute("PRAGMA data_version").fetchone()[0]
        if version != self._version:
            tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            self._dumped = {name: sorted(database.execute(f'SELECT * FROM "{name}"'), key=repr) for name in tables}
            self._version = version
        return self._dumped

    def save(self) -> None:
        self._pass_on(self._file, self._copy)

    def restore(self) -> None:
        self._pass_on(self._copy, self._file)

    def _pass_on(self, source: Path, target: Path) -> None:
        with closing(sqlite3.connect(source)) as given, closing(sqlite3.connect(target)) as taken:
            given.backup(taken)


class OfServer:
    """A database of PostgreSQL. Its sequences go on."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tables = MetaData()
        self._tables.reflect(engine)
        self._saved: dict[str, list[Any]] = {}

    def dump(self) -> dict[str, list[Any]]:
        with self._engine.connect() as connection:
            tables = self._tables.tables.items()
            return {name: sorted(connection.execute(table.select()), key=repr) for name, table in tables}

    def save(self) -> None:
        self._saved = self.dump()

    def restore(self) -> None:
        """Whatever refers to what, and whoever listens to changes of a table."""
        now = self.dump()
        changed = [name for name, rows in self._saved.items() if rows != now[name]]
        with self._engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for table in (self._tables.tables[name] for name in changed):
                connection.execute(table.delete())
                if self._saved[table.name]:
                    connection.execute(table.insert(), [row._asdict() for row in self._saved[table.name]])


def snapshot_of(engine: Engine, folder: Path) -> Snapshot:
    """Of the database that ``engine`` leads to; ``folder`` is for a copy."""
    if engine.dialect.name == "sqlite":
        return OfFile(Path(str(engine.url.database)), folder / "saved.sqlite3")
    return OfServer(engine)
