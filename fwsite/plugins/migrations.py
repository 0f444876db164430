"""Schema migrations: one Alembic timeline for the core and one for each extension that has tables.

Each timeline counts in a version table of its own, so that an extension can go and come back without the
others noticing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask
from sqlalchemy import Connection, delete, insert, inspect, select

from fwsite.db import content_version, revisions
from fwsite.db.engine import SQLITE_TIMEOUT, db, metadata
from fwsite.db.models import MigrationFault
from fwsite.instance import current_instance
from fwsite.plugins.discovery import said
from fwsite.plugins.registry import registry_of
from fwsite.plugins.state import FAULTS, to_mend
from fwsite.plugins.state import State as Standing
from fwsite.plugins.table_guard import left_alone

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parents[1] / "db" / "migrations"
VERSION_PREFIX = "alembic_version_"
_WAITING = 600
"""Seconds that a migration waits on SQLite: the one before it may have a large database to change."""


class Timeline(NamedTuple):
    """The revisions of one owner of tables. ``package`` is the distribution of a third party's."""

    name: str
    folder: Path
    package: str = ""

    @property
    def version_table(self) -> str:
        """Where this timeline's revision is kept."""
        return version_table(self.name)

    def owns(self, table: str) -> bool:
        """Whether a table is one of this owner's."""
        return table.startswith(f"{self.name}_") or table == self.version_table

    def config(self, connection: Connection | None = None) -> Config:
        """Alembic's configuration, for the shared ``migrations/env.py``."""
        from alembic.config import Config

        config = Config()
        for option, value in {
            "script_location": str(_FOLDER),
            "version_locations": str(self.folder),
            "path_separator": "newline",
        }.items():
            config.set_main_option(option, value.replace("%", "%%"))
        config.attributes.update(connection=connection, version_table=self.version_table, target_metadata=metadata)
        return config

    def head(self, current: str | None = None) -> str | None:
        """The newest revision there is. Raises whatever a broken revision raises.

        Where the files plainly say that it is ``current``, none of them is run.
        """
        if current is not None and current == revisions.head(self.folder):
            return current
        return self._revisions()[0]

    def knows(self, revision: str) -> bool:
        """Whether it has this revision; one from a newer version of the package it does not."""
        return revision in self._revisions()[1]

    def _revisions(self) -> tuple[str | None, frozenset[str]]:
        return _read_revisions(self, revisions.files(self.folder))

    def current(self, connection: Connection) -> str | None:
        """The revision the database has."""
        return revisions.current(connection, self.version_table)


def version_table(name: str) -> str:
    """The table in which the timeline of this name counts."""
    return f"{VERSION_PREFIX}{name}"


@lru_cache(maxsize=256)
def _read_revisions(timeline: Timeline, _files: revisions.Files) -> tuple[str | None, frozenset[str]]:
    """Head and all revisions, read once for each state of the folder: that takes longer than asking the database."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(timeline.config())
    return scripts.get_current_head(), frozenset(script.revision for script in scripts.walk_revisions())


class State(NamedTuple):
    """Where a timeline stands. ``fault`` is what is wrong with its revisions, or what went wrong the last time."""

    name: str
    current: str | None
    head: str | None
    fault: str = ""
    package: str = ""
    is_newer: bool = False
    """Whether the database is at a revision that this timeline does not have."""

    @property
    def pending(self) -> bool:
        """Whether an upgrade is needed."""
        return self.current != self.head or (bool(self.fault) and self.head is None)

    @property
    def is_in_the_way(self) -> bool:
        """Whether the extension cannot work. What is built in may meet newer tables while a host upgrades."""
        return self.pending and not (self.is_newer and not self.package)

    @property
    def reason(self) -> str:
        """Why it is pending, and what to do. Needs the application's context."""
        owner, upgrade = self.package or "fwsite", current_instance().command("db upgrade")
        if self.is_newer:
            return f"migration: its tables are from a newer version, at {self.current}; {to_mend(owner)}"
        if self.fault:
            return f"migration: {self.fault}; upgrade or uninstall {owner}, then run: {upgrade}"
        there = f"its tables are at {self.current}" if self.current else "has no tables yet"
        return f"migration: {there}; needs {self.head}; run: {upgrade}"


def timelines(app: Flask) -> list[Timeline]:
    """The core first, then the extensions in load order."""
    registry = registry_of(app)
    packages = {record.name: record.package for record in registry.records if record.state is Standing.ACTIVE}
    found = [Timeline("core", _FOLDER / "versions")]
    found += [
        Timeline(extension.name, Path(extension.migrations), packages.get(extension.name, ""))
        for extension in registry.extensions
        if extension.migrations is not None
    ]
    return found


