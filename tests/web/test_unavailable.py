"""Disk full, database only to be read, database away: what can be read is read, nothing typed is lost, nothing is said
to be stored that is not, and nothing has to be restarted afterwards."""

from __future__ import annotations

import errno
import re
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, build_opener

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from fwsite.db.engine import db
from fwsite.db.errors import Outage, outage_of
from fwsite.web.bytecode_cache import CompiledTemplates
from fwsite.web.signing import new_submission, token_hash
from tests.blueprints.comparison.test_suggestions import POINT, SOURCE, fields
from tests.ops.test_backup import _no_database_stays_open, fwsite, responses  # noqa: F401 - a fixture
from tests.support.forms import first_options, inputs, open_form
from tests.support.people import PASSWORD, add_person, sign_in
from tests.support.served import free_port

pytestmark = [
    pytest.mark.new_app,
    pytest.mark.sqlite_only(reason="SQLite's own failures; PostgreSQL in test_degraded_postgres"),
]
READ = ("/", "/article/", "/comparison/", "/comparison/django", "/docs/", "/questionnaire/", "/feed.xml")
Apps = Callable[..., Flask]


@contextmanager
def limited(app: Flask, pragma: str) -> Iterator[None]:
    """Every connection of the application is limited, and is not any more afterwards."""

    def limit(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA {pragma}")

    with app.app_context():
        engine = db.engine
    engine.dispose()
    event.listen(engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(engine, "checkout", limit)
        engine.dispose()


def pages(instance: Path) -> int:
    with closing(sqlite3.connect(instance / "fwsite.sqlite3")) as database:
        return int(database.execute("PRAGMA page_count").fetchone()[0])


def assert_kept(response: TestResponse, sent: dict[str, Any]) -> None:
    """The questionnaire came back as it was sent."""
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.cache_control.no_store
    assert "could not be stored" in response.text
    filled = inputs(response.text)
    assert {name: filled.get(name) for name in sent if name.startswith("q-")} == {
        name: [value] for name, value in sent.items() if name.startswith("q-")
    }
    assert filled["submission"] == [sent["submission"]]


def filled_form(client: FlaskClient) -> dict[str, Any]:
    form = {name: values[0] for name, values in open_form(client).items() if not name.startswith("q-")}
    return {**form, **first_options(client, 6), "submission": new_submission()}


def token_of(response: TestResponse) -> str:
    return token_hash(response.location.rstrip("/").split("/")[-1])


class TestADatabaseThatIsFull:
    def test_stores_what_it_says_it_stores_and_goes_on_when_there_is_room(self, app: Flask, instance: Path) -> None:
        client = app.test_client()
        form = filled_form(client)
        acknowledged = set()
        with limited(app, f"max_page_count={pages(instance) + 2}"):
            for _ in range(60):
                form["submission"] = new_submission()
                response = client.post("/questionnaire/", data=form)
                if response.status_code != 303:
                    break
                acknowledged.add(token_of(response))
            assert_kept(response, form)
            assert [client.get(address).status_code for address in READ] == [200] * len(READ)
        assert responses(instance / "fwsite.sqlite3") == acknowledged
        again = client.post("/questionnaire/", data=inputs(response.text))
        assert again.status_code == 303
        assert responses(instance / "fwsite.sqlite3") == acknowledged | {token_of(again)}


class TestADatabaseThatCanOnlyBeRead:
    @pytest.fixture
    def client(self, app: Flask) -> FlaskClient:
        return app.test_client()

    def test_is_read_and_takes_the_same_form_afterwards(self, app: Flask, client: FlaskClient, instance: Path) -> None:
        form = filled_form(client)
        with limited(app, "query_only=ON"):
            assert [client.get(address).status_code for address in READ] == [200] * len(READ)
            assert client.get("/readyz").status_code == 200
            refused = client.post("/questionnaire/", data=form)
            assert_kept(refused, form)
            assert responses(instance / "fwsite.sqlite3") == set()
        assert client.post("/questionnaire/", data=inputs(refused.text)).status_code == 303
        assert len(responses(instance / "fwsite.sqlite3")) == 1

    def test_gives_every_other_form_back(
        self, app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        typed = {**POINT, **SOURCE, "text": 'A *small* view & "more" is slower here.'}
        form = {**fields(client.get("/comparison/suggest").text), **typed}
        with limited(app, "query_only=ON"):
            response = client.post("/comparison/suggest", data=form)
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert response.cache_control.no_store
        assert "Nothing was stored" in response.text
        kept = inputs(response.text)
        assert {name: kept[name] for name in typed} == {name: [text] for name, text in typed.items()}
        assert '<form method="post" action="/comparison/suggest">' in response.text
        [record] = [record for record in caplog.records if record.levelname == "ERROR"]
        assert "read-only" in record.getMessage() and "PostgreSQL server writable" in record.getMessage()

    def test_keeps_no_password(self, app: Flask, client: FlaskClient) -> None:
        add_person(app, "Mara")
        page = client.get("/account/sign-in")
        form = {**inputs(page.text), "name": "Mara", "password": PASSWORD}
        with limited(app, "query_only=ON"):
            response = client.post("/account/sign-in", data=form)
        assert response.status_code == 503
        assert PASSWORD not in response.text
        assert "Mara" in response.text

    def test_gives_maintainers_their_edit_back(self, app: Flask, client: FlaskClient) -> None:
        add_person(app, "Mara")
        sign_in(client, "Mara")
        page = client.get("/comparison/work/framework/django")
        form = {name: values[0] for name, values in inputs(page.text).items()}
        form |= {"summary": "Typed with care.", "why": "why"}
        with limited(app, "query_only=ON"):
            response = client.post("/comparison/work/framework/django", data=form)
        assert response.status_code == 503
        assert inputs(response.text)["summary"] == ["Typed with care."]


@contextmanager
def away(app: Flask, folder: Path) -> Iterator[None]:
    """The disk of the database is not mounted."""
    elsewhere = folder.with_name("elsewhere")
    with app.app_context():
        engine = db.engine
    engine.dispose()
    folder.rename(elsewhere)
    try:
        yield
    finally:
        engine.dispose()
        elsewhere.rename(folder)


class TestADatabaseThatIsAway:
    @pytest.fixture
    def folder(self, instance: Path, tmp_path: Path) -> Path:
        (tmp_path / "disk").mkdir()
        for file in instance.glob("fwsite.sqlite3*"):
            file.rename(tmp_path / "disk" / file.name)
        return tmp_path / "disk"

    def test_leaves_what_is_known_and_takes_the_same_form_afterwards(self, folder: Path, make_app: Apps) -> None:
        app = make_app(DATABASE_URL=f"sqlite:///{folder}/fwsite.sqlite3")
        client = app.test_client()
        assert [client.get(address).status_code for address in READ] == [200] * len(READ)
        form = filled_form(client)
        with away(app, folder):
            assert [client.get(address).status_code for address in READ] == [200] * len(READ)
            assert client.get("/healthz").status_code == 200
            assert client.get("/readyz").json["database"] is False
            cold = client.get("/comparison/?nothing=of-it", headers={"Accept-Encoding": "gzip"})
            other = client.get("/questionnaire/statistics")
            assert {cold.status_code, other.status_code} <= {200, 503}
            assert other.status_code == 503 and int(other.headers["Retry-After"]) > 0
            refused = client.post("/questionnaire/", data=form)
            assert_kept(refused, form)
        again = client.post("/questionnaire/", data=inputs(refused.text))
        assert again.status_code == 303
        assert responses(folder / "fwsite.sqlite3") == {token_of(again)}
        assert client.get("/readyz").status_code == 200

    def test_from_the_beginning_still_keeps_what_was_typed(self, folder: Path, make_app: Apps) -> None:
        """A process that has never seen the questionnaire can show what was sent all the same."""
        url = f"sqlite:///{folder}/fwsite.sqlite3"
        before = make_app(DATABASE_URL=url).test_client()
        form = filled_form(before)
        cookie = before.get_cookie("session")
        assert cookie is not None
        app = make_app(DATABASE_URL=url)
        client = app.test_client()
        client.set_cookie("session", cookie.value)
        with away(app, folder):
            response = client.post("/questionnaire/", data=form)
        assert response.status_code == 503
        kept = inputs(response.text)
        assert {name: kept[name] for name in form if name != "csrf_token"} == {
            name: [value] for name, value in form.items() if name != "csrf_token"
        }
        assert client.post("/questionnaire/", data=kept).status_code == 303


class TestADiskThatIsFull:
    """A real process, whose files must not grow above a limit."""

    @pytest.fixture
    def served(self, instance: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
        port = free_port()
        limit = (instance / "fwsite.sqlite3").stat().st_size + 400_000

        def small_files() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

        command = [sys.executable, "-m", "fwsite", "--instance", str(instance), "serve", "--port", str(port)]
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=small_files)
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                build_opener().open(f"{url}/readyz", timeout=5).close()
                break
            except OSError:
                assert process.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.05)
        yield process, url
        process.terminate()
        assert process.wait(timeout=30) == 0

    def test_acknowledges_only_what_it_has_stored_and_needs_no_restart(
        self, served: tuple[subprocess.Popen[bytes], str], app: Flask, instance: Path
    ) -> None:
        process, url = served
        options = first_options(app.test_client(), 6)
        visitor = build_opener(HTTPCookieProcessor(CookieJar()), _Stay())
        with visitor.open(f"{url}/questionnaire/", timeout=10) as page:
            form = {name: values[0] for name, values in inputs(page.read().decode()).items() if name[:2] != "q-"}
        acknowledged, status, text = set(), 303, ""
        for _ in range(400):
            status, text = self._send(visitor, url, {**form, **options, "submission": new_submission()})
            if status != 303:
                break
            acknowledged.add(token_hash(text.rstrip("/").split("/")[-1]))
        assert status == 503
        assert "could not be stored" in text
        with visitor.open(f"{url}/comparison/", timeout=10) as page:
            assert page.status == 200
        assert responses(instance / "fwsite.sqlite3") == acknowledged

        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        status, text = self._send(visitor, url, {name: values[0] for name, values in inputs(text).items()})
        assert status == 303
        acknowledged.add(token_hash(text.rstrip("/").split("/")[-1]))
        assert responses(instance / "fwsite.sqlite3") == acknowledged

    def _send(self, visitor: Any, url: str, form: dict[str, str]) -> tuple[int, str]:
        try:
            visitor.open(f"{url}/questionnaire/", urlencode(form).encode(), timeout=60)
        except HTTPError as answer:
            with answer:
                return answer.code, answer.headers.get("Location") or answer.read().decode()
        raise AssertionError("the answer was neither stored nor refused")

    @pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
    def test_that_a_view_runs_into_is_the_same_page(self, app: Flask, client: FlaskClient, number: int) -> None:
        app.view_functions["comparison.suggest_submit"] = lambda **_: _raise(OSError(number, "no"))
        form = {name: values[0] for name, values in inputs(client.get("/comparison/suggest").text).items()}
        response = client.post("/comparison/suggest", data={**form, "text": "typed"})
        assert response.status_code == 503
        assert inputs(response.text)["text"] == ["typed"]

    def test_a_connection_that_broke_is_not_said_to_have_stored_nothing(self, app: Flask, client: FlaskClient) -> None:
        broken = OperationalError("COMMIT", {}, Exception("gone"), connection_invalidated=True)
        app.view_functions["comparison.suggest_submit"] = lambda **_: _raise(broken)
        form = {name: values[0] for name, values in inputs(client.get("/comparison/suggest").text).items()}
        response = client.post("/comparison/suggest", data={**form, "text": "typed"})
        assert response.status_code == 503
        assert "cannot tell whether it was stored" in response.text
        assert "Nothing was stored" not in response.text

    def test_keeps_no_page_from_being_made(self, instance: Path, make_app: Apps) -> None:
        """What is compiled of a template is kept beside, where there is room."""
        app = make_app()
        app.jinja_env.bytecode_cache = CompiledTemplates(instance / "fwsite.sqlite3" / "no folder")
        assert app.test_client().get("/docs/").status_code == 200
        before = set((instance / "cache").iterdir())
        app.jinja_env.cache.clear()  # type: ignore[union-attr]
        app.jinja_env.bytecode_cache = CompiledTemplates(instance / "cache")
        assert app.test_client().get("/docs/host").status_code == 200
        assert set((instance / "cache").iterdir()) > before

    def test_another_error_of_the_system_is_a_fault(self, app: Flask, client: FlaskClient) -> None:
        app.view_functions["comparison.index"] = lambda: _raise(OSError(errno.ENOENT, "no"))
        assert client.get("/comparison/").status_code == 500


def _raise(error: Exception) -> Any:
    raise error


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class TestTheStart:
    def test_without_a_place_for_the_log_beside_the_database_says_so(self, instance: Path) -> None:
        with closing(sqlite3.connect(instance / "fwsite.sqlite3")) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for side in ("-wal", "-shm"):
            (instance / f"fwsite.sqlite3{side}").unlink(missing_ok=True)
        (instance / "fwsite.sqlite3-wal").mkdir()
        command = [sys.executable, "-m", "fwsite", "--instance", str(instance), "serve", "--port", str(free_port())]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 1
        assert re.search(r"Error: The database cannot be used: .*\nWhat to do: .*folder", done.stderr)

    def test_on_a_database_that_cannot_be_written_says_so(self, instance: Path) -> None:
        with closing(sqlite3.connect(instance / "new.sqlite3")) as database:
            database.execute("PRAGMA journal_mode=WAL")
        url = f"sqlite:///file:{instance}/new.sqlite3?mode=ro&uri=true"
        done = fwsite(instance, "db", "upgrade", FWSITE_DATABASE_URL=url)
        assert done.exit_code == 1
        assert "What to do: let the site's user write the database and the folder around it" in done.output


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (OSError(errno.ENOSPC, ""), Outage.FULL),
        (OSError(errno.EROFS, ""), Outage.READ_ONLY),
        (sqlite3.OperationalError("no name"), Outage.AWAY),
        (ValueError(""), Outage.OTHER),
    ],
)
def test_what_an_error_says(error: Exception, outage: Outage) -> None:
    assert outage_of(error) is outage
    assert outage.remedy
