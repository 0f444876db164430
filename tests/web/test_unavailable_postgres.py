"""PostgreSQL only to be read, and away: what is known is shown, answers come back filled in, nothing is restarted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select

from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.db import retry
from fwsite.db.engine import db
from fwsite.ops.doctor import data
from fwsite.ops.doctor.finding import Level
from fwsite.plugins.upgrade import bring_up_to_date
from tests.support.forms import inputs
from tests.support.postgres import Cluster, database_name
from tests.support.site import create_app
from tests.web.test_unavailable import READ, assert_kept, filled_form


@pytest.fixture(scope="module")
def url(postgres: Cluster) -> str:
    return postgres.new_database()


@pytest.fixture(scope="module")
def app(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(tmp_path_factory.mktemp("pg") / "instance", settings={"DATABASE_URL": url})
    list(bring_up_to_date(app))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long it is tried again stands in test_postgres_restart."""
    monkeypatch.setattr(retry, "AT_MOST", 0.2)


def responses(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(StoredResponse)) or 0


def wrong(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        return [(each.area, each.what) for each in data.look(app) if each.level is Level.WRONG]


def read_only(url: str, word: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(f"ALTER DATABASE {database_name(url)} SET default_transaction_read_only = {word}")


def assert_back_in_use(app: Flask, refused: Any, before: int) -> None:
    client = app.test_client()
    assert client.get("/readyz").status_code == 200
    assert responses(app) == before
    again = refused.client.post("/questionnaire/", data=inputs(refused.response.text))
    assert again.status_code == 303
    assert responses(app) == before + 1


class Refused:
    """A visitor whose answers were refused."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.form = filled_form(self.client)
        self.before = [self.client.get(address).status_code for address in READ]

    def send(self) -> None:
        self.response = self.client.post("/questionnaire/", data=self.form)
        assert_kept(self.response, self.form)
        assert [self.client.get(address).status_code for address in READ] == [200] * len(READ) == self.before


def test_only_to_be_read(app: Flask, url: str) -> None:
    visitor, before = Refused(app), responses(app)
    read_only(url, "on")
    try:
        with app.app_context():
            db.engine.dispose()  # the setting is for new connections
        visitor.send()
        assert app.test_client().get("/readyz").status_code == 200
        assert ("database", "it can only be read") in wrong(app)
    finally:
        read_only(url, "off")
    with app.app_context():
        db.engine.dispose()
    assert_back_in_use(app, visitor, before)


def test_away(app: Flask, postgres: Cluster) -> None:
    visitor, before = Refused(app), responses(app)
    postgres.stop("fast")
    try:
        visitor.send()
        assert app.test_client().get("/healthz").status_code == 200
        ready = app.test_client().get("/readyz")
        assert (ready.status_code, ready.json["database"]) == (503, False)
        cold = app.test_client().get("/questionnaire/statistics")
        assert cold.status_code == 503
        assert int(cold.headers["Retry-After"]) > 0
        [(area, what)] = wrong(app)
        assert area == "database" and "cannot be used" in what
        assert "tests@" not in what
    finally:
        postgres.start_again()
    assert_back_in_use(app, visitor, before)


def test_the_doctor_is_content_with_a_well_one_and_finds_a_lazy_one(app: Flask, url: str) -> None:
    assert wrong(app) == [("database", "fsync is off: a power cut may lose acknowledged answers")]  # for tests only
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {database_name(url)} SET synchronous_commit = off")
    with app.app_context():
        db.engine.dispose()
    assert "synchronous_commit is off" in wrong(app)[1][1]
