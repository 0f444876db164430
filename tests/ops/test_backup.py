"""Backups: made while others write, believed only when they are whole, and put in place all or nothing."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from fwsite import __version__
from fwsite.cli.main import main
from fwsite.db.engine import db
from fwsite.instance import Instance
from fwsite.ops.backup import archive, making, restoring
from fwsite.ops.backup.archive import BackupError
from fwsite.web.signing import token_hash
from tests.support.paths import ROOT
from tests.support.served import Site
from tests.support.site import create_app

pytestmark = pytest.mark.sqlite_only(reason="SQLite's files; PostgreSQL in test_backup_postgres")
WRITER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from tests.support.site import create_app
from fwsite.domain import robustness
from fwsite.web.signing import new_submission
from tests.support.forms import first_options, open_form

robustness.DRAWS = 20  # what is tried here is storing, not arithmetic
app = create_app(sys.argv[1])
enough = Event()

def store(_number):
    client = app.test_client()
    form = {**open_form(client), **first_options(client, 6)}
    while not enough.is_set():
        response = client.post("/questionnaire/", data={**form, "submission": new_submission()})
        assert response.status_code == 303, response.status
        sys.stdout.write(f"{response.location}\\n")  # print writes the end of a line by itself
        sys.stdout.flush()

Thread(target=lambda: (sys.stdin.read(), enough.set()), daemon=True).start()
with ThreadPoolExecutor(8) as pool:
    list(pool.map(store, range(8)))
"""
Change = Callable[[dict[str, bytes], dict[str, Any]], None]
"""Alters the members of a backup and its manifest, in place."""
OWN = {"config.toml": "SITE_TITLE = 'Ours'\n", "articles/a.md": "# A\n", "media/Bild ä.png": "picture", "more/x/y": ""}


def fwsite(instance: Path, *arguments: str, say: str | None = None, **environ: str) -> Result:
    """The command on an instance folder, in this process."""
    return CliRunner().invoke(main, ["--instance", str(instance), *arguments], input=say, env=environ)


