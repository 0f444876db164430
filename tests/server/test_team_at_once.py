"""Ten people of a team who answer at the same moment, at two processes: none is lost, none counted twice."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.blueprints.team.models import TeamMember
from fwsite.extend import db
from fwsite.plugins.upgrade import bring_up_to_date
from tests.support.forms import inputs
from tests.support.served import Site
from tests.support.site import create_app
from tests.support.teams import heading, link, text_of, wants

PEOPLE = 10


class Person:
    """A browser at one of the processes, with a cookie that is good at both."""

    def __init__(self, site: Site, cookie: str = "") -> None:
        self._port, self.cookie = site.port, cookie

    def get(self, path: str) -> str:
        return self._ask("GET", path, None)[2]

    def post(self, path: str, form: dict[str, Any]) -> tuple[int, str, str]:
        return self._ask("POST", path, urlencode(form, doseq=True))

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str, str]:
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=60)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            self.cookie = (answer.headers["Set-Cookie"] or self.cookie).partition(";")[0]
            return answer.status, answer.headers["Location"] or "", answer.read().decode()


@pytest.fixture(params=["sqlite", "postgresql"])
def processes(request: pytest.FixtureRequest, filled_instance: Path, tmp_path: Path) -> Iterator[list[Site]]:
    """Two of them on one instance folder and one database."""
    instance = Path(shutil.copytree(filled_instance, tmp_path / "instance"))
    environ = dict(os.environ)
    if request.param == "postgresql":
        environ["FWSITE_DATABASE_URL"] = request.getfixturevalue("postgres").new_database()
        app = create_app(instance, settings={"DATABASE_URL": environ["FWSITE_DATABASE_URL"]})
        list(bring_up_to_date(app))
        with app.app_context():
            db.engine.dispose()
    made = [Site(instance, tmp_path / f"log-{number}") for number in range(2)]
    for site in made:
        site.environ |= environ
        site.start()
    yield made
    for site in made:
        site.stop()


def stored(site: Site) -> tuple[list[str], list[str]]:
    """The hashes of the responses that the team has, and of all there are."""
    url = site.environ.get("FWSITE_DATABASE_URL")
    app = create_app(site.instance, **({"settings": {"DATABASE_URL": url}} if url else {}))
    with app.app_context():
        found = (
            sorted(db.session.scalars(select(TeamMember.response_hash))),
            sorted(db.session.scalars(select(StoredResponse.token_hash))),
        )
        db.session.remove()
        db.engine.dispose()
    return found


def test_ten_who_answer_at_once_are_ten(processes: list[Site]) -> None:
    boss = Person(processes[0])
    organiser = boss.post("/team/", inputs(boss.get("/team/")) | {"shown": ["at-once"], "expected": ["10"]})[1]
    team = link(boss.get(organiser), "team")
    people = [Person(processes[number % 2]) for number in range(PEOPLE)]
    forms = [
        {**inputs(person.get(f"{team}/answer")), **wants("fastapi" if number < 3 else "django")}
        for number, person in enumerate(people)
    ]
    together = Barrier(2 * PEOPLE)

    def send(number: int) -> tuple[int, str, str]:
        """Each presses twice, once at each of the processes."""
        person = people[number % PEOPLE]
        if number >= PEOPLE:
            person = Person(processes[(number + 1) % 2], person.cookie)
        together.wait(30)
        return person.post(f"{team}/answer", forms[number % PEOPLE])

    with ThreadPoolExecutor(2 * PEOPLE) as pool:
        sent = list(pool.map(send, range(2 * PEOPLE)))

    assert [status for status, _, _ in sent] == [303] * 2 * PEOPLE
    assert len({location for _, location, _ in sent}) == PEOPLE
    of_team, all_of_them = stored(processes[0])
    assert len(of_team) == len(set(of_team)) == PEOPLE
    assert all_of_them == of_team
    for site in processes:
        page = Person(site).get(team)
        assert "10 of 10 have answered" in page
        assert "Django 7 of 10" in text_of(page) and "FastAPI 3 of 10" in text_of(page)
    mine = f"{sent[0][1]}/answers"
    changed = people[0].post(mine, {**inputs(people[0].get(mine)), **wants("django")})
    assert changed[0] == 303
    pages = {heading(Person(site).get(team)) for site in processes}
    assert len(pages) == 1
    assert "Django 8 of 10" in text_of(Person(processes[1]).get(team))
