"""Two machines with one PostgreSQL: two instance folders with the same secret key, each served by a process."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest

from fwsite.db.engine import db
from tests.blueprints.comparison.test_editing import CLAIM, filled
from tests.support.forms import inputs
from tests.support.people import signed_in
from tests.support.postgres import Cluster
from tests.support.served import Site
from tests.support.site import create_app

SEEN_WITHIN = 1.0
"""Seconds after which every page shows what another machine has published."""


class Answer:
    """What came back."""

    def __init__(self, status: int, location: str, body: bytes) -> None:
        self.status_code, self.location, self.text = status, location, body.decode()


class Browser:
    """Somebody at one of the machines; the cookies are the same at the other."""

    def __init__(self, site: Site, cookies: dict[str, str]) -> None:
        self._port, self._cookies = site.port, cookies

    def get(self, address: str) -> Answer:
        return self._ask("GET", address, None)

    def post(self, address: str, data: dict[str, Any]) -> Answer:
        return self._ask("POST", address, urlencode(data, doseq=True))

    def _ask(self, method: str, address: str, body: str | None) -> Answer:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        connection.request(method, address, body, {"Cookie": cookie, **form})
        answer = connection.getresponse()
        received = answer.read()
        connection.close()
        for each in answer.headers.get_all("Set-Cookie", []):
            name, _, value = each.partition(";")[0].partition("=")
            self._cookies[name] = value
        return Answer(answer.status, answer.headers.get("Location", ""), received)


@pytest.fixture(scope="module")
def machines(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Site]]:
    """Both, started at the same moment on a database that was empty."""
    url, made = postgres.new_database(), []
    for number in range(2):
        folder = tmp_path_factory.mktemp(f"machine-{number}")
        (folder / "instance").mkdir()
        (folder / "instance" / "config.toml").write_text(f'DATABASE_URL = "{url}"\nSECRET_KEY = "{"k" * 40}"\n')
        made.append(Site(folder / "instance", folder / "log"))
    with ThreadPoolExecutor() as pool:
        list(pool.map(Site.start, made))
    yield made
    for site in made:
        site.stop()


@pytest.fixture(scope="module")
def mara(machines: list[Site]) -> list[Browser]:
    """A maintainer who signed in once, and is known at both."""
    app = create_app(machines[0].instance)
    client = signed_in(app)
    cookie = client.get_cookie("session")
    assert cookie is not None
    with app.app_context():
        db.engine.dispose()
    cookies = {"session": cookie.value}
    return [Browser(site, cookies) for site in machines]


def test_machines_that_start_together_do_not_race(machines: list[Site]) -> None:
    said = "".join(site.log.read_text() for site in machines)
    assert [said.count(f"schema {name}: new") for name in ("core", "comparison", "questionnaire")] == [1, 1, 1]
    assert (said.count("content comparison: loaded"), said.count("questionnaire: published")) == (1, 1)


def test_what_is_published_at_one_is_at_the_other_within_a_second(mara: list[Browser]) -> None:
    here, there = mara
    for round_ in range(3):
        text = f"Published at one of them, for the time number {round_}"
        assert text not in there.get("/comparison/").text
        done = here.post(CLAIM, filled(here, CLAIM, text=text))  # type: ignore[arg-type]
        published = time.monotonic()
        assert done.status_code == 303
        assert text in here.get("/comparison/").text
        shown, begun = False, published
        while not shown and begun - published <= SEEN_WITHIN:
            begun = time.monotonic()
            shown = text in there.get("/comparison/").text
        assert shown
        here, there = there, here


def test_answers_given_at_one_open_at_the_other_and_are_stored_once(mara: list[Browser]) -> None:
    here, there = mara
    page = here.get("/questionnaire/").text
    form = {**inputs(page), **first_options(page)}
    sent = here.post("/questionnaire/", form)
    assert sent.status_code == 303
    assert there.get(sent.location).status_code == 200
    assert there.post("/questionnaire/", form).location == sent.location


def first_options(page: str) -> dict[str, str]:
    """The first option of each question."""
    found: dict[str, str] = {}
    for name, value in re.findall(r'<input[^>]* name="(q-[a-z_-]+)"[^>]* value="([^"]+)"', page):
        found.setdefault(name, value)
    return found
