"""One application for the tests of a process: making one takes longer than most of them do.

Before each test everything that a test may leave behind is put back, all of it in :meth:`OneApplication.put_back`. What
would change the application itself is found after the test, in :meth:`OneApplication.changes`; such a test is marked
``new_app`` and gets an application of its own.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from flask import Flask
from sqlalchemy import Engine

from fwsite.db.engine import db
from fwsite.plugins.dry_run import HOOKS, OF_TEMPLATES, OF_THE_APPLICATION
from fwsite.plugins.registry import registry_of
from fwsite.web.file_state import State

_FURTHER = 10_000
"""So far the content version goes on for each test: none makes as many changes, and no two have a number in common."""
_RAISE = "UPDATE content_version SET number = "
_LISTENED_TO = "connect checkout begin commit rollback before_cursor_execute after_cursor_execute".split()


class Database(Protocol):
    """A database that can be put back."""

    def restore(self, version: int) -> None:
        """Every table as it was at first, but for the content version."""

    def close(self) -> None:
        """Let go of it."""


class SQLiteFile:
    """SQLite file, with a copy in memory. It is written only where somebody else has written into it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._inode = file.stat().st_ino
        self._own = sqlite3.connect(file, isolation_level=None, timeout=30)
        self._own.execute("PRAGMA synchronous=OFF")
        self._copy = sqlite3.connect(":memory:")
        self._own.backup(self._copy)
        self._seen = self._changes()

    def _changes(self) -> int:
        """A number that is another one after commits of others."""
        number: int = self._own.execute("PRAGMA data_version").fetchone()[0]
        return number

    def restore(self, version: int) -> None:
        if self._changes() != self._seen:
            self._copy.backup(self._own)
        self._own.execute(f"{_RAISE}{version}")
        self._seen = self._changes()

    def is_there(self) -> bool:
        """Whether it is still the same file."""
        return self._file.exists() and self._file.stat().st_ino == self._inode

    def close(self) -> None:
        self._own.close()
        self._copy.close()


class ServerDatabase:
    """Database of a server, which is made anew under its name."""

    def __init__(self, engine: Engine, make_anew: Callable[[], None]) -> None:
        self._engine = engine
        self._make_anew = make_anew

    def restore(self, version: int) -> None:
        self._make_anew()
        with self._engine.connect() as connection:
            connection.exec_driver_sql(f"{_RAISE}{version}")
            connection.exec_driver_sql("COMMIT")
        self._engine.dispose()

    def close(self) -> None:
        pass


class Folder:
    """Instance folder, but for its database and what is in ``cache/``, which can be made anew at any time.

    Files that go are kept elsewhere, so that no file of a later test has their inode: what was made from a file is kept
    by its path, times, size and inode, and the clock of a file system may stand still for milliseconds.
    """

    def __init__(self, folder: Path, aside: Path) -> None:
        self.path = folder
        self._aside = aside
        self._gone = 0
        self._saved = aside / "saved"
        self._saved.mkdir(parents=True)
        self._states = dict(self._found())
        for name in self._states:
            if (folder / name).is_file():
                (self._saved / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(folder / name, self._saved / name)

    def _found(self) -> Iterator[tuple[str, State]]:
        """Path and state of what is in it; of folders only that they are there."""
        for path in sorted(self.path.rglob("*")):
            name = path.relative_to(self.path).as_posix()
            if not name.startswith(("fwsite.sqlite3", "cache")):
                yield name, () if path.is_dir() and not path.is_symlink() else _own_state(path)

    def restore(self) -> None:
        now = dict(self._found())
        if now == self._states:
            return
        for name in now:
            if now[name] != self._states.get(name) and os.path.lexists(self.path / name):
                self._gone += 1
                (self.path / name).rename(self._aside / str(self._gone))
        for name, state in self._states.items():
            if state == ():
                (self.path / name).mkdir(exist_ok=True)
            elif now.get(name) != state:
                shutil.copy2(self._saved / name, self.path / name)
        self._states = dict(self._found())


def _own_state(path: Path) -> State:
    """Of a link its own, wherever it leads."""
    status = path.lstat()
    return status.st_mode, status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


class OneApplication:
    """Shared application: one on one folder, put back before each test."""

    def __init__(self, app: Flask, folder: Folder, database: Database) -> None:
        self.app = app
        self.folder = folder.path
        self._files = folder
        self._database = database
        self._version = 0
        with app.app_context():
            self._engine = db.engine
        app.test_client().get("/robots.txt")  # it looks whether a migration is pending, as a site does once
        self._config = dict(app.config)
        self._extensions = dict(app.extensions)
        self._parts = self._look()

    def put_back(self) -> None:
        """Put back all that a test may leave behind: rows, files, connections, settings, and what is remembered.

        Kept pages and results of functions are kept by the content version, which is a new one for each test. The
        parts of the application that go by something else begin anew.
        """
        self._engine.dispose()
        self._files.restore()
        self._version += _FURTHER
        self._database.restore(self._version)
        for kept, saved in ((self.app.config, self._config), (self.app.extensions, self._extensions)):
            kept.clear()
            kept.update(saved)  # among the extensions: the list of articles, and of which of them others were told
        registry_of(self.app).pending = {}

    def changes(self) -> list[str]:
        """What of the application itself is not as it was: the test that leaves it so needs one of its own."""
        now = self._look()
        before, self._parts = self._parts, now  # the next test is not to be blamed
        changed = [name for name, value in before.items() if now[name] != value]
        if isinstance(self._database, SQLiteFile) and not self._database.is_there():
            changed.append("the database's file")
        if (self.folder / "templates").exists():
            changed.append("the host's templates, which an application reads once")
        return changed

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()
        self._database.close()

    def _look(self) -> dict[str, Any]:
        app, registry = self.app, registry_of(self.app)
        found: dict[str, Any] = {name: _plain(getattr(app, name)) for name in HOOKS}
        found |= {name: getattr(app, name) for name in OF_THE_APPLICATION if name not in ("config", "extensions")}
        found |= {f"jinja_env.{name}": getattr(app.jinja_env, name) for name in OF_TEMPLATES}
        for name in ("filters", "tests", "globals"):
            found[f"jinja_env.{name}"] = dict(getattr(app.jinja_env, name))
        found |= {name: dict(getattr(app, name)) for name in ("view_functions", "blueprints")}
        found["methods"] = {name: value for name, value in vars(app).items() if callable(value)}
        found["cli"] = dict(app.cli.commands)
        found["addresses"] = [rule.rule for rule in app.url_map.iter_rules()]
        found["registry"] = (registry.extensions, registry.records, registry.points, registry.question_sets)
        found["registry.has_core_tables"] = registry.has_core_tables
        for extension in registry.extensions:
            parts = (extension.slots, extension.events, extension.transforms, extension.directives)
            found[f"extension {extension.name}"] = [dict(part) for part in parts]
        for name in _LISTENED_TO:
            on = self._engine.pool if name in ("connect", "checkout") else self._engine
            found[f"listeners to {name}"] = len(list(getattr(on.dispatch, name)))
        return found


def _plain(value: Any) -> Any:
    """A copy without the empty places that Flask makes by looking."""
    if isinstance(value, dict):
        return {name: plain for name, part in value.items() if (plain := _plain(part))}
    return list(value) if isinstance(value, list) else value
