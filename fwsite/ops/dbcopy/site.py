"""Database copy of a whole site into an empty one, on SQLite or PostgreSQL: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, Engine, MetaData, Table, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import sort_tables_and_constraints

from fwsite.db.advisory_lock import upgrade_turn
from fwsite.db.engine import db, metadata, reading
from fwsite.instance import current_instance
from fwsite.ops.dbcopy.table import CopyError, TableCopy, in_short, set_sequence
from fwsite.plugins import migrations

_FOREIGN_KEYS = text("""
    SELECT conrelid::regclass::text AS owner, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0 AND connamespace = current_schema()::regnamespace
    ORDER BY 1, 2
""")
_MANY_NAMES = 8


@dataclass(frozen=True)
class Progress:
    """So many rows of a table are copied. The first of all names none: from then on, nothing new is copied."""

    table: str
    done: int
    total: int


def copy_site(
    source: Flask, target: Flask, *, without_leftovers: bool = False, leave_out: Collection[str] = ()
) -> Iterator[Progress]:
    """Copy the database of ``source`` into that of ``target``, which has to be empty, in one transaction there.

    The source may be in use: it is read as it is at one moment. Raises :class:`CopyError`, with what to do about it;
    the target is empty as before then. Without ``without_leftovers`` that is so, too, where tables would stay behind
    because no extension in force makes them. The tables to ``leave_out`` stay empty.
    """
    with source.app_context():
        _refuse_pending(source)
        with _snapshot(db.engine) as ours, target.app_context(), _target(db.engine) as theirs:
            migrations.build_schema(target, theirs)
            yield from _copy_all(ours, theirs, without_leftovers, leave_out)


def _refuse_pending(source: Flask) -> None:
    for state in migrations.status(source):
        if state.pending:
            raise CopyError(f"{state.name} is not up to date ({state.reason})")


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """Reads the database as it is at this moment, whoever writes meanwhile."""
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if is_sqlite:
            driver = connection.connection.driver_connection
            driver.text_factory = _text  # type: ignore[union-attr]
        else:
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        try:
            with reading():
                connection.begin()
            inspect(connection).get_table_names()  # the moment is that of the first statement
            yield connection
        finally:
            if is_sqlite:
                driver.text_factory = str  # type: ignore[union-attr]


def _text(raw: bytes) -> str:
    """What is no text is read all the same, so that it can be said where it stands."""
    return raw.decode("utf-8", "surrogateescape")


@contextmanager
def _target(engine: Engine) -> Iterator[Connection]:
    """The transaction that fills the database, which must be empty; afterwards it is full, or empty again."""
    file = Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None
    is_new = file is not None and not file.exists()
    try:
        with upgrade_turn(engine) as turn, migrations.transaction() as connection:
            if not turn.is_ours:
                raise CopyError("another process is bringing the database that is copied to up to date")
            found = inspect(connection).get_table_names()
            if found:
                raise CopyError(
                    f"the database that is copied to must be empty, and has the tables {_listed(found)}; "
                    "make an empty one"
                )
            yield connection
    except BaseException:
        if file is not None and is_new:
            engine.dispose()
            for name in (file, *(file.with_name(f"{file.name}-{end}") for end in ("wal", "shm"))):
                name.unlink(missing_ok=True)
        raise


def _copy_all(
    ours: Connection, theirs: Connection, without_leftovers: bool, leave_out: Collection[str]
) -> Iterator[Progress]:
    source, target = _tables(ours), _tables(theirs)
    _refuse_leftovers(set(source) - set(target), without_leftovers)
    missing = sorted(set(target) - set(source))
    if missing:
        raise CopyError(f"the tables {_listed(missing)} are missing; run: {current_instance().command('db upgrade')}")
    copies = [
        TableCopy(source[table.name], table, metadata) for table in _in_order(target) if table.name not in leave_out
    ]
    counts = {copy.name: copy.counts(ours, theirs)[0] for copy in copies}
    yield Progress("", 0, sum(counts.values()))
    with _without_foreign_keys(theirs):
        for copy in copies:
            for done in copy.copy(ours, theirs):
                yield Progress(copy.name, done, counts[copy.name])
    for copy in copies:
        before, after = copy.counts(ours, theirs)
        if before != after:
            raise CopyError(f"table {copy.name} has {before} rows, and {after} in the copy")
    if theirs.dialect.name == "postgresql":
        for table in target.values():
            set_sequence(theirs, table)


def _tables(connection: Connection) -> dict[str, Table]:
    """Every table but SQLite's virtual ones and what is behind them: indexes, which the tables' own triggers fill."""
    names = inspect(connection).get_table_names()
    if connection.dialect.name == "sqlite":
        made = text("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")
        virtual = connection.scalars(made).all()
        names = [name for name in names if name not in virtual and not _is_behind(name, virtual)]
    reflected = MetaData()
    reflected.reflect(connection, only=names)
    return {name: reflected.tables[name] for name in names}


def _is_behind(name: str, virtual: object) -> bool:
    return any(name.startswith(f"{each}_") for each in virtual)  # type: ignore[attr-defined]


def _in_order(tables: dict[str, Table]) -> list[Table]:
    """Those that others refer to first; where they refer to each other, in any order."""
    return [table for table, _ in sort_tables_and_constraints(tables.values()) if table is not None]


def _refuse_leftovers(left: set[str], without_leftovers: bool) -> None:
    if left and not without_leftovers:
        raise CopyError(
            f"no extension in force has the tables {_listed(sorted(left))}, so that they cannot be copied; install "
            "what they belong to, or leave them behind with --without-leftovers"
        )


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Rows come in whatever order, and are checked all together at the end."""
    if connection.dialect.name == "sqlite":  # the transaction does not follow them anyway
        yield
        for broken in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            raise CopyError(f"table {broken[0]} has rows that refer to missing rows of {broken[2]}")
        return
    keys = connection.execute(_FOREIGN_KEYS).all()
    for key in keys:
        connection.exec_driver_sql(f"ALTER TABLE {key.owner} DROP CONSTRAINT {key.name}")
    yield
    for key in keys:
        try:
            connection.exec_driver_sql(f"ALTER TABLE {key.owner} ADD CONSTRAINT {key.name} {key.definition}")
        except IntegrityError as error:
            raise CopyError(f"table {key.owner} has rows that refer to missing ones: {in_short(error)}") from error


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_MANY_NAMES])
    return f"{shown} and {len(names) - _MANY_NAMES} more" if len(names) > _MANY_NAMES else shown
