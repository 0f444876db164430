"""Restore reaches the database that it was told of, and never the one that the backup names."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import URL, create_engine, inspect, make_url, text
from sqlalchemy.pool import NullPool

from fwsite.cli.database_address import _has_password
from fwsite.instance import Instance
from fwsite.ops.backup import in_use
from fwsite.ops.database_name import named
from fwsite.ops.toml_value import NotEdited, with_value
from tests.ops import test_backup
from tests.ops.test_backup import listing, responses
from tests.ops.test_backup_postgres import dispose_all
from tests.support.command import Commands
from tests.support.paths import ROOT
from tests.support.postgres import Cluster, database_name
from tests.support.served import free_port
from tests.support.serving import until

pytestmark = pytest.mark.sqlite_only(reason="names databases of its own, on both")
PASSWORD = "not-for-the-screen"


def fwsite(instance: Path, *arguments: str, say: str | None = None, **environ: str) -> Result:
    """The command in this process, as if it had ended: none of its connections stays open."""
    try:
        return test_backup.fwsite(instance, *arguments, say=say, **environ)
    finally:
        dispose_all()


def engine_url(url: str) -> URL:
    return make_url(url.replace("postgresql://", "postgresql+psycopg://"))


def state(url: str) -> tuple[list[str], int]:
    """The tables of a database, and the rows of one of them."""
    engine = create_engine(engine_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        tables = sorted(inspect(connection).get_table_names())
        return tables, connection.scalar(text("SELECT count(*) FROM questionnaire_response")) if tables else 0


def without_a_schema(url: str) -> None:
    """Make a database one that ``db upgrade`` would change, or complain of."""
    engine = create_engine(engine_url(url), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version_questionnaire"))


def with_password(url: str) -> str:
    return url.replace("tests@", f"tests:{PASSWORD}@")


@pytest.fixture
def production(database_url: str, tmp_path: Path) -> Path:
    """An instance whose ``config.toml`` names a database outside of its folder."""
    folder = tmp_path / "production"
    folder.mkdir()
    (folder / "config.toml").write_text(f'SITE_TITLE = "Ours"\nDATABASE_URL = "{with_password(database_url)}" # ours\n')
    assert fwsite(folder, "db", "upgrade").exit_code == 0
    return folder


@pytest.fixture
def backup(production: Path, tmp_path: Path) -> Path:
    done = fwsite(production, "backup", str(tmp_path / "b.zip"))
    assert done.exit_code == 0, done.output
    return tmp_path / "b.zip"


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """Another empty database of the same kind."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'restored.sqlite3'}"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.new_database()


