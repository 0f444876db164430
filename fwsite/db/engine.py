"""Database engine and session: one for everybody, and what SQLite needs to be safe under many writers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from flask import Flask, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    Select,
    Text,
    bindparam,
    cast,
    event,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import DeclarativeBase, MappedColumn, MapperProperty
from sqlalchemy.orm.decl_api import DeclarativeAttributeIntercept

SQLITE_TIMEOUT = 30
"""Seconds that a writer waits for its turn."""
POOL_TIMEOUT = 10
"""Seconds that a request waits for a connection of the pool, before its page says that the site is not ready."""
POSTGRESQL = {
    "application_name": "fwsite",
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""How connections are made, unless DATABASE_URL says otherwise: a server that does not answer is given up within
seconds and not, as is usual, within minutes. In seconds, the last one in milliseconds."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_only_reading: ContextVar[bool] = ContextVar("only_reading", default=False)


class _Finished(DeclarativeAttributeIntercept):
    """What is mapped stays as it was written: one more attribute would be in every query of the site."""

    def __setattr__(cls, key: str, value: Any) -> None:
        if "__mapper__" in cls.__dict__ and isinstance(value, Column | MappedColumn | MapperProperty):
            raise TypeError(
                f"{cls.__name__}.{key} must not be added to a model of the site; keep it in a model of your own"
            )
        super().__setattr__(key, value)


class Base(DeclarativeBase, metaclass=_Finished):
    """The base of the core tables. Extensions have a base of their own on the same ``metadata``."""

    def __init_subclass__(cls, **options: Any) -> None:
        """A broken model breaks all others of its registry: only the site's own may be in this one."""
        if not cls.__module__.startswith(("fwsite.", "flask_sqlalchemy.")):
            raise TypeError(
                f"{cls.__name__} must not be a model of the site itself: give the extension a DeclarativeBase of its "
                "own, with metadata = fwsite.extend.metadata"
            )
        super().__init_subclass__(**options)

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


metadata = Base.metadata
"""The tables of the whole site, those of extensions too; names of constraints follow one convention."""
db = SQLAlchemy(model_class=Base)
"""Flask-SQLAlchemy on the site's database: ``db.session`` is the session of the request or command."""


def init_app(app: Flask) -> None:
    """Bind the session to the application's database."""
    options: dict[str, Any] = {"pool_size": max(5, app.config["THREADS"]), "max_overflow": 5, "pool_use_lifo": True}
    url: URL = app.config["SQLALCHEMY_DATABASE_URI"]
    if url.get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": SQLITE_TIMEOUT}
    else:
        options |= {"pool_pre_ping": True, "pool_timeout": POOL_TIMEOUT}
    if url.get_driver_name() == "psycopg":
        given = url.query.keys()
        options["connect_args"] = {name: value for name, value in POSTGRESQL.items() if name not in given}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _make_sqlite_safe(db.engine)


@contextmanager
def reading() -> Iterator[None]:
    """Inside it a request that may write only reads: on SQLite it does not wait for its turn among the writers.

    The session's transaction ends with it, so that the next one may write.
    """
    token = _only_reading.set(True)
    try:
        yield
    finally:
        _only_reading.reset(token)
        db.session.rollback()


@contextmanager
def session_apart() -> Iterator[None]:
    """A database session for what runs inside; that of the page, with its transaction and its objects, stays."""
    sessions = db.session.registry
    of_the_page = sessions() if sessions.has() else None
    sessions.clear()
    try:
        yield
    finally:
        db.session.remove()
        if of_the_page is not None:
            sessions.set(of_the_page)


def dialect_insert(dialect: str, table: Any) -> Any:
    """INSERT as this database has it, with ``on_conflict_do_update``. Only the dialect in use is imported: that of
    PostgreSQL takes two megabytes.
    """
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    return insert(table)


def rows_of(dialect: str, name: str, *kinds: Any) -> Select[Any]:
    """Rows from one parameter ``name``: a JSON text, a list of lists. ``kinds`` are the types of the columns.

    One statement with all rows in it instead of one execution for each: SQLite lets go of the interpreter at every
    execution, and the thread has to queue for it again while it holds up all other writers.
    """
    given = bindparam(name, type_=Text())
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import JSONB

        row = func.jsonb_array_elements(cast(given, JSONB)).table_valued("value").render_derived().c.value
        return select(*(_from_jsonb(row, place, kind) for place, kind in enumerate(kinds)))
    found = func.json_each(given).table_valued("value")
    # With a condition, or ON CONFLICT after it would be read as the condition of a join.
    columns = [func.json_extract(found.c.value, literal_column(f"'$[{place}]'")) for place in range(len(kinds))]
    return select(*columns).where(literal_column("1") == literal_column("1"))


def _from_jsonb(row: Any, place: int, kind: Any) -> Any:
    if kind is JSON:
        return cast(row.op("->")(literal_column(str(place))), JSON)
    return cast(row.op("->>")(literal_column(str(place))), kind)


def _create_private(url: URL) -> None:
    """Make the file of an SQLite database that is not there yet, for its owner alone: it will hold password hashes.

    SQLite itself would let everybody read it, as far as the umask does; its log gets the rights of the file.
    """
    name = (url.database or ":memory:").removeprefix("file:")
    if name.startswith(":") or url.query.get("mode", "rwc") != "rwc":
        return
    with suppress(OSError):  # it is there; or cannot be made, which SQLite says better
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _make_sqlite_safe(engine: Engine) -> None:
    """Write-ahead log, durable commits, foreign keys; writers queue at BEGIN instead of failing later.

    The driver's own transaction handling is switched off: it would begin late and upgrade a read to a write,
    which SQLite refuses while another writer is active.
    """

    @event.listens_for(engine, "do_connect")
    def make_private(*_given: object) -> None:
        _create_private(engine.url)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = _only_reading.get() or (has_request_context() and request.method in _READING)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
