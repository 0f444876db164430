"""The tests on PostgreSQL: ``pytest --database postgresql``. Without it nothing in here is used.

Every instance folder that a test makes or copies gets a database of its own, named in its ``config.toml``, so that
processes which a test starts use it as well.
"""

from __future__ import annotations

import gc
import re
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fwsite import settings
from tests.support.postgres import Cluster, database_name

_FOLDER = "nobody has made the folder; here it is made for the name of its database"
ABOUT_SQLITE = {
    "ops/test_backup.py": "a backup of SQLite's file; that of PostgreSQL has tests of its own in there",
    "cli/test_main.py::TestServe::test_makes_what_it_says": "the file of SQLite",
    "cli/test_main.py::TestServe::test_says_where_everything_is": "the file of SQLite",
    "cli/test_main.py::test_a_file_that_is_no_database_is_said_to_be_none": "the file of SQLite",
    "site/test_config.py::TestTheApplication::test_with_a_bad_setting_creates_nothing": _FOLDER,
    "blueprints/comparison/test_content.py::TestExportAndImport::test_exports_nothing_without_a_database": _FOLDER,
    "blueprints/comparison/test_content.py::TestExportAndImport::test_with_faults_makes_no_folder": _FOLDER,
    "blueprints/comparison/test_content.py::TestCheck": "checks on a copy of SQLite's file, or on an empty one",
    "web/test_unavailable.py": "the disk under SQLite's file",
    "blueprints/docs/test_commands.py::test_the_commands_of_the_guides_run_as_written[host-7]": "doctor misses fsync",
    "ops/test_doctor.py": "what a host sees of SQLite's file",
    "blueprints/extensions/test_extensions.py::TestTheCommands": "checks on a copy of SQLite's file",
    "blueprints/extensions/test_extensions.py::test_check_says_why_a_page_fails": "checks on a copy of SQLite's file",
    "web/test_health.py::test_a_part_of_the_site_that_waits": "writes into SQLite's file behind the site",
    "site/test_instance.py::TestAFolderThatCannotBeUsed::test_is_named_with_what_to_do": _FOLDER,
    "web/test_page_cache.py::TestWithoutTheDatabase": "a file that is gone; a server has tests of its own",
    "site/test_pages.py::TestADatabaseThatIsNotReady": "a file of SQLite that is gone",
    "plugins/test_quarantine.py": "runs on both databases by itself",
    "blueprints/questionnaire/test_questionnaire.py::test_a_refused_form_does_not_wait": "one writer at a time",
    "blueprints/questionnaire/test_many_writers.py": "many writers on SQLite",
    "blueprints/questionnaire/test_export_and_import.py": "runs on both databases by itself",
}
"""Files and tests, by how their names begin, that are about SQLite itself, with the reason. Within a file there is the
marker ``sqlite_only``."""
_NAMED = re.compile(r'^DATABASE_URL = "(postgresql://[^"]+)"\n', re.MULTILINE)


class OwnDatabases:
    """A database for each instance folder."""

    def __init__(self, start: Callable[[], Cluster]) -> None:
        self._start = start
        self._cluster: Cluster | None = None
        self._made: list[str] = []

    def install(self) -> None:
        """From now on whoever reads settings, or copies a folder, gets a database."""
        read_all, copytree = settings.read_all, shutil.copytree

        def read_with_database(roster: Any, file: Path, environ: Any, settings: Any, *rest: Any) -> Any:
            if "DATABASE_URL" not in (settings or {}) and "FWSITE_DATABASE_URL" not in environ:
                self._provide(file)
            return read_all(roster, file, environ, settings, *rest)

        def copy_with_database(source: Any, target: Any, *args: Any, **options: Any) -> Any:
            done = copytree(source, target, *args, **options)
            self._copy(Path(target) / "config.toml")
            return done

        settings.read_all = read_with_database  # type: ignore[assignment]
        shutil.copytree = copy_with_database

    def reason_against(self, item: pytest.Item) -> str | None:
        """Why a test does not run here; ``None`` for one that does."""
        marker = item.get_closest_marker("sqlite_only")
        if marker:
            return str(marker.kwargs["reason"])
        name = item.nodeid.removeprefix("tests/")
        return next((reason for begin, reason in ABOUT_SQLITE.items() if name.startswith(begin)), None)

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

    def make_anew(self, folder: Path, source: Path) -> None:
        """Replace the database of a folder by a copy of that of another one, under the name that it has."""
        taken, given = (_NAMED.search((place / "config.toml").read_text()) for place in (folder, source))
        assert taken and given
        self.cluster.drop_database(taken[1])
        self.cluster.new_database(database_name(given[1]), database_name(taken[1]))

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
        """Away with the server, and with connections that applications of tests have left behind."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
        if self._cluster is not None:
            self._cluster.remove()