def run_as_printed(output: str, folder: Path, commands: Commands, **environ: str) -> str:
    """Copy the commands that were printed into a shell, and run them there."""
    *lines, serve = re.findall(r"^  (.*fwsite.*)$", output, re.M)
    assert len(lines) == 2 and serve == lines[0].replace("db upgrade", "serve")
    block = "\n".join(lines)
    path = os.pathsep.join([str(commands.folder), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-uc", block],
        cwd=folder,
        env={**os.environ, **environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stdout + done.stderr


class TestTheTarget:
    def test_has_to_be_said_where_the_backup_names_one_outside(
        self, backup: Path, database_url: str, tmp_path: Path
    ) -> None:
        before = state(database_url)
        refused = fwsite(tmp_path / "new", "restore", str(backup), "--yes")
        assert refused.exit_code == 1
        assert "say where it should go: --database URL, or FWSITE_DATABASE_URL" in refused.output
        assert PASSWORD not in refused.output
        assert not (tmp_path / "new").exists()
        assert state(database_url) == before

    @pytest.mark.parametrize("way", ["option", "file", "environment", "settings"])
    def test_is_reached_by_the_printed_commands_and_production_is_not(
        self, backup: Path, database_url: str, elsewhere: str, tmp_path: Path, commands: Commands, way: str
    ) -> None:
        without_a_schema(database_url)
        before = state(database_url)
        new, options, environ = tmp_path / "new", [], {}
        if way == "option":
            options = ["--database", elsewhere]
        elif way == "file":
            (tmp_path / "address").write_text(f"{with_password(elsewhere)}\n")
            options = ["--database", f"@{tmp_path / 'address'}"]
        elif way == "environment":
            environ = {"FWSITE_DATABASE_URL": elsewhere}
        else:
            new.mkdir()
            (new / "config.toml").write_text(f'DATABASE_URL = "{elsewhere}"\n')
        done = fwsite(new, "restore", str(backup), "--yes", *options, **environ)
        assert done.exit_code == 0, done.output
        goes_into = named(engine_url(elsewhere))
        assert f"It goes into {new} and {goes_into}; what is there now is kept." in done.output
        assert f"made from another database, {named(engine_url(database_url))}, which is left as it is" in done.output
        assert f"Restored into {goes_into}." in done.output
        assert PASSWORD not in done.output
        assert (new / "config.toml").stat().st_mode & 0o777 == 0o600
        assert 'SITE_TITLE = "Ours"' in (new / "config.toml").read_text()
        assert database_url not in (new / "config.toml").read_text()
        # In a shell that still has production's address, which is where a host would paste them.
        said = run_as_printed(done.output, tmp_path, commands, FWSITE_DATABASE_URL=database_url)
        assert goes_into in said and "Everything is in order" not in said.partition("wrong")[0]
        assert named(engine_url(database_url)) not in said
        assert state(database_url) == before
        assert "alembic_version_questionnaire" in state(elsewhere)[0]

    def test_by_the_environment_is_to_be_named_there_too(self, backup: Path, elsewhere: str, tmp_path: Path) -> None:
        done = fwsite(tmp_path / "new", "restore", str(backup), "--yes", FWSITE_DATABASE_URL=elsewhere)
        assert "FWSITE_DATABASE_URL goes before config.toml" in done.output

    def test_is_not_given_with_a_password_among_the_arguments(self, backup: Path, tmp_path: Path) -> None:
        address = f"postgresql://fwsite:{PASSWORD}@127.0.0.1:1/ledger"
        refused = fwsite(tmp_path / "new", "restore", str(backup), "--database", address)
        assert refused.exit_code == 2
        assert "@FILE" in refused.output and PASSWORD not in refused.output

    def test_is_named_before_the_question(self, backup: Path, elsewhere: str, tmp_path: Path) -> None:
        refused = fwsite(tmp_path / "new", "restore", str(backup), "--database", elsewhere, say="n\n")
        assert refused.exit_code == 1
        assert named(engine_url(elsewhere)) in refused.output.partition("Go on?")[0]
        assert not (tmp_path / "new").exists()
        assert not Path(make_url(elsewhere).database or "").exists()


def test_production_on_postgresql_is_refused_before_the_question(
    postgres: Cluster, tmp_path: Path, filled_instance: Path
) -> None:
    url = postgres.new_database()
    folder = tmp_path / "production"
    folder.mkdir()
    (folder / "config.toml").write_text(f'DATABASE_URL = "{url}"\n')
    assert fwsite(folder, "db", "upgrade").exit_code == 0
    assert fwsite(folder, "backup", str(tmp_path / "b.zip")).exit_code == 0
    before = listing(folder)
    refused = fwsite(folder, "restore", str(tmp_path / "b.zip"))
    assert refused.exit_code == 1
    assert f"the PostgreSQL database {database_name(url)} on 127.0.0.1:" in refused.output
    assert "is not empty, and is left as it is" in refused.output
    assert "Go on?" not in refused.output
    assert listing(folder) == before


class TestAServerThatHasNotOpenedItsDatabase:
    """What the site does under another WSGI server, before the first visitor comes."""

    @contextmanager
    def served(self, folder: Path, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
        port = free_port()
        command = [str(Path(sys.executable).with_name("waitress-serve")), f"--listen=127.0.0.1:{port}", "wsgi:app"]
        given = {**os.environ, "FWSITE_INSTANCE": str(folder), "FWSITE_PORT": "1", **environ}
        log = folder.parent / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(command, cwd=ROOT, env=given, stdout=out, stderr=out)
        try:
            until(lambda: b"Serving on" in log.read_bytes() or process.poll() is not None, "the start")
            assert process.poll() is None, log.read_text()
            yield process
        finally:
            process.kill()
            process.wait(60)

    @pytest.fixture
    def instance(self, instance: Path) -> Path:
        with closing(sqlite3.connect(instance / "fwsite.sqlite3")) as database:
            database.execute("PRAGMA journal_mode=DELETE")
        return instance

    @pytest.fixture
    def own_backup(self, instance: Path, tmp_path: Path) -> Path:
        assert fwsite(instance, "backup", str(tmp_path / "own.zip")).exit_code == 0
        return tmp_path / "own.zip"

    @pytest.mark.new_app
    def test_is_one_all_the_same_and_no_restore_goes_under_it(self, instance: Path, own_backup: Path) -> None:
        before = {name for name in listing(instance) if not name.startswith("cache/")}
        with self.served(instance) as process:
            refused = fwsite(instance, "restore", str(own_backup), "--yes", FWSITE_PORT="1")
            assert refused.exit_code == 1
            assert f"{instance} is in use by a site that is being served. Stop the site first" in refused.output
            assert {name for name in listing(instance) if not name.startswith("cache/")} == before
            process.kill()
            process.wait(60)
            assert fwsite(instance, "restore", str(own_backup), "--yes", FWSITE_PORT="1").exit_code == 0

    @pytest.mark.new_app
    def test_is_found_by_its_database_too(self, instance: Path, own_backup: Path, tmp_path: Path) -> None:
        address = f"sqlite:///{instance / 'fwsite.sqlite3'}"
        shared = tmp_path / "data" / "ledger.sqlite3"
        shared.parent.mkdir()
        shutil.copy(instance / "fwsite.sqlite3", shared)
        with self.served(instance, FWSITE_DATABASE_URL=f"sqlite:///{shared}"):
            for target in (address, f"sqlite:///{shared}"):
                refused = fwsite(tmp_path / "new", "restore", str(own_backup), "--yes", "--database", target)
                assert (refused.exit_code, "is in use by a site" in refused.output) == (1, True), refused.output
        assert responses(shared) == set()

    @pytest.mark.new_app
    def test_does_not_start_while_a_backup_is_put_in_place(self, instance: Path, commands: Commands) -> None:
        with in_use.out_of_service(Instance(instance), []):
            refused = commands.run(instance.parent, "serve", "--port", str(free_port()))
        assert refused.returncode == 1
        assert f"A backup is being restored into {instance}." in refused.stderr
        assert "Traceback" not in refused.stderr


class TestVerify:
    def test_says_that_a_backup_is_whole_and_what_is_in_it(self, backup: Path, database_url: str) -> None:
        done = fwsite(Path("/nowhere"), "backup", "verify", str(backup))
        assert done.exit_code == 0, done.output
        lines = done.output.splitlines()
        assert lines[0].endswith(f"from {named(engine_url(database_url))}.")
        kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"
        assert re.fullmatch(rf"database: {kind} with [\d,]+ rows, .* in \d+ tables of \d+ schemas", lines[1])
        assert lines[-1] == "It is intact: every checksum is right, and the database can be read."

    @pytest.mark.parametrize("left", [0, 200, -1, -3000])
    def test_ends_with_1_for_one_that_is_cut(self, backup: Path, left: int) -> None:
        backup.write_bytes(backup.read_bytes()[:left])
        failed = fwsite(Path("/nowhere"), "backup", "verify", str(backup))
        assert failed.exit_code == 1
        assert f"{backup} is not whole: " in failed.output

    def test_ends_with_1_for_one_whose_bytes_were_changed(self, backup: Path) -> None:
        whole = bytearray(backup.read_bytes())
        whole[len(whole) // 2] ^= 1
        backup.write_bytes(whole)
        assert fwsite(Path("/nowhere"), "backup", "verify", str(backup)).exit_code == 1

    def test_of_no_file_says_so(self, tmp_path: Path) -> None:
        failed = fwsite(tmp_path, "backup", "verify", str(tmp_path / "none.zip"))
        assert (failed.exit_code, "There is no file" in failed.output) == (1, True)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (f"postgresql://u:{PASSWORD}@db.example.org/ledger", "the PostgreSQL database ledger on db.example.org"),
        (f"postgresql://h/ledger?password={PASSWORD}", "the PostgreSQL database ledger on h"),
        ("postgresql:///ledger?host=/run/postgresql", "the PostgreSQL database ledger on /run/postgresql"),
        ("postgresql:///ledger?host=a&host=b", "the PostgreSQL database ledger on a, b"),
        ("postgresql://h:5433/ledger", "the PostgreSQL database ledger on h:5433"),
        ("sqlite:////srv/a.sqlite3", "the SQLite file /srv/a.sqlite3"),
    ],
)
def test_a_database_is_named_without_its_password(address: str, name: str) -> None:
    assert named(make_url(address)) == name
    assert _has_password(address) == (PASSWORD in address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        'A = 1\nDATABASE_URL = "old"\n[table]\nDATABASE_URL = "theirs"\n',
        "'DATABASE_URL' = 'old' # ours\r\nA = 1\n",
        '# DATABASE_URL = "commented"\nA = """\nmany\n"""\n',
    ],
)
def test_one_value_of_a_file_is_changed_and_all_else_stays(text: str) -> None:
    changed = with_value(text, "DATABASE_URL", 'sqlite:////srv/"ä"')
    assert changed.startswith('DATABASE_URL = "sqlite:////srv/\\"ä\\""\n')
    assert changed.replace("\r", "").count("old") == 0


@pytest.mark.parametrize(
    "text", ['DATABASE_URL = """\nold"""\n', 'A = """\nDATABASE_URL = 1\n"""\nDATABASE_URL = "x"\n']
)
def test_a_value_that_cannot_be_changed_alone_is_left(text: str) -> None:
    with pytest.raises(NotEdited, match="on one line"):
        with_value(text, "DATABASE_URL", "new")