def status(app: Flask) -> list[State]:
    """Where each timeline stands. Does not create a database file that is not there."""
    lines = timelines(app)
    file = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    if file and not Path(file).exists():
        return [_state(timeline, None, "") for timeline in lines]
    with db.engine.connect() as connection:
        faults = _known_faults(connection)
        return [_state(line, connection, faults.get(line.name, "")) for line in lines]


def _state(timeline: Timeline, connection: Connection | None, fault: str) -> State:
    current = None
    try:
        current = timeline.current(connection) if connection else None
        head = timeline.head(current)
        is_newer = current not in (None, head) and not timeline.knows(str(current))
    except FAULTS as error:  # a revision of a third party that is no Python, or two heads
        if not timeline.package:
            raise
        return State(timeline.name, current, None, said(error), timeline.package)
    # A fault that was mended, or that the package does not have any more, is told until the next upgrade.
    return State(timeline.name, current, head, fault if current != head else "", timeline.package, is_newer)


def _known_faults(connection: Connection) -> dict[str, str]:
    if not inspect(connection).has_table(MigrationFault.__tablename__):
        return {}
    return {row.name: row.reason for row in connection.execute(select(MigrationFault.name, MigrationFault.reason))}


def upgrade(app: Flask) -> list[State]:
    """Bring every timeline to its head, each in one transaction.

    Returns those that moved, as they were, and of third parties those that failed, with their fault: they are as they
    were, and keep nobody else back but those that need them. What is built in raises.
    """
    told: list[State] = []
    needs = {extension.name: extension.after for extension in registry_of(app).extensions}
    failed: set[str] = set()
    for timeline in timelines(app):
        if failed.intersection(needs.get(timeline.name, ())):
            failed.add(timeline.name)
            continue
        try:
            before = _upgrade_one(timeline)
        except FAULTS as error:
            if not timeline.package:
                raise
            failed.add(timeline.name)
            fault = said(error)
            _note_fault(timeline.name, fault)
            told.append(State(timeline.name, None, None, fault, timeline.package))
        else:
            if before.pending:
                told.append(before)
    return told


def _upgrade_one(timeline: Timeline) -> State:
    with transaction() as connection, content_version.migrating(connection):
        current = timeline.current(connection)
        before = State(timeline.name, current, timeline.head(current), package=timeline.package)
        if before.pending and not timeline.package:
            _run(timeline, connection)
        elif before.pending:
            with left_alone(connection, timeline.owns), _without_session():
                _run(timeline, connection)
            connection.execute(delete(MigrationFault).where(MigrationFault.name == timeline.name))
    return before


def build_schema(app: Flask, connection: Connection) -> None:
    """Every timeline from nothing to its head in an empty database, within the caller's transaction.

    Raises where any of them fails, third parties' too.
    """
    for timeline in timelines(app):
        with _without_session():
            _run(timeline, connection)


def _run(timeline: Timeline, connection: Connection) -> None:
    from alembic import command

    command.upgrade(timeline.config(connection), "head")


class _NoSession:
    """In the place of a session while a revision of a third party runs."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("uses db.session, whose connection would wait for that of the migration; use op.get_bind()")


@contextmanager
def _without_session() -> Iterator[None]:
    db.session.remove()
    db.session.registry.set(_NoSession())  # type: ignore[arg-type]
    try:
        yield
    finally:
        db.session.registry.clear()


def _note_fault(name: str, fault: str) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    with db.engine.begin() as connection:
        connection.execute(delete(MigrationFault).where(MigrationFault.name == name))
        connection.execute(insert(MigrationFault).values(name=name, reason=fault, failed_at=now))


@contextmanager
def transaction() -> Iterator[Connection]:
    """One transaction, in which SQLite does not follow foreign keys until its end.

    SQLite changes a table by copying it and dropping the old one; followed at once, ON DELETE CASCADE would
    take the rows of other tables with it. The switch works outside a transaction only.
    """
    with db.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        driver = connection.connection
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute(f"PRAGMA busy_timeout={_WAITING * 1000}")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                if broken:
                    raise RuntimeError(
                        f"a migration left rows of {broken[0]} that refer to missing rows of {broken[2]}"
                    )
        finally:
            driver.execute("PRAGMA foreign_keys=ON")
            driver.execute(f"PRAGMA busy_timeout={SQLITE_TIMEOUT * 1000}")
