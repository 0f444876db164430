"""Whoever starts or examines the site learns which database it uses, and whose word that is."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fwsite.instance import Instance
from fwsite.ops import database_source
from fwsite.ops.doctor import places
from tests.ops.test_doctor import only
from tests.ops.test_restore_target import fwsite
from tests.support.serving import ServedSite, until

pytestmark = [pytest.mark.new_app, pytest.mark.sqlite_only(reason="names databases of its own")]
OTHER = "postgresql://fwsite:hidden@db.example.org/ledger"


def described(folder: Path, **environ: str) -> tuple[str, str | None]:
    instance = Instance(folder)
    return str(database_source.source(instance, environ)), database_source.overridden(instance, environ)


def test_the_address_comes_from_the_environment_else_from_a_line_else_from_nobody(tmp_path: Path) -> None:
    assert described(tmp_path) == ("default", None)
    assert described(tmp_path, FWSITE_DATABASE_URL=OTHER) == ("environment FWSITE_DATABASE_URL", None)
    settings = tmp_path / "config.toml"
    settings.write_text('SITE_TITLE = "Ours"\nDATABASE_URL = "sqlite:///ours.sqlite3"\n')
    assert described(tmp_path) == (f"{settings}:2", None)
    assert described(tmp_path, FWSITE_DATABASE_URL="sqlite:///ours.sqlite3")[1] is None
    assert described(tmp_path, FWSITE_DATABASE_URL=OTHER)[1] == (
        f"FWSITE_DATABASE_URL in the environment takes precedence over {settings}:2, "
        "which names the SQLite file ours.sqlite3"
    )


def test_no_password_is_said(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f'DATABASE_URL = "{OTHER}"\n')
    said = described(tmp_path, FWSITE_DATABASE_URL="sqlite:///ours.sqlite3")[1]
    assert said and said.endswith("which names the PostgreSQL database ledger on db.example.org")


def test_doctor_advises_against_a_variable_that_goes_before_the_settings(instance: Path) -> None:
    (instance / "config.toml").write_text('DATABASE_URL = "sqlite:///ours.sqlite3"\n')
    used = f"sqlite:///{instance / 'fwsite.sqlite3'}"
    said = fwsite(instance, "doctor", FWSITE_DATABASE_URL=used).output
    assert "FWSITE_DATABASE_URL in the environment takes precedence over" in said
    assert "-> if that is not meant, take it out of the environment: unset FWSITE_DATABASE_URL" in said
    assert "goes before" not in fwsite(instance, "doctor").output


@pytest.mark.slow
def test_serve_names_the_database_in_force_at_its_start_and_after_a_reload(instance: Path, tmp_path: Path) -> None:
    settings = instance / "config.toml"
    settings.write_text('DATABASE_URL = "sqlite:///fwsite.sqlite3"\n')
    site = ServedSite(instance, tmp_path)
    site.start()
    try:
        assert f"database:   the SQLite file {instance / 'fwsite.sqlite3'} ({settings}:1)\n" in site.log.read_text()
        files = instance / "fwsite.sqlite3", instance / "moved.sqlite3"
        with closing(sqlite3.connect(files[0])) as old, closing(sqlite3.connect(files[1])) as moved:
            old.backup(moved)
        settings.write_text('SITE_TITLE = "Moved"\nDATABASE_URL = "sqlite:///moved.sqlite3"\n')
        site.signal(signal.SIGHUP)
        line = f"database:   the SQLite file {instance / 'moved.sqlite3'} ({settings}:2)\n"
        until(lambda: line in site.log.read_text(), "the database in force is named")
        assert "Warning" not in site.log.read_text()
    finally:
        assert site.stop() == 0


@pytest.mark.slow
def test_serve_warns_of_a_variable_that_goes_before_the_settings(instance: Path, tmp_path: Path) -> None:
    (instance / "config.toml").write_text('DATABASE_URL = "sqlite:///ours.sqlite3"\n')
    site = ServedSite(instance, tmp_path, DATABASE_URL=f"sqlite:///{instance / 'fwsite.sqlite3'}")
    site.start()
    try:
        said = site.log.read_text()
        assert f"database:   the SQLite file {instance / 'fwsite.sqlite3'} (environment FWSITE_DATABASE_URL)\n" in said
        assert "Warning: FWSITE_DATABASE_URL in the environment takes precedence over" in said
        assert f"To start without it: env -u FWSITE_DATABASE_URL fwsite --instance {instance} serve\n" in said
    finally:
        assert site.stop() == 0


def test_a_database_from_before_a_move_is_named(instance: Path) -> None:
    old = instance / "fwsite.sqlite3"
    [(level, what)] = only(places.look(Instance(instance), None), "database")
    assert (level, what.partition(" is not")[0]) == ("advice", str(old))
    [finding] = [each for each in places.look(Instance(instance), None) if each.area == "database"]
    assert finding.remedy.startswith(f"once you do not need it any more: rm {old}")
    assert only(places.look(Instance(instance), old), "database") == []
    assert [level for level, _ in only(places.look(Instance(instance), instance / "moved.sqlite3"), "database")]
