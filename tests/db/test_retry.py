"""PostgreSQL goes away and comes back: nothing that was acknowledged is lost, nothing is stored twice.

The same for longer and with more people: ``python -m tests.benchmarks.database_restarts``.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.db import retry
from fwsite.db.engine import db
from fwsite.plugins.upgrade import bring_up_to_date
from fwsite.web.signing import new_submission
from tests.support.forms import first_options, inputs, open_form
from tests.support.paths import CI
from tests.support.postgres import Cluster, programs
from tests.support.served import Site, free_port
from tests.support.site import create_app

CLIENTS = 4
BACK_WITHIN = 5.0
"""Seconds, from when the server answers again."""


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A server that may crash: what it has acknowledged is on the disk."""
    found = programs()
    if found is None:
        message = "PostgreSQL is not installed: apt-get install postgresql"
        pytest.fail(message) if CI else pytest.skip(message)
    folder = Path(mkdtemp(prefix="fwsite-pg-"))
    folder.chmod(0o755)
    cluster = Cluster(found, folder, free_port(), durable=True)
    cluster.start()
    yield cluster
    cluster.remove()


@pytest.fixture(scope="module")
def filled(server: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance on that server, with schema and content."""
    folder = tmp_path_factory.mktemp("filled") / "instance"
    folder.mkdir()
    (folder / "config.toml").write_text(f'DATABASE_URL = "{server.new_database()}"\nTHREADS = 4\n')
    app = create_app(folder)
    list(bring_up_to_date(app))
    with app.app_context():
        db.engine.dispose()
    return folder


@pytest.fixture
def app(filled: Path) -> Iterator[Flask]:
    """The application on it."""
    app = create_app(filled)
    yield app
    with app.app_context():
        db.engine.dispose()


def end_every_connection(url: str) -> None:
    """As an administrator can, and a restart does."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database() AND backend_type = 'client backend'"
        )


def responses(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(StoredResponse)) or 0


def filled_in(app: Flask) -> tuple[Any, dict[str, Any]]:
    """A client, and what it sends."""
    client = app.test_client()
    return client, {**open_form(client), **first_options(client, 5), "submission": new_submission()}


