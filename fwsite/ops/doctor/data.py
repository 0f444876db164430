"""Database check: whether it can be asked and written, keeps what it acknowledged, and has this version's schema."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from flask import Flask
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from fwsite.db.engine import db
from fwsite.db.errors import outage_of, reason
from fwsite.instance import current_instance
from fwsite.ops.database_name import named
from fwsite.ops.doctor.finding import Finding, fine, wrong
from fwsite.plugins import migrations
from fwsite.plugins.pending import refresh
from fwsite.plugins.registry import registry_of
from fwsite.plugins.state import State

AREA = "database"
_APART = 2.0
"""Seconds that the clock of the database's server may differ from this machine's."""


def look(app: Flask) -> list[Finding]:
    """Everything about the database and what needs it. Needs the application's context."""
    try:
        with db.engine.connect() as connection:
            checks = _postgresql if connection.dialect.name == "postgresql" else _sqlite
            found = list(checks(connection))
        return [*found, *_schema(app), *_extensions(app)]
    except SQLAlchemyError as error:
        return [wrong(AREA, f"{named(db.engine.url)} cannot be used: {reason(error)}", outage_of(error).remedy)]
    finally:
        db.engine.dispose()


def _sqlite(connection: Connection) -> Iterator[Finding]:
    """Writing is tried with what is there already, and taken back."""
    same = connection.exec_driver_sql("PRAGMA user_version").scalar()
    connection.exec_driver_sql(f"PRAGMA user_version={same}")
    connection.rollback()
    journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    durable = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    place = named(connection.engine.url)
    if journal != "wal":
        yield wrong(
            AREA,
            f"{place} has no write-ahead log ({journal}): readers and writers wait for each other",
            "put it on a disk of this machine, in a folder that the site's user may write",
        )
    elif durable is None or int(durable) < 2:
        yield wrong(AREA, f"{place} does not wait for the disk: a power cut may lose answers", "report this as a bug")
    else:
        yield fine(AREA, f"{place} can be read and written, and waits for the disk")


def _postgresql(connection: Connection) -> Iterator[Finding]:
    def shown(name: str) -> Any:
        return connection.exec_driver_sql(f"SHOW {name}").scalar()

    if shown("transaction_read_only") == "on" or connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar():
        yield wrong(AREA, "it can only be read", "name the primary server in DATABASE_URL, or make this one writable")
    for name in ("fsync", "synchronous_commit"):
        if shown(name) == "off":
            yield wrong(AREA, f"{name} is off: a power cut may lose acknowledged answers", f"set {name} = on")
    yield fine(AREA, f"{named(connection.engine.url)} can be asked (server {shown('server_version')})")
    before = time.time()
    theirs = float(connection.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp())").scalar() or 0)
    apart = max(before - theirs, theirs - time.time())
    if apart > _APART:
        yield wrong(
            "clock", f"the database's server is {apart:.0f} seconds away from this machine", "keep both right (NTP)"
        )


def _schema(app: Flask) -> Iterator[Finding]:
    states, upgrade = migrations.status(app), current_instance().command("db upgrade")
    for state in states:
        if state.pending:
            yield wrong("schema", f"{state.name}: {state.reason}", f"stop, make a backup, and run: {upgrade}")
    if not any(state.pending for state in states):
        yield fine("schema", f"all {len(states)} timelines are at their newest revision")


def _extensions(app: Flask) -> Iterator[Finding]:
    refresh(app)
    records = registry_of(app).listed()
    broken = [record for record in records if record.state in (State.FAILED, State.PENDING)]
    see = f"see: {current_instance().command('extensions list')}"
    for record in broken:
        yield wrong("extensions", f"{record.name} is {record.state}: {record.reason}", see)
    if not broken:
        active = sum(record.state is State.ACTIVE for record in records)
        yield fine("extensions", f"{active} are active, the site's own parts too")
