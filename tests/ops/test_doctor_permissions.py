"""``fwsite doctor`` says what the site's user can read and write, whoever asks, and what others can."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import mkdtemp

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from fwsite.db.engine import db
from fwsite.instance import Instance
from fwsite.ops.doctor import permissions
from fwsite.ops.doctor.finding import Finding, Level
from fwsite.ops.site_user import SiteUser, described
from tests.ops.test_backup import _no_database_stays_open, fwsite  # noqa: F401 - a fixture
from tests.ops.test_deploy import deploy
from tests.ops.test_doctor import only, the_fault
from tests.support.paths import ROOT

pytestmark = [pytest.mark.new_app, pytest.mark.sqlite_only(reason="SQLite's files")]
NOBODY = 12_345
"""A user that no machine has."""
AS_NOBODY = """
import os, sys
from click.testing import CliRunner
from fwsite.cli.main import main

number, well, *command = sys.argv[1:]
CliRunner().invoke(main, ["--instance", well, *command[2:]])  # imports what this user may be unable to read
os.setgroups([])
os.setresgid(int(number), int(number), int(number))
os.setresuid(int(number), int(number), int(number))
main(command)
"""
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture
def place(filled_instance: Path) -> Iterator[Path]:
    """An instance folder that every user can get to; pytest's own are for their owner alone."""
    folder = Path(mkdtemp(prefix="fwsite-place-"))
    folder.chmod(0o755)
    yield Path(shutil.copytree(filled_instance, folder / "instance"))
    shutil.rmtree(folder)


@pytest.fixture
def found(place: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Finding]]:
    """What is found of the place, on a machine where everybody can run the program."""
    monkeypatch.setattr(permissions, "program_faults", lambda _: iter(()))
    return lambda: permissions.look(Instance(place), place / "fwsite.sqlite3", SiteUser.owning(place))


def given_away(place: Path) -> None:
    for path in (place, *place.rglob("*")):
        os.chown(path, NOBODY, NOBODY)