class Dying:
    """Ends every connection of the site just before one of its own steps, as often as it is told to."""

    def __init__(self, app: Flask, step: str, times: int = 1) -> None:
        self._step, self._left = step, times
        with app.app_context():
            self._engine = db.engine
        url = app.config["SQLALCHEMY_DATABASE_URI"].set(drivername="postgresql", query={})
        self._url = url.render_as_string(hide_password=False)

    def __enter__(self) -> Dying:
        event.listen(self._engine, "before_cursor_execute", self._before)
        event.listen(self._engine, "commit", self._at_commit)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._before)
        event.remove(self._engine, "commit", self._at_commit)

    def _before(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self._die_at(statement)

    def _at_commit(self, _connection: Any) -> None:
        self._die_at("COMMIT")

    def _die_at(self, step: str) -> None:
        if self._left and step.startswith(self._step):
            self._left -= 1
            end_every_connection(self._url)


@pytest.mark.parametrize("step", ["SELECT questionnaire_definition", "INSERT INTO questionnaire_response", "COMMIT"])
def test_answers_are_stored_once_whenever_the_connection_dies(app: Flask, step: str) -> None:
    client, form = filled_in(app)
    before = responses(app)
    with Dying(app, step) as dying:
        sent = client.post("/questionnaire/", data=form)
    assert dying._left == 0
    assert sent.status_code == 303
    assert responses(app) == before + 1
    assert client.post("/questionnaire/", data=form).location == sent.location
    assert responses(app) == before + 1


def test_an_answer_that_got_lost_after_the_commit_is_found(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server had stored it, and died before it could say so."""
    from fwsite.blueprints.questionnaire import responses as storing

    client, form = filled_in(app)
    before, store, calls = responses(app), storing.store, []

    def store_and_die(*given: Any) -> Any:
        stored = store(*given)
        calls.append(stored)
        if len(calls) == 1:
            raise OperationalError("COMMIT", {}, psycopg.errors.AdminShutdown("gone"), connection_invalidated=True)
        return stored

    monkeypatch.setattr(storing, "store", store_and_die)
    assert client.post("/questionnaire/", data=form).status_code == 303
    assert calls == [True, False]
    assert responses(app) == before + 1


def test_when_it_stays_away_the_page_says_so_and_keeps_the_answers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client, form = filled_in(app)
    before = responses(app)
    monkeypatch.setattr(retry, "AT_MOST", 0.3)
    with Dying(app, "INSERT INTO questionnaire_response", times=50):
        sent = client.post("/questionnaire/", data=form)
    assert sent.status_code == 503
    chosen = {name: value for name, value in form.items() if name.startswith("q-")}
    assert {name: inputs(sent.text)[name] for name in chosen} == {name: [value] for name, value in chosen.items()}
    assert responses(app) == before


def test_what_is_refused_is_not_tried_again(app: Flask) -> None:
    tries = []

    def refused() -> None:
        tries.append(1)
        db.session.execute(select(func.no_such_function()))

    with app.app_context(), pytest.raises(Exception, match="no_such_function"):
        retry.retried(refused)
    assert tries == [1]


def test_a_server_that_is_not_there_is_given_up_at_once(tmp_path: Path) -> None:
    app = create_app(tmp_path, settings={"DATABASE_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/nowhere"})
    asked = app.test_client().get("/questionnaire/")
    assert asked.status_code == 503


def test_a_server_that_says_nothing_is_given_up_as_soon_as_the_address_says(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgres://nobody@127.0.0.1:{silent.getsockname()[1]}/nowhere?connect_timeout=2"
        app = create_app(tmp_path, settings={"DATABASE_URL": address})
        given = app.config["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"]
        assert given["application_name"] == "fwsite"
        assert "connect_timeout" not in given  # five seconds where the address says nothing
        with app.app_context(), pytest.raises(OperationalError, match="timeout"):
            db.engine.connect()


class Answering:
    """Somebody who answers again and again, and sends what was not acknowledged once more."""

    def __init__(self, port: int, form: dict[str, Any], cookie: str) -> None:
        self._port, self._form = port, form
        self._headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.acknowledged: list[str] = []
        self.refused = 0
        self.times: list[float] = []

    def go_on(self, enough: threading.Event) -> None:
        """Answer until it is enough, and then until the last one is acknowledged."""
        while not enough.is_set():
            body = urlencode({**self._form, "submission": new_submission()}, doseq=True)
            deadline = time.monotonic() + 60
            while not self._send(body):
                assert time.monotonic() < deadline, "the site does not come back"
                time.sleep(0.05)

    def _send(self, body: str) -> bool:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request("POST", "/questionnaire/", body, self._headers)
            answer = connection.getresponse()
            answer.read()
        except OSError:
            self.refused += 1
            return False
        finally:
            connection.close()
        if answer.status != 303:
            assert answer.status == 503, answer.status
            self.refused += 1
            return False
        self.acknowledged.append(answer.headers["Location"])
        self.times.append(time.monotonic())
        return True


@pytest.fixture(scope="module")
def site(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Served by a process of its own."""
    running = Site(filled, tmp_path_factory.mktemp("served") / "log")
    running.start()
    yield running
    running.stop()


def form_of(app: Flask) -> tuple[dict[str, Any], str]:
    """A form that may be sent again and again, and the cookie for it."""
    client, form = filled_in(app)
    cookie = client.get_cookie("session")
    assert cookie is not None
    return form, f"session={cookie.value}"


def wait_for(what: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "nothing within the time"
        time.sleep(0.02)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_in_mid_traffic_loses_nothing_and_doubles_nothing(
    mode: str, app: Flask, site: Site, server: Cluster
) -> None:
    before = responses(app)
    people = [Answering(site.port, *form_of(app)) for _ in range(CLIENTS)]
    enough = threading.Event()
    with ThreadPoolExecutor(CLIENTS) as pool:
        running = [pool.submit(person.go_on, enough) for person in people]
        try:
            wait_for(lambda: all(len(person.acknowledged) >= 2 for person in people), 30)
            server.stop(mode)
            server.start_again()
            back = time.monotonic()
            wait_for(lambda: all(person.times[-1] > back for person in people), BACK_WITHIN)
        finally:
            enough.set()
        for each in running:
            each.result()
    acknowledged = [location for person in people for location in person.acknowledged]
    assert len(set(acknowledged)) == len(acknowledged)
    assert responses(app) == before + len(acknowledged)
    visitor = app.test_client()
    assert {visitor.get(location).status_code for location in acknowledged} == {200}
