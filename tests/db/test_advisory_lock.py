"""Whose turn it is to bring a database on PostgreSQL up to date.

Whole processes that start at once are in ``test_migrations.py`` (SQLite) and ``test_two_machines.py`` (PostgreSQL).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from fwsite.db.advisory_lock import KEY
from fwsite.db.engine import db
from fwsite.plugins import migrations
from fwsite.plugins.upgrade import Step, bring_up_to_date, upgrade_schema
from tests.support.postgres import Cluster
from tests.support.site import create_app


@pytest.fixture
def empty(postgres: Cluster, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database of PostgreSQL."""
    app = create_app(tmp_path / "instance", settings={"DATABASE_URL": postgres.new_database()})
    yield app
    with app.app_context():
        db.engine.dispose()


def others_lock(app: Flask) -> psycopg.Connection:
    """The lock in the hands of another process."""
    url = app.config["SQLALCHEMY_DATABASE_URI"].set(drivername="postgresql")
    connection = psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
    connection.execute("SELECT pg_advisory_lock(%s)", (KEY,))
    return connection


def test_one_that_has_to_wait_says_so_first_and_goes_on_when_the_other_has_died(empty: Flask) -> None:
    other = others_lock(empty)
    steps = bring_up_to_date(empty)
    assert next(steps) == Step("waiting for another process that is bringing the database up to date")
    other.close()
    assert [str(step).split()[0] for step in steps] == ["schema"] * 4 + ["content"] * 2


def locks(app: Flask) -> int:
    with app.app_context(), db.engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")) or 0


def test_the_turn_is_given_back_also_after_a_failure(empty: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_app: Flask) -> None:
        assert locks(empty) == 1
        raise RuntimeError("broken")

    monkeypatch.setattr(migrations, "upgrade", fail)
    with pytest.raises(RuntimeError, match="broken"):
        list(bring_up_to_date(empty))
    with empty.app_context(), pytest.raises(RuntimeError, match="broken"):
        upgrade_schema()
    assert locks(empty) == 0
