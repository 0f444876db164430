"""Schema migrations: one Alembic timeline for the core and one for each extension that has tables.

Each timeline counts in a version table of its own, so that an extension can go and come back without the
others noticing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection

from fwsite.database import db, metadata
from fwsite.extend.loading import registry_of

_FOLDER = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Timeline:
    """The revisions of one owner of tables."""

    name: str
    folder: Path

    @property
    def version_table(self) -> str:
        """Where this timeline's revision is kept."""
        return f"alembic_version_{self.name}"

    def config(self, connection: Connection | None = None) -> Config:
        """Alembic's configuration, for the shared ``migrations/env.py``."""
        config = Config()
        for option, value in {
            "script_location": str(_FOLDER),
            "version_locations": str(self.folder),
            "path_separator": "newline",
        }.items():
            config.set_main_option(option, value.replace("%", "%%"))
        config.attributes.update(connection=connection, version_table=self.version_table, target_metadata=metadata)
        return config

    def head(self) -> str | None:
        """The newest revision there is."""
        return ScriptDirectory.from_config(self.config()).get_current_head()

    def current(self, connection: Connection) -> str | None:
        """The revision the database has."""
        options = {"version_table": self.version_table}
        return MigrationContext.configure(connection, opts=options).get_current_revision()


@dataclass(frozen=True)
class State:
    """Where a timeline stands."""

    name: str
    current: str | None
    head: str | None

    @property
    def pending(self) -> bool:
        """Whether an upgrade is needed."""
        return self.current != self.head


def timelines(app: Flask) -> list[Timeline]:
    """The core first, then the extensions in load order."""
    found = [Timeline("core", _FOLDER / "versions")]
    found += [
        Timeline(extension.name, extension.migrations)
        for extension in registry_of(app).extensions
        if extension.migrations is not None
    ]
    return found


def status(app: Flask) -> list[State]:
    """Where each timeline stands. Does not create a database file that is not there."""
    file = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    if file and not Path(file).exists():
        return [State(timeline.name, None, timeline.head()) for timeline in timelines(app)]
    with db.engine.connect() as connection:
        return [State(line.name, line.current(connection), line.head()) for line in timelines(app)]


def upgrade(app: Flask) -> list[State]:
    """Bring every timeline to its head, each in one transaction; returns those that moved, as they were."""
    moved = []
    for timeline in timelines(app):
        with _transaction() as connection:
            before = State(timeline.name, timeline.current(connection), timeline.head())
            if before.pending:
                command.upgrade(timeline.config(connection), "head")
                moved.append(before)
    return moved


@contextmanager
def _transaction() -> Iterator[Connection]:
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