def as_nobody(place: Path, well: Path, *command: str, number: int = NOBODY) -> subprocess.CompletedProcess[str]:
    """The command as a user who owns nothing."""
    arguments = [str(number), str(well), "--instance", str(place), *command]
    return subprocess.run(
        [sys.executable, "-c", AS_NOBODY, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120
    )


class TestSecrets:
    def test_that_others_can_read(self, place: Path, found: Callable[[], list[Finding]]) -> None:
        (place / "secret_key").chmod(0o640)
        fault = the_fault(found())
        assert "secret_key has secrets in it" in fault.what
        assert fault.remedy == f"chmod 600 {place / 'secret_key'}"

    @needs_root
    def test_are_given_to_the_sites_user_before_others_are_shut_out(
        self, place: Path, found: Callable[[], list[Finding]]
    ) -> None:
        given_away(place)
        os.chown(place / "secret_key", 0, 0)
        (place / "secret_key").chmod(0o644)
        key = place / "secret_key"
        assert the_fault(found()).remedy == f"chown {NOBODY} {key} && chmod 600 {key}"

    @pytest.mark.parametrize(
        ("text", "is_secret"),
        [
            ('SITE_TITLE = "Ours"', False),
            ('DATABASE_URL = "postgresql://db.example.org/ledger"', False),
            ('DATABASE_URL = "postgresql://ledger:pass@db.example.org/ledger"', True),
            ('METRICS_TOKEN = "a-token-for-prometheus"', True),
            ('SECRET_KEY = ""', False),
        ],
    )
    def test_among_the_settings(
        self, place: Path, found: Callable[[], list[Finding]], text: str, is_secret: bool
    ) -> None:
        (place / "config.toml").write_text(f"# Ours\n{text}\n")
        (place / "config.toml").chmod(0o644)
        assert [
            "config.toml has secrets" in what for level, what in only(found(), "permissions") if level == "wrong"
        ] == ([True] if is_secret else [])


class TestTheDatabase:
    """It has hashes of passwords, and what visitors answered."""

    def test_is_made_for_its_owner_alone_with_its_log(self, tmp_path: Path, make_app: Callable[..., Flask]) -> None:
        before = os.umask(0o022)
        try:
            for number, name in enumerate(("own", "ours.sqlite3", "file:{}/ours.sqlite3")):
                folder = tmp_path / str(number)
                url = "" if name == "own" else f"sqlite:///{name.format(folder)}{'?uri=true' if ':' in name else ''}"
                app = make_app(folder, DATABASE_URL=url)
                with app.app_context(), db.engine.begin() as connection:
                    connection.exec_driver_sql("CREATE TABLE a (b)")
                    made = sorted(path for path in folder.rglob("*.sqlite3*"))
                    assert len(made) == 3
                    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
        finally:
            os.umask(before)

    def test_that_is_there_is_left_as_the_host_has_it(self, place: Path) -> None:
        (place / "fwsite.sqlite3").chmod(0o640)
        assert fwsite(place, "db", "upgrade").exit_code == 0
        assert stat.S_IMODE((place / "fwsite.sqlite3").stat().st_mode) == 0o640

    def test_that_only_reads_is_not_made(self, tmp_path: Path, make_app: Callable[..., Flask]) -> None:
        app = make_app(tmp_path / "new", DATABASE_URL=f"sqlite:///file:{tmp_path}/none.sqlite3?mode=ro&uri=true")
        with app.app_context(), pytest.raises(OperationalError, match="unable to open"):
            db.engine.connect()
        assert not (tmp_path / "none.sqlite3").exists()

    def test_that_everybody_can_read_is_found_with_what_to_do(
        self, place: Path, found: Callable[[], list[Finding]]
    ) -> None:
        database = place / "fwsite.sqlite3"
        database.chmod(0o644)
        with closing(sqlite3.connect(database)) as serving:  # the log is there as long as somebody has the file open
            serving.execute("SELECT number FROM content_version").fetchall()
            for each in ("wal", "shm"):
                (place / f"fwsite.sqlite3-{each}").chmod(0o644)
            fault = the_fault(found())
            assert fault.what.startswith(f"{database} can be read by everybody on this machine")
            assert fault.remedy == f"chmod 600 {database} {database}-wal {database}-shm"
            subprocess.run(fault.remedy, shell=True, check=True)
            assert [each.level for each in found() if each.area == "permissions"] == [Level.FINE]

    def test_is_found_beside_the_one_in_use(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(permissions, "program_faults", lambda _: iter(()))
        (place / "fwsite.sqlite3").chmod(0o644)
        fault = the_fault(permissions.look(Instance(place), None, SiteUser.owning(place)))
        assert "fwsite.sqlite3 can be read by everybody" in fault.what

    def test_in_a_folder_that_others_may_not_enter_is_fine(
        self, place: Path, found: Callable[[], list[Finding]]
    ) -> None:
        (place / "fwsite.sqlite3").chmod(0o644)
        place.chmod(0o750)
        assert [each.level for each in found() if each.area == "permissions"] == [Level.FINE]

    def test_that_was_copied_is_its_owners_alone(self, place: Path) -> None:
        copy = place.parent / "copy.sqlite3"
        assert fwsite(place, "db", "copy", "--to", f"sqlite:///{copy}").exit_code == 0
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_link_that_no_backup_takes_is_found(place: Path, found: Callable[[], list[Finding]]) -> None:
    (place / "media" / "etc").symlink_to("/etc")
    (place / "media" / "hosts").symlink_to("etc/hosts")
    whats = [finding.what for finding in found() if finding.remedy]
    assert [what.partition(" is a link out")[0] for what in whats] == [
        str(place / "media" / "etc"),
        str(place / "media" / "hosts"),
    ]


class TestFolders:
    def test_that_everybody_can_write(self, place: Path, found: Callable[[], list[Finding]]) -> None:
        place.chmod(0o777)
        assert "by everybody on this machine" in the_fault(found()).what

    @needs_root
    def test_that_the_sites_user_cannot_write(self, place: Path, found: Callable[[], list[Finding]]) -> None:
        given_away(place)
        place.chmod(0o555)
        fault = the_fault(found())
        assert fault.what.startswith(f"{place} cannot be written by {NOBODY}: SQLite keeps its log beside")
        assert f"chown -R {NOBODY}: {place}" in fault.remedy

    @needs_root
    def test_that_the_sites_user_cannot_get_to(self, place: Path, found: Callable[[], list[Finding]]) -> None:
        given_away(place)
        place.parent.chmod(0o700)
        fault = the_fault(found())
        assert fault.what == f"{NOBODY} cannot get to {place}: {described(place.parent)} is in the way"
        assert "chmod o+x" in fault.remedy


@needs_root
class TestAsRoot:
    """Who may read everything, and must not take that for what the site's user may."""

    @pytest.fixture(autouse=True)
    def _everybody_can_run_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(permissions, "program_faults", lambda _: iter(()))

    @pytest.mark.parametrize("name", ["config.toml", "articles/mine.md", "frameworks.toml", "templates/base.html"])
    def test_what_the_owner_of_the_folder_cannot_read_is_wrong(self, place: Path, name: str) -> None:
        (place / name).parent.mkdir(exist_ok=True)
        given_away(place)
        (place / name).write_text("" if name == "config.toml" else "x")
        (place / name).chmod(0o600)
        done = fwsite(place, "doctor")
        assert done.exit_code == 1
        assert f"{NOBODY} cannot read {place / name} (of root:root, mode 600)" in done.output
        assert f"-> chown {NOBODY}: {place / name}" in done.output
        (place / name).chmod(0o644)
        assert "cannot read" not in fwsite(place, "doctor").output

    def test_so_is_a_folder_that_only_another_may_enter(self, place: Path) -> None:
        given_away(place)
        os.chown(place / "media", 0, 0)
        (place / "media" / "a.png").write_bytes(b"picture")
        (place / "media").chmod(0o700)
        assert f"{NOBODY} cannot read {place / 'media'} (of root:root, mode 700)" in fwsite(place, "doctor").output

    def test_many_files_are_named_by_a_few(self, place: Path) -> None:
        given_away(place)
        for number in range(10):
            (place / "articles" / f"{number}.md").write_text("# A\n")
            (place / "articles" / f"{number}.md").chmod(0o600)
        output = fwsite(place, "doctor").output
        assert output.count("cannot read") == 4
        assert f"{NOBODY} cannot read 7 others in {place}" in output

    def test_another_user_can_be_named(self, place: Path) -> None:
        done = fwsite(place, "doctor", "--user", "nobody")
        assert done.exit_code == 1
        assert "nobody cannot read" in done.output and f"{place / 'secret_key'} (of root" in done.output
        unknown = fwsite(place, "doctor", "--user", "no-such-user")
        assert (unknown.exit_code, "there is no user no-such-user" in unknown.output) == (2, True)

    def test_by_group_and_by_everybody_counts(self, place: Path) -> None:
        user = SiteUser("x", NOBODY, frozenset({777}))
        file = place / "file"
        file.write_text("")
        for uid, gid, mode, may in [
            (0, 0, 0o604, True),
            (0, 777, 0o640, True),
            (0, 777, 0o604, False),  # the group's bits count for its members, whatever everybody may
            (NOBODY, 777, 0o044, False),
            (NOBODY, 0, 0o400, True),
        ]:
            os.chown(file, uid, gid)
            file.chmod(mode)
            assert user.may(file, os.R_OK) is may
            assert (user.obstacle(file, os.R_OK) is None) is may


@needs_root
class TestAsAnother:
    """Whoever may not look gets told so."""

    @pytest.mark.parametrize("command", [["doctor"], ["db", "status"], ["user", "list"], ["content", "check"]])
    @pytest.mark.parametrize("mode", [0o700, 0o711])
    def test_an_instance_folder_that_cannot_be_read_is_said_to_be_one(
        self, place: Path, instance: Path, command: list[str], mode: int
    ) -> None:
        place.chmod(mode)
        done = as_nobody(place, instance, *command)
        said = done.stdout + done.stderr
        assert done.returncode == 1, said
        assert f"The instance folder {place} cannot be read by this user ({NOBODY}): Permission denied" in said
        assert "Run this as the site's user" in said
        assert "Traceback" not in said

    @pytest.mark.parametrize("name", ["config.toml", "secret_key"])
    def test_a_file_that_cannot_be_read_is_named(self, place: Path, instance: Path, name: str) -> None:
        (place / "config.toml").write_text("")
        (place / name).chmod(0o600)
        done = as_nobody(place, instance, "doctor")
        said = done.stdout + done.stderr
        assert done.returncode == 1
        assert f"{place / name} cannot be read" in said and "chown" in said
        assert "Traceback" not in said

    def test_the_sites_own_user_has_nothing_to_complain_of_there(self, place: Path, instance: Path) -> None:
        given_away(place)
        done = as_nobody(place, instance, "doctor")
        lines = [line for line in done.stdout.splitlines() if line.startswith("wrong")]
        assert [line for line in lines if "cannot use" not in line] == []  # this Python may be in root's home


@needs_root
class TestAProgramInSomebodysHome:
    @pytest.fixture
    def home(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        home = place.parent / "root"
        (home / "bin").mkdir(parents=True)
        for name in ("python", "fwsite"):
            (home / "bin" / name).write_text("")
            (home / "bin" / name).chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(home / "bin" / "python"))
        monkeypatch.setattr(permissions.fwsite, "__file__", str(home / "bin" / "fwsite"))
        return home

    def test_is_named_by_doctor_and_deploy_files(self, place: Path, home: Path) -> None:
        given_away(place)
        home.chmod(0o700)
        what = f"cannot use {home / 'bin' / 'python'}: {home} (of root:root, mode 700) is in the way"
        assert f"{NOBODY} {what}" in fwsite(place, "doctor").output
        done = deploy(place, place.parent / "files")
        assert done.exit_code == 0, done.output
        assert f"fwsite {what}: the service would not start." in done.output
        assert "/srv/ledger/venv" in done.output

    def test_is_fine_where_everybody_may_enter(self, place: Path, home: Path) -> None:
        home.chmod(0o755)
        assert "the service would not start" not in deploy(place, place.parent / "files").output
