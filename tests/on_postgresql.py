"""The tests on PostgreSQL: ``pytest --database postgresql``. Without it nothing in here is used.

Every instance folder that a test makes or copies gets a database of its own, named in its ``config.toml``, so that
processes which a test starts use it as well.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from fwsite import sources

from .postgres import Cluster, database_name

_NAMED = re.compile(r'^DATABASE_URL = "(postgresql://[^"]+)"\n', re.MULTILINE)


class OwnDatabases:
    """A database for each instance folder."""

    def __init__(self, start: Callable[[], Cluster]) -> None:
        self._start = start
        self._cluster: Cluster | None = None
        self._made: list[str] = []

    def install(self) -> None:
        """From now on whoever reads settings, or copies a folder, gets a database."""
        read_all, copytree = sources.read_all, shutil.copytree

        def read_with_database(roster: Any, file: Path, environ: Any, settings: Any, *rest: Any) -> Any:
            if "DATABASE_URL" not in (settings or {}) and "FWSITE_DATABASE_URL" not in environ:
                self._provide(file)
            return read_all(roster, file, environ, settings, *rest)

        def copy_with_database(source: Any, target: Any, *args: Any, **options: Any) -> Any:
            done = copytree(source, target, *args, **options)
            self._copy(Path(target) / "config.toml")
            return done

        sources.read_all = read_with_database  # type: ignore[assignment]
        shutil.copytree = copy_with_database

    @property
    def cluster(self) -> Cluster:
        """The server, started when it is first needed."""
        if self._cluster is None:
            self._cluster = self._start()
        return self._cluster

    def _provide(self, file: Path) -> None:
        """An empty database for a folder that has none yet."""
        text = file.read_text(errors="replace") if file.is_file() else ""
        if "DATABASE_URL" in text or (file.parent / "fwsite.sqlite3").exists():
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        self._name(file, text, self.cluster.new_database())

    def _copy(self, file: Path) -> None:
        """A copy of the database that the copied folder's file still names."""
        text = file.read_text() if file.is_file() else ""
        found = _NAMED.search(text)
        if found:
            self._name(file, _NAMED.sub("", text), self.cluster.new_database(database_name(found[1])))

    def _name(self, file: Path, text: str, url: str) -> None:
        file.write_text(f'DATABASE_URL = "{url}"\n{text}')
        self._made.append(url)

    def for_one_test(self) -> Iterator[None]:
        """Drop at the end what was made since the beginning."""
        before = len(self._made)
        yield
        while len(self._made) > before:
            self.cluster.drop_database(self._made.pop())

    def stop(self) -> None:
        """Away with the server."""
        if self._cluster is not None:
            self._cluster.remove()
