"""Whether the process answers, and whether the site is ready: asked by machines, whatever the host name."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fwsite.intervals import AT_ONCE
from fwsite.plugins.registry import registry_of
from fwsite.web import echo
from fwsite.web.headers import CONTENT_SECURITY_POLICY
from tests.support.statements import statements

pytestmark = pytest.mark.new_app

Apps = Callable[..., Flask]
READY = {"ready": True, "database": True, "schema": True, "extensions": True}


def assert_plain_and_safe(response: TestResponse) -> None:
    assert response.cache_control.no_store
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "Set-Cookie" not in response.headers


def ask(app: Flask, path: str = "/readyz", *root: str, **options: Any) -> tuple[int, Any]:
    response = app.test_client().get(path, *root, **options)
    assert_plain_and_safe(response)
    return response.status_code, response.json


def test_the_process_answers_without_a_session_or_a_database(app: Flask) -> None:
    with statements(app) as sent:
        response = app.test_client().get("/healthz")
    assert (response.status_code, response.text, response.mimetype) == (200, "ok\n", "text/plain")
    assert_plain_and_safe(response)
    assert sent == []


@pytest.mark.sqlite_only(reason="PostgreSQL away is in test_degraded_postgres")
def test_the_process_answers_where_there_is_no_database(tmp_path: Path, make_app: Apps) -> None:
    app = make_app(tmp_path / "new")
    shutil.rmtree(tmp_path / "new")
    assert app.test_client().get("/healthz").status_code == 200
    status, parts = ask(app)
    assert (status, parts) == (503, {"ready": False, "database": False, "schema": False, "extensions": False})


@pytest.mark.parametrize("host", ["10.0.0.7:8000", "anything.example", "[fd00::7]", "a b"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_load_balancers_may_ask_by_address(make_app: Apps, host: str, path: str) -> None:
    app = make_app(SITE_URL="https://ledger.example.org")
    client = app.test_client()
    assert client.get(path, headers={"Host": host}).status_code == 200
    assert client.get(path, headers={"Host": host}).headers["Strict-Transport-Security"]
    assert client.get("/robots.txt", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_they_are_there_to_be_read_only(client: FlaskClient, path: str) -> None:
    assert client.head(path).status_code == 200
    assert client.post(path).status_code in (400, 405)


def test_a_site_that_is_ready_says_so_and_asks_little(app: Flask) -> None:
    assert ask(app) == (200, READY)
    with statements(app) as sent:
        assert ask(app) == (200, READY)
    assert len(sent) <= 2


def test_what_was_never_upgraded_is_not_ready(tmp_path: Path, make_app: Apps) -> None:
    status, parts = ask(make_app(tmp_path / "new"))
    assert status == 503
    assert parts == {"ready": False, "database": True, "schema": False, "extensions": False}


def test_a_part_of_the_site_that_waits_for_its_migration_is_not_ready(app: Flask, instance: Path) -> None:
    with closing(sqlite3.connect(instance / "fwsite.sqlite3")) as database:
        database.execute("DELETE FROM alembic_version_questionnaire")
        database.commit()
    status, parts = ask(app)
    assert status == 503
    assert parts == {**READY, "ready": False, "schema": False}


@pytest.mark.parametrize(("required", "status"), [((), 200), (("other",), 503)])
def test_a_third_party_counts_where_the_site_is_not_to_be_without_it(
    make_app: Apps, required: tuple[str, ...], status: int
) -> None:
    app = make_app(intervals=AT_ONCE._replace(pending=60.0))
    assert ask(app) == (200, READY)
    registry = registry_of(app)
    registry.third_parties = frozenset({"other"})
    registry.pending = {"other": "waits"}
    app.config["EXTENSIONS_REQUIRED"] = required
    assert ask(app) == (status, {**READY, "ready": not required, "extensions": not required})


class TestHowARequestIsSeen:
    def test_is_told_to_who_has_the_secret(self, make_app: Apps) -> None:
        app = make_app(SITE_URL="https://ledger.example.org")
        headers = {echo.HEADER: echo.question(app.config["SECRET_KEY"]), "Host": "10.0.0.7"}
        status, seen = ask(
            app, "/healthz", "http://10.0.0.7", headers=headers, environ_base={"REMOTE_ADDR": "192.0.2.1"}
        )
        assert status == 200
        assert abs(seen.pop("moment") - time.time()) < 60
        assert seen == {"scheme": "http", "host": "10.0.0.7", "address": "192.0.2.1"}

    @pytest.mark.parametrize("kind", ["another secret", "too old", "from the future", "no time", "odd", "cut"])
    def test_is_told_to_nobody_else(self, app: Flask, kind: str) -> None:
        secret = app.config["SECRET_KEY"]
        asked = {
            "another secret": echo.question("x" * 64),
            "too old": echo.question(secret, time.time() - echo.VALID - 60),
            "from the future": echo.question(secret, time.time() + echo.VALID + 60),
            "no time": f".{echo.question(secret).partition('.')[2]}",
            "odd": "²³.é",
            "cut": echo.question(secret)[:-1],
        }[kind]
        response = app.test_client().get("/healthz", headers={echo.HEADER: asked})
        assert (response.status_code, response.text) == (200, "ok\n")
