"""``fwsite doctor`` finds each thing that it claims to find, says what to do, and is content where all is well."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.serving import make_server
from werkzeug.utils import redirect

from fwsite.config import CHOICE, SETTINGS
from fwsite.db.engine import db
from fwsite.instance import Instance
from fwsite.ops.doctor import data, from_outside, places, settings
from fwsite.ops.doctor.finding import Finding, Level
from fwsite.plugins.registry import registry_of
from fwsite.plugins.state import Record, State
from tests.ops.test_backup import _no_database_stays_open, fwsite  # noqa: F401 - a fixture
from tests.support.served import Site

pytestmark = [
    pytest.mark.new_app,
    pytest.mark.sqlite_only(reason="SQLite's files; PostgreSQL in test_degraded_postgres"),
]
DEFAULTS = {setting.name: setting.default for setting in (*SETTINGS, *CHOICE)}
PUBLIC = "https://ledger.example.org"
Apps = Callable[..., Flask]


def only(found: Iterable[Finding], area: str) -> list[tuple[str, str]]:
    """Level and text of what was found out of an area, fine or not."""
    return [(finding.level.value, finding.what) for finding in found if finding.area == area]


def the_fault(found: Iterable[Finding], level: Level = Level.WRONG) -> Finding:
    [finding] = [each for each in found if each.level is level]
    assert finding.remedy
    return finding


class TestAWellSite:
    @pytest.fixture
    def well(self, instance: Path, tmp_path: Path) -> Path:
        assert fwsite(instance, "backup", str(tmp_path / "b.zip")).exit_code == 0
        return instance

    def test_is_in_order(self, well: Path) -> None:
        done = fwsite(well, "doctor")
        assert done.exit_code == 0, done.output
        assert done.output.splitlines()[-1] == "Everything is in order."
        areas = {line.split()[1] for line in done.output.splitlines()[:-1]}
        assert areas == {
            *("settings", "permissions", "disk", "clock", "backup", "database", "schema", "extensions"),
        }

    def test_is_told_to_programs(self, well: Path) -> None:
        found = json.loads(fwsite(well, "doctor", "--json").output)
        assert found["fine"] is True
        assert {finding["level"] for finding in found["findings"]} == {"ok"}
        (well / "secret_key").chmod(0o644)
        done = fwsite(well, "doctor", "--json")
        found = json.loads(done.output)
        assert (done.exit_code, found["fine"]) == (1, False)
        [fault] = [finding for finding in found["findings"] if finding["level"] == "wrong"]
        assert fault["area"] == "permissions" and "chmod 600" in fault["remedy"]

    def test_is_left_as_it_is(self, well: Path) -> None:
        before = {path: path.stat().st_mtime_ns for path in well.rglob("*") if "sqlite3-" not in path.name}
        fwsite(well, "doctor")
        assert {path: path.stat().st_mtime_ns for path in well.rglob("*") if "sqlite3-" not in path.name} == before

    def test_is_not_made_by_looking(self, tmp_path: Path) -> None:
        done = fwsite(tmp_path / "none", "doctor")
        assert done.exit_code == 1
        assert "there is no folder" in done.output
        assert not (tmp_path / "none").exists()


class TestSettings:
    def test_that_cannot_be_read_are_findings(self, instance: Path) -> None:
        (instance / "config.toml").write_text('PORT = "x"\nSITE_URL = "ledger"\n')
        done = fwsite(instance, "doctor")
        assert done.exit_code == 1
        assert done.output.count("wrong   settings") == 2

    @pytest.mark.parametrize(
        ("given", "level", "words"),
        [
            ({"HOST": "0.0.0.0"}, "wrong", "SITE_URL is empty"),
            ({"TRUSTED_PROXIES": ("127.0.0.1",)}, "wrong", "SITE_URL is empty"),
            ({"SITE_URL": "http://ledger.example.org"}, "advice", "cookies are sent unencrypted"),
            ({"SITE_URL": PUBLIC}, "advice", "TRUSTED_PROXIES is empty"),
            (
                {"SITE_URL": PUBLIC, "TRUSTED_PROXIES": ("unix",), "TRUSTED_HOSTS": ("other.example",)},
                "wrong",
                "leaves out ledger.example.org",
            ),
        ],
    )
    def test_that_do_not_fit_together(self, given: dict[str, Any], level: str, words: str) -> None:
        assert words in the_fault(settings.look({**DEFAULTS, **given}), Level(level)).what

    @pytest.mark.parametrize(
        "given",
        [
            {},
            {"SITE_URL": "http://localhost:8000"},
            {"HOST": "unix:/run/fwsite/socket"},
            {"SITE_URL": PUBLIC, "TRUSTED_PROXIES": ("127.0.0.1",)},
            {"SITE_URL": PUBLIC, "TRUSTED_PROXIES": ("127.0.0.1",), "TRUSTED_HOSTS": (".example.org",)},
        ],
    )
    def test_that_fit(self, given: dict[str, Any]) -> None:
        assert [finding.level for finding in settings.look({**DEFAULTS, **given})] == [Level.FINE]


class TestPlaces:
    @pytest.fixture
    def found(self, instance: Path) -> Callable[[], list[Finding]]:
        return lambda: places.look(Instance(instance), instance / "fwsite.sqlite3")

    @pytest.mark.parametrize(("free", "level"), [(10**6, Level.WRONG), (50_200_000, Level.ADVICE)])
    def test_a_disk_that_is_nearly_full(
        self, found: Callable[[], list[Finding]], monkeypatch: pytest.MonkeyPatch, free: int, level: Level
    ) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**12, 10**12 - free, free))
        fault = next(each for each in found() if each.area == "disk")
        assert (fault.level, bool(fault.remedy)) == (level, True)

    def test_a_network(
        self, found: Callable[[], list[Finding]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "mounts").write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n")
        monkeypatch.setattr(places, "_MOUNTS", tmp_path / "mounts")
        assert "on a network (nfs4)" in the_fault(found()).what

    def test_a_file_from_the_future(self, instance: Path, found: Callable[[], list[Finding]]) -> None:
        os.utime(instance / "secret_key", (time.time() + 3600, time.time() + 3600))
        assert "which is in the future" in the_fault(found()).what

    def test_no_backup_and_an_old_one(self, instance: Path, found: Callable[[], list[Finding]]) -> None:
        assert only(found(), "backup") == [("advice", "none was made by fwsite backup")]
        week = datetime.now(UTC) - timedelta(days=8)
        for text, level in (
            (json.dumps({"made_at": week.isoformat(), "file": "b.zip"}), "advice"),
            (json.dumps({"made_at": datetime.now(UTC).isoformat(), "file": "b.zip"}), "ok"),
            ('{"made_at": "yesterday"}', "advice"),
            ('{"made_at": "2026-01-01"}', "advice"),
            ("[]", "advice"),
        ):
            (instance / "last_backup.json").write_text(text)
            assert [each for each, _ in only(found(), "backup")] == [level]


class TestTheDatabase:
    def look(self, app: Flask) -> list[Finding]:
        with app.app_context():
            return data.look(app)

    def test_that_is_not_there_to_be_opened(self, instance: Path, make_app: Apps) -> None:
        app = make_app(DATABASE_URL=f"sqlite:///{instance}/no/such/folder.sqlite3")
        shutil.rmtree(instance / "no", ignore_errors=True)
        assert "unable to open database file" in the_fault(self.look(app)).what

    def test_that_is_none(self, instance: Path, make_app: Apps) -> None:
        (instance / "other.sqlite3").write_bytes(b"something else" * 100)
        fault = the_fault(self.look(make_app(DATABASE_URL=f"sqlite:///{instance}/other.sqlite3")))
        assert "not a database" in fault.what
        assert "Backups" in fault.remedy

    def test_that_can_only_be_read(self, instance: Path, make_app: Apps) -> None:
        with closing(sqlite3.connect(instance / "fwsite.sqlite3")) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        app = make_app(DATABASE_URL=f"sqlite:///file:{instance}/fwsite.sqlite3?mode=ro&uri=true")
        fault = the_fault(finding for finding in self.look(app) if finding.area == "database")
        assert "readonly" in fault.what
        assert "write the database and the folder" in fault.remedy

    @pytest.mark.parametrize(
        ("pragma", "words"),
        [("journal_mode=DELETE", "no write-ahead log (delete)"), ("synchronous=NORMAL", "does not wait for the disk")],
    )
    def test_that_is_not_safe(self, app: Flask, pragma: str, words: str) -> None:
        with app.app_context():
            db.engine.dispose()
            event.listen(db.engine, "connect", lambda connection, _: connection.execute(f"PRAGMA {pragma}"))
        assert words in the_fault(self.look(app)).what

    def test_that_waits_for_a_migration(self, app: Flask, instance: Path) -> None:
        with closing(sqlite3.connect(instance / "fwsite.sqlite3")) as database:
            database.execute("DELETE FROM alembic_version_comparison")
            database.commit()
        found = self.look(app)
        assert [what.partition(":")[0] for level, what in only(found, "schema") if level == "wrong"] == ["comparison"]
        assert any("comparison is pending" in what for _, what in only(found, "extensions"))

    def test_with_an_extension_that_failed(self, app: Flask) -> None:
        registry = registry_of(app)
        failed = Record("notes", "Notes", "fwsite-notes", "1.0", State.FAILED, "contract: raises")
        registry.records = (*registry.records, failed)
        assert the_fault(self.look(app)).what == "notes is failed: contract: raises"


Middle = Callable[[dict[str, Any], Any], Any]


@contextmanager
def behind(app: Flask, change: Callable[[dict[str, Any]], None], lost: str = "") -> Iterator[str]:
    """The site behind a proxy that changes requests, and loses a header of answers."""

    def proxied(environ: dict[str, Any], start_response: Any) -> Any:
        change(environ)
        return app.wsgi_app(
            environ, lambda status, headers, *_: start_response(status, [each for each in headers if each[0] != lost])
        )

    server = make_server("127.0.0.1", 0, proxied)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def trusts_addresses(environ: dict[str, Any]) -> None:
    environ["REMOTE_ADDR"] = environ.get("HTTP_X_FORWARDED_FOR", environ["REMOTE_ADDR"])


def trusts_hosts(environ: dict[str, Any]) -> None:
    environ["HTTP_HOST"] = environ.get("HTTP_X_FORWARDED_HOST", environ["HTTP_HOST"])


def has_its_own_host(environ: dict[str, Any]) -> None:
    environ["HTTP_HOST"] = "backend:8000"


class TestFromOutside:
    def test_a_served_site_is_seen_as_it_is(self, site: Site) -> None:
        done = fwsite(site.instance, "doctor", "--url", site.url)
        assert f"{site.url} is seen as http://127.0.0.1:{site.port}, asked by 127.0.0.1" in done.output

    @pytest.mark.parametrize(
        ("change", "lost", "words"),
        [
            (trusts_addresses, "", "can choose the address"),
            (trusts_hosts, "", "by X-Forwarded-Host"),
            (has_its_own_host, "", "the site sees backend:8000"),
            (lambda _: None, "Content-Security-Policy", "content-security-policy is lost"),
        ],
    )
    def test_a_proxy_that_is_not_right_is_found(self, app: Flask, change: Any, lost: str, words: str) -> None:
        with behind(app, change, lost) as url:
            assert words in the_fault(from_outside.look(url, app.config["SECRET_KEY"])).what

    def test_another_site_is_not_taken_for_this_one(self, app: Flask) -> None:
        with behind(app, lambda _: None) as url:
            assert "does not know this site's secret key" in the_fault(from_outside.look(url, "x" * 64)).what

    def test_a_redirect_is_not_followed_with_the_proof(self, app: Flask) -> None:
        app.wsgi_app = redirect("http://192.0.2.1/")  # type: ignore[method-assign, assignment]
        with behind(app, lambda _: None) as url:
            assert "answers with 302" in the_fault(from_outside.look(url, "x" * 64)).what

    def test_nobody_there_is_said(self, instance: Path) -> None:
        done = fwsite(instance, "doctor", "--url", "http://127.0.0.1:1")
        assert done.exit_code == 1
        assert "http://127.0.0.1:1 does not answer" in done.output

    @pytest.mark.parametrize(
        ("seen", "words"),
        [
            ({"scheme": "http", "host": "ledger.example.org", "address": "198.51.100.1"}, ["the site sees http"]),
            ({"scheme": "https", "host": "ledger.example.org", "address": "127.0.0.1"}, ["a proxy of this machine"]),
            ({"scheme": "https", "host": "ledger.example.org", "address": ""}, ["nobody"]),
            ({"scheme": "https", "host": "Ledger.example.org", "address": "198.51.100.1"}, []),
        ],
    )
    def test_what_a_proxy_has_to_tell(self, seen: dict[str, str], words: list[str]) -> None:
        found = [finding.what for finding in from_outside._who(PUBLIC, seen)]
        assert len(found) == len(words)
        assert all(word in what for word, what in zip(words, found, strict=True))
