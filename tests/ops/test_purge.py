"""An extension goes and comes back: its data stays until somebody purges it, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.environments import Environment

FILL = """
from alembic import command
from tests.support.site import create_app
from fwsite.plugins import migrations
from fwsite.db.engine import db
from fwsite.plugins.registry import registry_of

app = create_app()
with app.app_context():
    for line in migrations.timelines(app):
        with db.engine.begin() as connection:
            command.upgrade(line.config(connection), "core_0003" if line.name == "core" else "head")
            if line.name == "notes":
                connection.exec_driver_sql(
                    "INSERT INTO notes_entry (id, text, made_at) VALUES (7, 'kept', '2026-11-22 10:00:00')"
                )
"""
"""A database of an older site, with the extension's tables and a row in them."""
COMMANDS = """
import json, shlex, sys
from click.testing import CliRunner
from fwsite.cli.main import main
from tests.support.site import create_app

def do(command, typed):
    if command.startswith("/"):
        page = create_app().test_client().get(command)
        return page.status_code, page.text
    done = CliRunner().invoke(main, shlex.split(command), input=typed)
    return done.exit_code, done.output

print(json.dumps([do(*each) for each in json.load(sys.stdin)]))
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """With a package that is installed already."""
    environment = Environment(tmp_path_factory.mktemp("host") / "venv")
    environment.run("fwsite", "extensions", "new", "notes", cwd=environment.folder)
    environment.install(environment.folder / "fwsite-notes")
    return environment


class Host:
    """Whoever runs the site, with a database of their own."""

    def __init__(self, environment: Environment, folder: Path, database_url: str) -> None:
        self.environment = environment
        self.folder = folder
        self.database_url = database_url

    def fwsite(self, *commands: str) -> list[tuple[int, str]]:
        """Exit code and output of each command, one after the other in one process; what is typed follows a ``<``.

        Of an address status and page, by an application of its own.
        """
        given = json.dumps([command.partition(" < ")[::2] for command in commands])
        return [(code, output) for code, output in json.loads(self.python(COMMANDS, stdin=given))]

    def warnings(self) -> str:
        """What the start of a command says beside what it prints."""
        command = (str(self.environment.python), "-m", "fwsite", "db", "status")
        done = self.environment.run(*command, cwd=self.folder, FWSITE_DATABASE_URL=self.database_url)
        return done.stderr.strip()

    def python(self, script: str, stdin: str | None = None) -> str:
        command = (str(self.environment.python), "-c", script)
        done = self.environment.run(*command, cwd=self.folder, stdin=stdin, FWSITE_DATABASE_URL=self.database_url)
        return done.stdout

    def install(self) -> None:
        self.environment.put_back("fwsite_notes")

    def uninstall(self) -> None:
        self.environment.take_out("fwsite_notes")


def line_of(name: str, listed: tuple[int, str]) -> str:
    """The line of an extension in the list."""
    [line] = [line for line in listed[1].splitlines() if line.startswith(f"{name} ")]
    return line


@pytest.fixture
def host(environment: Environment, tmp_path: Path, database_url: str) -> Iterator[Host]:
    host = Host(environment, tmp_path, database_url)
    yield host
    host.install()


def test_it_goes_and_comes_back_with_its_data_until_that_is_purged(host: Host) -> None:
    """One story, as each step needs what the one before it left."""
    host.python(FILL)
    [(code, said)] = host.fwsite("extensions purge notes --yes")
    assert (code, "first uninstall fwsite-notes, or put notes into EXTENSIONS_DISABLED" in said) == (1, True)

    host.uninstall()
    (code, said), listed = host.fwsite("db upgrade", "extensions list")
    assert (code, "notes" in said) == (0, False)
    assert re.search(r"^schema core: core_0003 -> core_\d+$", said, re.M)
    assert " uninstalled " in line_of("notes", listed)
    assert re.search(r"install it again, or: fwsite .*extensions purge notes$", line_of("notes", listed))

    host.install()
    listed, (code, said), (status, page) = host.fwsite("extensions list", "db upgrade", "/notes/")
    assert " active " in line_of("notes", listed)
    assert (code, said.count("schema")) == (0, 0)
    assert (status, "kept" in page) == (200, True)

    host.uninstall()
    asked, listed, purged, again, builtin, schemas = host.fwsite(
        "extensions purge notes < n",
        "extensions list",
        "extensions purge notes < y",
        "extensions purge notes --yes",
        "extensions purge comparison --yes",
        "db status",
    )
    assert asked[0] == 1
    assert "notes_entry: 1 row\n" in asked[1]
    assert "Drop these 2 tables?" in asked[1]
    assert " uninstalled " in line_of("notes", listed)
    assert (purged[0], "Dropped 2 tables of notes." in purged[1]) == (0, True)
    assert (again[0], "There is no extension 'notes'" in again[1]) == (1, True)
    assert (builtin[0], "comparison is a part of the site" in builtin[1]) == (1, True)
    assert schemas[0] == 0
    assert re.search(r"^comparison: comparison_\d+ \(current\)$", schemas[1], re.M)

    host.install()
    listed, (code, said), (status, page) = host.fwsite("extensions list", "db upgrade", "/notes/")
    assert " pending " in line_of("notes", listed)
    assert (code, "schema notes: new -> notes_0001" in said) == (0, True)
    assert (status, "kept" in page) == (200, False)


def test_pages_of_a_pending_extension_come_by_themselves_once_its_tables_are_there(host: Host, tmp_path: Path) -> None:
    """A process that runs already finds out; it need not be started again."""
    host.uninstall()
    host.fwsite("db upgrade")
    host.install()
    script = (
        "import subprocess, sys\n"
        "from fwsite import create_app\n"
        "from fwsite.intervals import AT_ONCE\n"
        "client = create_app(intervals=AT_ONCE).test_client()\n"
        "page = client.get('/notes/')\n"
        "print(page.status_code, page.headers.get('Retry-After'), client.get('/').status_code)\n"
        "print('/notes/' in client.get('/').text)\n"
        "subprocess.run([sys.executable, '-m', 'fwsite', 'db', 'upgrade'], check=True, capture_output=True)\n"
        "print(client.get('/notes/').status_code, '/notes/' in client.get('/').text)\n"
    )
    assert host.python(script).splitlines() == ["503 60 200", "False", "200 True"]


def test_a_setting_that_it_leaves_in_the_file_stops_nothing(host: Host) -> None:
    host.fwsite("db upgrade")
    config = host.folder / "instance" / "config.toml"
    config.write_text("NOTES_SHOWN = 5\n")
    assert host.fwsite("db status")[0][0] == 0

    host.uninstall()
    upgrade, (status, page), listed, settings = host.fwsite("db upgrade", "/", "extensions list", "settings")
    assert (upgrade[0], status, settings[0]) == (0, 200, 0)
    assert "Notes" not in page
    assert "extensions purge notes" in line_of("notes", listed)
    assert host.warnings() == (
        f"NOTES_SHOWN ({config}) is not used: it is of the extension notes, which is not installed; take it away, or "
        "name notes in EXTENSIONS_DISABLED"
    )
    [(code, said)] = host.fwsite("extensions purge notes --yes")
    assert (code, "Dropped 2 tables of notes." in said) == (0, True)

    config.write_text('SITE_TITEL = "x"\nNOTES_SHOWN = 5\n')
    for code, said in host.fwsite("db upgrade", "extensions list", "extensions purge notes --yes"):
        assert code == 1
        assert said.endswith(f"Error: SITE_TITEL ({config}): there is no such setting; did you mean SITE_TITLE?\n")


def test_the_list_and_the_purge_run_where_nobody_remembers_whose_a_setting_is(host: Host) -> None:
    host.fwsite("db upgrade")
    host.uninstall()
    (host.folder / "instance" / "known_extensions").unlink()
    (host.folder / "instance" / "config.toml").write_text("NOTES_SHOWN = 5\n")
    upgrade, listed, purged = host.fwsite("db upgrade", "extensions list", "extensions purge notes --yes")
    assert (upgrade[0], "NOTES_SHOWN" in upgrade[1]) == (1, True)
    assert "extensions purge notes" in line_of("notes", listed)
    assert (purged[0], "Dropped 2 tables of notes." in purged[1]) == (0, True)
