"""Deleted results on real servers: two processes on one instance folder, and neither shows what is gone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from sqlalchemy import update

from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.extend import db
from fwsite.web.signing import token_hash
from tests.support.command import Command
from tests.support.forms import inputs
from tests.support.postgres import Cluster
from tests.support.served import Site
from tests.support.serving import opened_form
from tests.support.site import create_app

TIMES = 5
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    text: str


def ask(site: Site, address: str, cookie: str = "", form: dict | None = None) -> Answer:
    """On a connection of its own."""
    with closing(HTTPConnection("127.0.0.1", site.port, timeout=60)) as connection:
        body = None if form is None else urlencode(form, doseq=True)
        headers = {**({"Cookie": cookie} if cookie else {}), **(FORM if body is not None else {})}
        connection.request("GET" if body is None else "POST", address, body, headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode())


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def two(
    request: pytest.FixtureRequest, filled_instance: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Site]]:
    """Both processes."""
    folder = tmp_path_factory.mktemp(request.param)
    instance = folder / "instance"
    if request.param == "sqlite":
        shutil.copytree(filled_instance, instance)
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        instance.mkdir()
        (instance / "config.toml").write_text(f'DATABASE_URL = "{cluster.new_database()}"\n')
    sites = [Site(instance, folder / f"log-{number}") for number in range(2)]
    for site in sites:
        site.start()
    yield sites
    for site in sites:
        site.stop()


class Stored(NamedTuple):
    """A result: its two addresses, and the cookie of whoever answered."""

    own: str
    shared: str
    cookie: str


def store(site: Site) -> Stored:
    def get(path: str) -> tuple[HTTPMessage, bytes]:
        answer = ask(site, path)
        return answer.headers, answer.text.encode()

    cookie, form = opened_form(get)
    sent = ask(site, "/questionnaire/", cookie, form)
    assert sent.status == 303
    own = sent.headers["Location"]
    shared = re.search(r"/questionnaire/view/[\w-]{22}", ask(site, own).text)
    assert shared
    return Stored(own, shared[0], cookie)


def read_everywhere(sites: list[Site], found: Stored) -> list[int]:
    """Twice at each process, so that each has kept both pages."""
    return [ask(site, address).status for _ in range(2) for site in sites for address in (found.own, found.shared)]


def test_a_result_that_is_deleted_at_one_process_is_gone_at_both_at_once(two: list[Site]) -> None:
    for number in range(TIMES):
        here, there = two[number % 2], two[(number + 1) % 2]
        found = store(here)
        assert set(read_everywhere(two, found)) == {200}
        token = inputs(ask(here, f"{found.own}/delete", found.cookie).text)["csrf_token"]
        assert ask(here, f"{found.own}/delete", found.cookie, {"csrf_token": token}).status == 303
        gone = [ask(site, address).status for site in (there, here) for address in (found.shared, found.own)]
        assert gone == [404] * 4


def test_a_result_that_expires_by_the_command_is_gone_at_both_and_the_other_stays(
    two: list[Site], run_fwsite: Command
) -> None:
    old, new = store(two[0]), store(two[1])
    app = create_app(two[0].instance)
    with app.app_context():
        long_ago = date.today() - timedelta(days=9_999)
        of_old = StoredResponse.token_hash == token_hash(old.own.rpartition("/")[2])
        db.session.execute(update(StoredResponse).where(of_old).values(created_on=long_ago))
        db.session.commit()
        db.engine.dispose()
    assert set(read_everywhere(two, old) + read_everywhere(two, new)) == {200}
    expired = run_fwsite(two[0].instance.parent, "--instance", str(two[0].instance), "answers", "expire")
    assert expired.returncode == 0, expired.stderr
    assert [ask(site, address).status for site in two for address in (old.own, old.shared)] == [404] * 4
    assert set(read_everywhere(two, new)) == {200}


def test_a_kept_result_goes_out_as_private_as_it_was_made(two: list[Site]) -> None:
    found = store(two[0])
    for site in two:
        for _ in range(2):
            for address in (found.own, found.shared):
                headers = ask(site, address, found.cookie).headers
                assert headers["Cache-Control"] == "no-store"
                assert headers["X-Robots-Tag"] == "noindex"
                assert headers["Set-Cookie"] is None