def listing(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def responses(file: Path) -> set[str]:
    """The hashes of all stored responses."""
    with closing(sqlite3.connect(file)) as database:
        return {row[0] for row in database.execute("SELECT token_hash FROM questionnaire_response")}


def build(folder: Path, database: str) -> Flask:
    return create_app(folder, create=False, settings={"DATABASE_URL": database})


@pytest.fixture
def instance(instance: Path) -> Path:
    """With all of its database in one file."""
    with closing(sqlite3.connect(instance / "fwsite.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    return instance


@pytest.fixture(scope="module")
def backup(filled_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of an installation with files of its own."""
    folder = tmp_path_factory.mktemp("backups")
    shutil.copytree(filled_instance, folder / "instance")
    for name, text in OWN.items():
        path = folder / "instance" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    made = making.make(create_app(folder / "instance"), folder / "backup.zip", force=False, say=print)
    return made.path


@pytest.fixture(autouse=True)
def _no_database_stays_open() -> Iterator[None]:
    yield
    for app in made_by_commands():
        with app.app_context():
            db.engine.dispose()


def made_by_commands() -> list[Flask]:
    """Applications that commands of this process have left behind."""
    return [app for app in list(db._app_engines) if isinstance(app, Flask)]


class TestMaking:
    def test_loses_no_answer_that_was_acknowledged_before_it_began(self, instance: Path, tmp_path: Path) -> None:
        acknowledged: list[str] = []
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
        writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(instance)], **pipes) for _ in range(2)]
        readers = [Thread(target=lambda writer=each: acknowledged.extend(writer.stdout)) for each in writers]
        for reader in readers:
            reader.start()
        deadline = time.monotonic() + 60
        while len(acknowledged) < 60 and time.monotonic() < deadline:
            time.sleep(0.05)
        before, now = list(acknowledged), time.monotonic()
        done = fwsite(instance, "backup", str(tmp_path / "while.zip"))
        took, during = time.monotonic() - now, len(acknowledged) - len(before)
        for writer in writers:
            writer.communicate(timeout=60)
        for reader in readers:
            reader.join()
        assert (done.exit_code, [writer.returncode for writer in writers]) == (0, [0, 0]), done.output
        assert len(before) >= 60
        assert during > 0, f"nobody wrote in the {took:.1f} s of the backup"

        assert fwsite(tmp_path / "new", "restore", str(tmp_path / "while.zip"), "--yes").exit_code == 0
        restored = responses(tmp_path / "new" / "fwsite.sqlite3")
        assert {token_hash(location.strip("/\n").split("/")[-1]) for location in before} <= restored
        assert len(restored) < len(acknowledged)  # the others came later, so it was no copy of the end
        assert f"{len(restored):,} are responses" in done.output

    def test_takes_everything_that_makes_an_installation(self, backup: Path) -> None:
        with archive.opened(backup) as inside:
            manifest = inside.manifest
        names = {part.name for part in manifest.parts}
        assert names == {"database.sqlite3", "instance/secret_key", *(f"instance/{name}" for name in OWN)}
        assert (manifest.database, manifest.fwsite) == ("sqlite", __version__)
        assert {"core", "comparison", "questionnaire"} <= set(manifest.schemas)
        assert manifest.rows["framework"] > 0

    def test_is_nobody_elses_to_read(self, backup: Path) -> None:
        assert backup.stat().st_mode & 0o777 == 0o600

    def test_says_where_how_large_and_what_is_not_in_it(self, instance: Path, tmp_path: Path) -> None:
        to = tmp_path / "b.zip"
        done = fwsite(instance, "backup", str(to), FWSITE_SITE_TITLE="From outside")
        assert done.exit_code == 0
        assert f"{to}: {to.stat().st_size:,} bytes" in done.output
        assert "of which 0 are responses of visitors" in done.output
        assert "FWSITE_SITE_TITLE" in done.output

    def test_takes_nobodys_place_unless_told(self, instance: Path, tmp_path: Path) -> None:
        to = tmp_path / "b.zip"
        to.write_text("dear to somebody")
        refused = fwsite(instance, "backup", str(to))
        assert (refused.exit_code, to.read_text()) == (1, "dear to somebody")
        assert "--force" in refused.output
        assert fwsite(instance, "backup", str(to), "--force").exit_code == 0
        assert archive.is_backup(to)
        assert "name of a file" in fwsite(instance, "backup", str(tmp_path), "--force").output

    def test_leaves_nothing_behind_where_it_fails(
        self, instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device", "backup")

        monkeypatch.setattr(archive.Writer, "finish", full)
        (tmp_path / "to").mkdir()
        failed = fwsite(instance, "backup", str(tmp_path / "to" / "b.zip"))
        assert failed.exit_code == 1
        assert "No space left on device" in failed.output
        assert listing(tmp_path / "to") == {}

    def test_of_a_site_that_never_was_says_what_to_do(self, tmp_path: Path) -> None:
        failed = fwsite(tmp_path / "none", "backup", str(tmp_path / "b.zip"))
        assert failed.exit_code == 1
        assert f"There is no instance folder {tmp_path / 'none'}" in failed.output
        assert f"fwsite --instance {tmp_path / 'none'} db upgrade" in failed.output

    def test_of_a_damaged_database_is_not_made(self, instance: Path, tmp_path: Path) -> None:
        with (instance / "fwsite.sqlite3").open("r+b") as file:
            file.seek(8192)
            file.write(b"\xff" * 40_000)
        failed = fwsite(instance, "backup", str(tmp_path / "b.zip"))
        assert failed.exit_code == 1
        assert not (tmp_path / "b.zip").exists()

    def test_does_not_take_backups_and_what_was_kept_into_backups(self, instance: Path, tmp_path: Path) -> None:
        assert fwsite(instance, "backup", str(instance / "own.zip")).exit_code == 0
        assert fwsite(instance, "restore", str(instance / "own.zip"), "--yes").exit_code == 0
        assert fwsite(instance, "backup", str(tmp_path / "b.zip")).exit_code == 0
        with archive.opened(tmp_path / "b.zip") as inside:
            assert [part.name for part in inside.manifest.parts] == ["database.sqlite3", "instance/secret_key"]

    def test_follows_links_that_stay_inside_and_ends_on_those_that_lead_to_themselves(
        self, instance: Path, tmp_path: Path
    ) -> None:
        (instance / "media" / "again").symlink_to(instance / "media")
        (instance / "media" / "p.png").write_text("picture")
        (instance / "media" / "same.png").symlink_to("p.png")
        assert fwsite(instance, "backup", str(tmp_path / "b.zip")).exit_code == 0
        with archive.opened(tmp_path / "b.zip") as inside:
            names = [part.name for part in inside.manifest.parts]
        assert names[1:] == ["instance/media/p.png", "instance/media/same.png", "instance/secret_key"]

    def test_takes_pictures_that_are_kept_on_another_disk(self, instance: Path, tmp_path: Path) -> None:
        (tmp_path / "disk").mkdir()
        (tmp_path / "disk" / "p.png").write_text("picture")
        (instance / "media").rmdir()
        (instance / "media").symlink_to(tmp_path / "disk")
        assert fwsite(instance, "backup", str(tmp_path / "b.zip")).exit_code == 0
        assert fwsite(tmp_path / "new", "restore", str(tmp_path / "b.zip"), "--yes").exit_code == 0
        assert (tmp_path / "new" / "media" / "p.png").read_text() == "picture"

    @pytest.mark.parametrize("name", ["articles/out.md", "media/out", "own", "templates/deep/out.html"])
    def test_refuses_links_that_lead_out(self, instance: Path, tmp_path: Path, name: str) -> None:
        (tmp_path / "private").mkdir()
        (tmp_path / "private" / "key").write_text("another site's secret")
        outside = tmp_path / "private" if "." not in name else tmp_path / "private" / "key"
        (instance / name).parent.mkdir(parents=True, exist_ok=True)
        (instance / name).symlink_to(outside)
        failed = fwsite(instance, "backup", str(tmp_path / "b.zip"))
        assert failed.exit_code == 1
        assert f"{instance / name} -> {outside}" in failed.output
        assert not (tmp_path / "b.zip").exists()

    def test_refuses_a_name_that_could_not_be_restored(self, instance: Path, tmp_path: Path) -> None:
        (instance / "/".join("d" * 70)).mkdir(parents=True)
        (instance / "/".join("d" * 70) / "file").write_text("deep")
        failed = fwsite(instance, "backup", str(tmp_path / "b.zip"))
        assert failed.exit_code == 1
        assert "more than 60 folders" in failed.output and "Rename the file" in failed.output


class TestRestoring:
    def test_brings_everything_back_and_keeps_what_was_there(self, backup: Path, instance: Path) -> None:
        (instance / "config.toml").write_text("SITE_TITLE = 'Before'\n")
        (instance / "articles" / "mine.md").write_text("# Mine\n")
        before = listing(instance)
        done = fwsite(instance, "restore", str(backup), "--yes")
        assert done.exit_code == 0, done.output
        assert f"fwsite --instance {instance} db upgrade" in done.output
        [kept] = instance.glob("before-restore-*")
        assert f"kept: {kept}" in done.output
        assert kept.stat().st_mode & 0o777 == 0o700
        made_anew = ("fwsite.sqlite3", "cache/")
        assert {name: text for name, text in listing(kept).items() if not name.startswith(made_anew)} == {
            name: text for name, text in before.items() if not name.startswith(made_anew)
        }
        now = {name: text for name, text in listing(instance).items() if not name.startswith((kept.name, "cache/"))}
        assert set(now) == {"fwsite.sqlite3", "secret_key", *OWN}
        assert {name: now[name].decode() for name in OWN} == OWN
        assert (instance / "secret_key").stat().st_mode & 0o777 == 0o600
        with closing(sqlite3.connect(kept / "fwsite.sqlite3")) as old:
            assert old.execute("SELECT count(*) FROM framework").fetchone()[0] > 0
        assert create_app(instance).test_client().get("/comparison/").status_code == 200

    def test_into_nothing_makes_the_folder(self, backup: Path, tmp_path: Path) -> None:
        done = fwsite(tmp_path / "new" / "site", "restore", str(backup), "--yes")
        assert done.exit_code == 0, done.output
        assert "kept" not in done.output.partition("is kept")[2]
        assert set(listing(tmp_path / "new" / "site")) == {"fwsite.sqlite3", "secret_key", *OWN}

    def test_asks_and_takes_no_for_an_answer(self, backup: Path, instance: Path, tmp_path: Path) -> None:
        before = listing(instance)
        refused = fwsite(instance, "restore", str(backup), say="n\n")
        assert refused.exit_code == 1
        assert "Go on?" in refused.output
        assert listing(instance) == before
        assert fwsite(tmp_path / "new", "restore", str(backup), say="n\n").exit_code == 1
        assert not (tmp_path / "new").exists()

    def test_is_refused_while_the_site_serves(self, backup: Path, site: Site) -> None:
        before = (site.instance / "secret_key").read_bytes()
        by_file = fwsite(site.instance, "restore", str(backup), "--yes", FWSITE_PORT="1")
        by_port = fwsite(site.instance, "restore", str(backup), "--yes", FWSITE_PORT=str(site.port))
        assert "is in use" in by_file.output
        assert f"is being served on 127.0.0.1:{site.port}" in by_port.output
        assert (by_file.exit_code, by_port.exit_code) == (1, 1)
        assert (site.instance / "secret_key").read_bytes() == before
        assert not list(site.instance.glob("*before-restore*"))

    def test_goes_over_an_installation_that_is_broken(self, backup: Path, instance: Path) -> None:
        (instance / "config.toml").write_text("not toml")
        (instance / "fwsite.sqlite3").write_bytes(b"not a database" * 100)
        assert fwsite(instance, "restore", str(backup), "--yes").exit_code == 0
        [kept] = instance.glob("before-restore-*")
        assert (kept / "config.toml").read_text() == "not toml"
        assert (kept / "fwsite.sqlite3").read_bytes().startswith(b"not a database")

    def test_of_a_database_elsewhere_keeps_the_old_one_there(
        self, backup: Path, instance: Path, tmp_path: Path
    ) -> None:
        elsewhere = tmp_path / "data" / "ledger.sqlite3"
        elsewhere.parent.mkdir()
        shutil.copy(instance / "fwsite.sqlite3", elsewhere)
        done = fwsite(instance, "restore", str(backup), "--yes", FWSITE_DATABASE_URL=f"sqlite:///{elsewhere}")
        assert done.exit_code == 0, done.output
        [kept] = elsewhere.parent.glob("ledger.sqlite3.before-restore-*")
        assert f"kept: {kept}" in done.output
        assert responses(elsewhere) == responses(kept) == set()
        assert f'DATABASE_URL = "sqlite:///{elsewhere}"' in (instance / "config.toml").read_text()

    def test_puts_links_that_lead_out_aside_and_nothing_behind_them(
        self, backup: Path, instance: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "theirs").mkdir()
        (tmp_path / "theirs" / "a.md").write_text("theirs")
        (instance / "articles").rmdir()
        (instance / "articles").mkdir()
        (instance / "more").symlink_to(tmp_path / "theirs")
        assert fwsite(instance, "restore", str(backup), "--yes").exit_code == 0
        [kept] = instance.glob("before-restore-*")
        assert (kept / "more").is_symlink()
        assert (instance / "more" / "x" / "y").is_file() and not (instance / "more").is_symlink()
        assert listing(tmp_path / "theirs") == {"a.md": b"theirs"}

    def test_that_fails_half_way_puts_everything_back(
        self, backup: Path, instance: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (instance / "articles" / "mine.md").write_text("# Mine\n")
        before = listing(instance)

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device", "fwsite.sqlite3")

        monkeypatch.setattr(restoring, "_move_database", full)
        failed = fwsite(instance, "restore", str(backup), "--yes")
        assert failed.exit_code == 1
        assert "No space left" in failed.output
        assert {**listing(instance), "fwsite.sqlite3": b""} == {**before, "fwsite.sqlite3": b""}
        assert not list(instance.glob("*before-restore*"))

    def test_of_the_other_kind_of_database_names_the_command_for_that(self, backup: Path, instance: Path) -> None:
        url = "postgresql://nobody@127.0.0.1:1/none"
        failed = fwsite(instance, "restore", str(backup), "--yes", FWSITE_DATABASE_URL=url)
        assert failed.exit_code == 1
        assert "fwsite db copy" in failed.output


def rewritten(backup: Path, to: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None]) -> Path:
    """The backup with other members or another manifest."""
    with zipfile.ZipFile(backup) as inside:
        members = {name: inside.read(name) for name in inside.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    change(members, manifest)
    with zipfile.ZipFile(to, "w") as outside:
        outside.comment = archive.MARK
        for name, content in members.items():
            outside.writestr(name, content)
        if manifest:
            outside.writestr("manifest.json", json.dumps(manifest))
    return to


def part(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in manifest["parts"] if each["name"] == name)


def smuggled(name: str) -> Callable[[dict[str, bytes], dict[str, Any]], None]:
    """A member of this name, in the manifest too."""

    def change(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        members[name] = members["instance/articles/a.md"]
        manifest["parts"].append({**part(manifest, "instance/articles/a.md"), "name": name})

    return change


def newer_schema(_members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    manifest["schemas"]["core"] = "core_9999"


def not_named(members: dict[str, bytes], _manifest: dict[str, Any]) -> None:
    members["instance/more.md"] = b"x"


def missing(members: dict[str, bytes], _manifest: dict[str, Any]) -> None:
    del members["instance/secret_key"]


def changed(members: dict[str, bytes], _manifest: dict[str, Any]) -> None:
    members["instance/articles/a.md"] = b"# B\n"


def larger(_members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    part(manifest, "database.sqlite3")["size"] += 1


def without_database(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    del members["database.sqlite3"]
    manifest["parts"] = [each for each in manifest["parts"] if each["name"] != "database.sqlite3"]


def broken_inside(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    database = members["database.sqlite3"]
    members["database.sqlite3"] = broken = database[:8192] + b"\xff" * 40_000 + database[48_192:]
    part(manifest, "database.sqlite3")["sha256"] = hashlib.sha256(broken).hexdigest()


def replaced(members: dict[str, bytes], manifest: dict[str, Any], name: str, content: bytes) -> None:
    """As somebody would change it who keeps the checksums right."""
    members[name] = content
    part(manifest, name).update(size=len(content), sha256=hashlib.sha256(content).hexdigest())


def of_no_bytes(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    replaced(members, manifest, "database.sqlite3", b"")


def with_fewer_rows(_members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    manifest["rows"]["framework"] += 1


def with_settings(content: bytes) -> Change:
    return lambda members, manifest: replaced(members, manifest, "instance/config.toml", content)


CHANGES: dict[str, tuple[Change, str]] = {
    "a part more": (not_named, "not what its manifest says"),
    "a part less": (missing, "not what its manifest says"),
    "another content": (changed, "instance/articles/a.md in it is damaged"),
    "another size": (larger, "not what its manifest says"),
    "no database": (without_database, "no database"),
    "a broken database": (broken_inside, "its database is damaged"),
    "no manifest": (lambda _, manifest: manifest.clear(), "not a complete backup"),
    "a newer format": (lambda _, manifest: manifest.update(format=archive.FORMAT + 1), "upgrade fwsite"),
    "a database of no bytes": (of_no_bytes, "its database is empty"),
    "a database of fewer rows": (with_fewer_rows, "does not have the rows"),
    "settings that are no TOML": (with_settings(b"not toml"), "its config.toml cannot be read"),
    "a name of many folders": (smuggled("instance/" + "a/" * 2000 + "x"), "more than 60 folders"),
    "a long name": (smuggled("instance/" + "a" * 300), "too long a name"),
    "no format": (lambda _, manifest: manifest.update(format="x"), "manifest cannot be read"),
    "an unknown kind": (lambda _, manifest: manifest.update(database="oracle"), "manifest cannot be read"),
    "parts that are none": (lambda _, manifest: manifest.update(parts=[1]), "manifest cannot be read"),
    "numbers that are none": (lambda _, manifest: manifest["rows"].update(framework=-1), "manifest cannot be read"),
    "a newer schema": (newer_schema, "core is at core_9999, which this fwsite does not know"),
    "no schema": (lambda _, manifest: manifest["schemas"].clear(), "no schema of fwsite"),
    **{
        f"the name {name!r}": (smuggled(name), words)
        for name, words in {
            "../out": "lead out",
            "instance/../../out": "lead out",
            "/etc/fwsite-out": "lead out",
            "instance//x": "lead out",
            "instance/./x": "lead out",
            "instance/..\\x": "lead out",
            "instance/a\nb": "lead out",
            "elsewhere/x": "belongs nowhere",
            "instance/cache/x": "belongs nowhere",
        }.items()
    },
}


def refused(path: Path, instance: Path) -> str:
    """What is said of a backup; the instance is what it was, and nothing is beside it."""
    around = listing(instance.parent)
    with pytest.raises(BackupError) as caught, restoring.unpacked(path, Instance(instance), "", build):
        pass
    assert listing(instance.parent) == around
    return str(caught.value)


class TestABackupThatCannotBeTrusted:
    @pytest.mark.parametrize(("change", "words"), CHANGES.values(), ids=CHANGES)
    def test_changes_nothing(
        self,
        backup: Path,
        instance: Path,
        tmp_path_factory: pytest.TempPathFactory,
        change: Callable[[dict[str, bytes], dict[str, Any]], None],
        words: str,
    ) -> None:
        bad = rewritten(backup, tmp_path_factory.mktemp("bad") / "bad.zip", change)
        said = refused(bad, instance)
        assert words in said
        assert str(bad) in said
        assert said.endswith("Nothing was changed.")

    def test_with_a_link_changes_nothing(self, backup: Path, instance: Path, tmp_path_factory: Any) -> None:
        bad = tmp_path_factory.mktemp("bad") / "bad.zip"
        with zipfile.ZipFile(backup) as inside, zipfile.ZipFile(bad, "w") as outside:
            outside.comment = archive.MARK
            for entry in inside.infolist():
                content = inside.read(entry)
                if entry.filename == "instance/articles/a.md":
                    entry.external_attr = 0o120777 << 16
                outside.writestr(entry, content)
        assert "no plain file" in refused(bad, instance)

    @pytest.mark.parametrize("left", [0, 1, 1000, -1, -100, -2000])
    def test_that_was_cut_changes_nothing(self, backup: Path, instance: Path, tmp_path_factory: Any, left: int) -> None:
        bad = tmp_path_factory.mktemp("bad") / "bad.zip"
        whole = backup.read_bytes()
        bad.write_bytes(whole[:left])
        assert "not a complete backup" in refused(bad, instance)

    def test_that_is_not_there_is_named(self, instance: Path) -> None:
        assert "There is no file" in fwsite(instance, "restore", "none.zip", "--yes").output

    def test_with_any_byte_changed_is_refused_or_gives_the_same(self, backup: Path, tmp_path: Path) -> None:
        whole = backup.read_bytes()
        with archive.opened(backup) as inside:
            inside.unpack(tmp_path / "as it was")
        wanted = listing(tmp_path / "as it was")
        chance = random.Random(6)
        ends = range(len(whole) - 1500, len(whole))  # where a zip keeps its names and sizes
        places = [*chance.sample(ends, 120), *chance.sample(range(len(whole)), 40)]
        outcomes = [self._tried(whole, place, chance.randrange(1, 256), tmp_path / str(place)) for place in places]
        assert all(outcome in (None, wanted) for outcome in outcomes)
        assert outcomes.count(None) > 40

    def _tried(self, whole: bytes, place: int, by: int, to: Path) -> dict[str, bytes] | None:
        bad = io.BytesIO(whole[:place] + bytes([whole[place] ^ by]) + whole[place + 1 :])
        path = to.with_suffix(".zip")
        path.write_bytes(bad.getvalue())
        try:
            with archive.opened(path) as inside:
                inside.unpack(to)
                return listing(to)
        except (BackupError, OSError):
            return None
        finally:
            shutil.rmtree(to, ignore_errors=True)


def test_a_restore_by_root_leaves_files_to_the_sites_user(backup: Path, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    (tmp_path / "new").mkdir()
    os.chown(tmp_path / "new", 12_345, 12_345)
    assert fwsite(tmp_path / "new", "restore", str(backup), "--yes").exit_code == 0
    assert {path.stat().st_uid for path in (tmp_path / "new").rglob("*")} == {12_345}
