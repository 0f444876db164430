"""Backup and restore on PostgreSQL, by its own programs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from fwsite.config import _engine_url
from fwsite.db.engine import db
from fwsite.ops.backup import archive, dumps
from fwsite.ops.backup.archive import BackupError
from fwsite.plugins.upgrade import bring_up_to_date
from tests.ops.test_backup import fwsite, made_by_commands
from tests.support.forms import first_options, submit
from tests.support.postgres import Cluster
from tests.support.site import create_app


@pytest.fixture(scope="module")
def served(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str, str]]:
    """An application on PostgreSQL with an answer; its database and the address of the answer's result."""
    url = postgres.new_database()
    app = create_app(tmp_path_factory.mktemp("pg") / "instance", settings={"DATABASE_URL": url})
    list(bring_up_to_date(app))
    client = app.test_client()
    location = submit(client, first_options(client, 6)).location
    yield app, url, location
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def backup(served: tuple[Flask, str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    app, url, _ = served
    to = tmp_path_factory.mktemp("backups") / "b.zip"
    done = fwsite(Path(app.instance_path), "backup", str(to), FWSITE_DATABASE_URL=url)
    assert done.exit_code == 0, done.output
    assert "postgresql with" in done.output and "of which 1 is a response of a visitor" in done.output
    return to


def rows(url: str) -> int:
    engine = create_engine(_engine_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM questionnaire_response")) or 0)


def without_tokens(page: str) -> str:
    return re.sub(r'csrf_token"[^>]+>', "", page)


def dispose_all() -> None:
    for app in made_by_commands():
        with app.app_context():
            db.engine.dispose()


def test_a_new_database_gets_everything_and_serves_it(
    served: tuple[Flask, str, str], backup: Path, postgres: Cluster, tmp_path: Path
) -> None:
    app, _, location = served
    empty = postgres.new_database()
    done = fwsite(tmp_path / "new", "restore", str(backup), "--yes", FWSITE_DATABASE_URL=empty)
    assert done.exit_code == 0, done.output
    again = create_app(tmp_path / "new", settings={"DATABASE_URL": empty})
    page = again.test_client().get(location)
    assert page.status_code == 200
    assert without_tokens(page.text) == without_tokens(app.test_client().get(location).text)
    with archive.opened(backup) as inside:
        manifest = inside.manifest
    assert (manifest.database, manifest.answers) == ("postgresql", rows(empty))
    dispose_all()


def test_a_database_that_is_not_empty_is_left_as_it_is(
    served: tuple[Flask, str, str], backup: Path, tmp_path: Path
) -> None:
    app, url, _ = served
    dispose_all()
    shutil.copytree(app.instance_path, tmp_path / "instance")
    before = (tmp_path / "instance" / "secret_key").read_bytes()
    done = fwsite(tmp_path / "instance", "restore", str(backup), "--yes", FWSITE_DATABASE_URL=url)
    assert done.exit_code == 1
    assert "is not empty, and is left as it is" in done.output
    assert rows(url) == 1
    assert (tmp_path / "instance" / "secret_key").read_bytes() == before
    assert not list((tmp_path / "instance").glob("*before-restore*"))


def test_a_database_that_others_use_is_refused(backup: Path, postgres: Cluster, tmp_path: Path) -> None:
    url = postgres.new_database()
    engine = create_engine(_engine_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        done = fwsite(tmp_path / "new", "restore", str(backup), "--yes", FWSITE_DATABASE_URL=url)
    assert done.exit_code == 1
    assert "in use by 1 other" in done.output
    assert not (tmp_path / "new").exists()


def test_a_dump_that_fails_half_way_leaves_the_database_empty_and_the_files_as_they_were(
    backup: Path, postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.new_database()
    load = dumps.load

    def cut(address: object, dumped: Path) -> None:
        dumped.write_bytes(dumped.read_bytes()[:-4000])
        load(address, dumped)  # type: ignore[arg-type]

    monkeypatch.setattr(dumps, "load", cut)
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "secret_key").write_text("k" * 64)
    done = fwsite(tmp_path / "instance", "restore", str(backup), "--yes", FWSITE_DATABASE_URL=url)
    assert done.exit_code == 1
    assert "pg_restore failed" in done.output
    assert [path.name for path in (tmp_path / "instance").rglob("*")] == ["secret_key"]
    assert (tmp_path / "instance" / "secret_key").read_text() == "k" * 64
    monkeypatch.undo()
    assert fwsite(tmp_path / "instance", "restore", str(backup), "--yes", FWSITE_DATABASE_URL=url).exit_code == 0
    dispose_all()


def test_missing_programs_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(dumps, "_DEBIAN", tmp_path)
    with pytest.raises(BackupError, match="postgresql-client"):
        dumps.program("pg_dump")
