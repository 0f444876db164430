"""Results kept whole: made once, gone as soon as they are deleted, and never another visitor's."""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import cycle, islice, product
from pathlib import Path
from typing import NamedTuple

import brotli
import pytest
from flask import Flask, request, session
from flask.testing import FlaskClient
from sqlalchemy import event, update
from werkzeug.test import TestResponse

from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.blueprints.questionnaire import responses, result_views
from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.domain.items import Kind, State
from fwsite.extend import db
from fwsite.instance import Instance
from fwsite.web import maintenance
from fwsite.web.page_cache import PageCache
from tests.support.forms import first_options, inputs, submit
from tests.support.people import signed_in
from tests.support.statements import statements

pytestmark = pytest.mark.new_app

ENCODINGS = ("", "gzip", "br, gzip")
ROOM = 1_000_000


class Addresses(NamedTuple):
    """Of one result."""

    own: str
    shared: str


def result_of(client: FlaskClient, count: int = 6) -> Addresses:
    own = submit(client, first_options(client, count)).location
    shared = re.search(r"/questionnaire/view/[\w-]{22}", client.get(own).text)
    assert shared
    return Addresses(own, shared[0])


@pytest.fixture
def made(app: Flask) -> list[str]:
    """The paths that were made anew."""
    paths: list[str] = []
    dispatch = app.full_dispatch_request

    def counted(*given: object) -> object:
        paths.append(request.path)
        return dispatch(*given)  # type: ignore[arg-type]

    app.full_dispatch_request = counted  # type: ignore[method-assign, assignment]
    return paths


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """Somebody who has no cookie, and takes none."""
    return app.test_client(use_cookies=False)


def text_of(answer: TestResponse) -> str:
    """Unpacked."""
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(answer.headers.get("Content-Encoding", ""), bytes)
    return unpack(answer.data).decode()


def cache_of(app: Flask) -> PageCache:
    found: PageCache = app.extensions["fwsite.page_cache"]
    return found


def test_a_result_is_made_once_for_each_encoding_and_then_asks_the_database_nothing(
    app: Flask, client: FlaskClient, stranger: FlaskClient, made: list[str]
) -> None:
    for address in result_of(client):
        for encoding in ENCODINGS:
            stranger.get(address, headers={"Accept-Encoding": encoding})
        made.clear()
        with statements(app) as sent:
            for encoding in ENCODINGS:
                assert stranger.get(address, headers={"Accept-Encoding": encoding}).status_code == 200
        assert address not in made
        assert sent == []


def test_kept_or_not_it_says_that_nobody_else_may_keep_or_index_it(client: FlaskClient, stranger: FlaskClient) -> None:
    for address in result_of(client):
        first, second = stranger.get(address), stranger.get(address)
        assert first.data == second.data
        for response in (first, second, stranger.head(address)):
            assert response.headers["Cache-Control"] == "no-store"
            assert response.headers["X-Robots-Tag"] == "noindex"
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert "Set-Cookie" not in response.headers
            assert "Last-Modified" not in response.headers


def test_what_is_deleted_is_gone_at_once_in_every_form(client: FlaskClient, stranger: FlaskClient) -> None:
    found = result_of(client)
    pages = [(address, encoding) for address in found for encoding in ENCODINGS]
    tags = {}
    for address, encoding in pages * 2:
        answer = stranger.get(address, headers={"Accept-Encoding": encoding})
        assert answer.status_code == 200
        tags[address, encoding] = answer.headers.get("ETag", "*")
    form = inputs(client.get(f"{found.own}/delete").text)
    assert client.post(f"{found.own}/delete", data={"csrf_token": form["csrf_token"]}).status_code == 303
    for address, encoding in pages:
        headers = {"Accept-Encoding": encoding}
        assert stranger.get(address, headers=headers).status_code == 404
        assert stranger.get(address, headers={**headers, "If-None-Match": tags[address, encoding]}).status_code == 404
        assert stranger.head(address, headers=headers).status_code == 404


def test_what_expires_is_gone_at_once_and_what_does_not_stays(
    app: Flask, client: FlaskClient, stranger: FlaskClient
) -> None:
    old, new = result_of(client, 6), result_of(client, 7)
    with app.app_context():
        first = db.session.query(StoredResponse.id).order_by(StoredResponse.id).limit(1).scalar_subquery()
        long_ago = date.today() - timedelta(days=9_999)
        db.session.execute(update(StoredResponse).where(StoredResponse.id == first).values(created_on=long_ago))
        db.session.commit()
    for address in (*old, *new):
        assert stranger.get(address).status_code == 200
    assert app.test_cli_runner().invoke(args=["answers", "expire"]).exit_code == 0
    assert [stranger.get(address).status_code for address in (*old, *new)] == [404, 404, 200, 200]


def test_a_page_that_is_being_made_while_its_answers_are_deleted_is_not_kept(
    app: Flask, client: FlaskClient, stranger: FlaskClient
) -> None:
    """The row has been read, the deletion is committed, and only then the page is done."""
    found = result_of(client)
    token = found.own.rpartition("/")[2]
    with app.app_context():
        engine = db.engine
    done = threading.Event()

    def delete_meanwhile(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "questionnaire_response" in statement and statement.startswith("SELECT") and not done.is_set():
            done.set()

            def delete() -> None:
                with app.app_context():
                    assert responses.delete_response(token)

            other = threading.Thread(target=delete)
            other.start()
            other.join(20)
            assert not other.is_alive()

    cache_of(app).pages.clear()
    event.listen(engine, "after_cursor_execute", delete_meanwhile)
    try:
        stranger.get(found.own)
    finally:
        event.remove(engine, "after_cursor_execute", delete_meanwhile)
    assert done.is_set()
    assert [stranger.get(address).status_code for address in found] == [404, 404]


def test_whoever_is_signed_in_has_nothing_of_their_own_on_a_result(
    app: Flask, client: FlaskClient, stranger: FlaskClient
) -> None:
    """What is made for them may be kept, as it is made without the session: what looks at that is never kept."""
    mara = signed_in(app)
    for address in result_of(client):
        cache_of(app).pages.clear()
        own = mara.get(address)
        cache_of(app).pages.clear()
        assert own.data == stranger.get(address).data
        assert "Set-Cookie" not in own.headers


def test_a_page_that_looked_at_the_session_or_a_cookie_is_made_anew(
    app: Flask, client: FlaskClient, stranger: FlaskClient, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = result_of(client)
    page = result_views.result_page
    looks: list[Callable[[], object]] = [
        lambda: session.get("x"),
        lambda: request.cookies.get("x"),
        lambda: request.headers.get("User-Agent"),
        lambda: request.remote_addr,
    ]
    for look in looks:

        def looking(*given: object, look: Callable[[], object] = look) -> object:
            look()
            return page(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(result_views, "result_page", looking)
        cache_of(app).pages.clear()
        made.clear()
        for _ in range(2):
            assert stranger.get(found.own).status_code == 200
        assert made == [found.own] * 2


@pytest.mark.parametrize("address", ["/questionnaire/" + "x" * 22, "/questionnaire/view/" + "x" * 22])
def test_a_token_that_nobody_has_is_never_kept(
    app: Flask, stranger: FlaskClient, made: list[str], address: str
) -> None:
    before = len(cache_of(app).pages)
    for _ in range(3):
        assert stranger.get(address).status_code == 404
        assert stranger.get(address, headers={"If-None-Match": "*"}).status_code == 404
    assert made == [address] * 6
    assert len(cache_of(app).pages) == before


def test_a_point_that_is_retired_is_called_so_at_once(app: Flask, client: FlaskClient, stranger: FlaskClient) -> None:
    own = submit(client, {**first_options(client, 3), "q-parts": "admin"}).location
    assert "No longer in the comparison" not in stranger.get(own).text
    with app.app_context():
        item = document_mapper.find(Kind.CLAIM, "django-admin")
        assert item
        journal.save(item, {**item.document, "state": State.RETIRED}, By("mara", "a note"))
        db.session.commit()
    assert "No longer in the comparison" in stranger.get(own).text


def test_maintenance_shows_on_a_kept_result_at_once_and_nothing_can_be_deleted_then(
    client: FlaskClient, stranger: FlaskClient, instance: Path
) -> None:
    found = result_of(client)
    before = [stranger.get(address).data for address in found]
    form = inputs(client.get(f"{found.own}/delete").text)
    maintenance.begin(Instance(instance), None)
    try:
        assert stranger.get(found.own).data != before[0]
        assert '<p class="panel">' in client.get(f"{found.own}/delete").text
        assert client.post(f"{found.own}/delete", data={"csrf_token": form["csrf_token"]}).status_code == 503
    finally:
        maintenance.end(Instance(instance))
    assert [stranger.get(address).data for address in found] == before


def test_kept_results_count_against_the_room_for_pages(make_app: Callable[..., Flask]) -> None:
    app = make_app(PAGE_CACHE_BYTES=ROOM)
    client, cache = app.test_client(), cache_of(app)
    for number in range(3, 9):
        for address, encoding in product(result_of(client, number), ENCODINGS):
            assert client.get(address, headers={"Accept-Encoding": encoding}).status_code == 200
            assert cache.pages.size == sum(page.size for page in cache.pages.values()) <= ROOM
    assert any("/questionnaire/view/" in str(key) for key in cache.pages)


def test_without_room_nothing_is_kept(make_app: Callable[..., Flask]) -> None:
    app = make_app(PAGE_CACHE_BYTES=0)
    found = result_of(app.test_client())
    assert "fwsite.page_cache" not in app.extensions
    assert app.test_client().get(found.own).headers["Cache-Control"] == "no-store"


# ---------------------------------------------------------------- whether one may see another's


def test_no_request_gets_the_page_of_another_token(app: Flask, client: FlaskClient, stranger: FlaskClient) -> None:
    """All pages are kept; then each is asked for in every way that a request can be bent."""
    results = [result_of(client, number) for number in (4, 5, 6)]
    tokens = {token for found in results for token in (address.rpartition("/")[2] for address in found)}
    for found, encoding in product(results, ENCODINGS):
        for address in found:
            stranger.get(address, headers={"Accept-Encoding": encoding})
    assert not [a for found in results for a in found if "ETag" in stranger.get(a).headers], "nothing to guess by"
    for (own, shared), other in zip(results, results[1:] + results[:1], strict=True):
        may_see = {own.rpartition("/")[2], shared.rpartition("/")[2]}
        for address, seen in ((own, may_see), (shared, {shared.rpartition("/")[2]})):
            bent = [
                *(address, f"{address}/", f"/{address}", f"{address}?from={other.own.rpartition('/')[2]}"),
                *(f"{address}?view={other.shared.rpartition('/')[2]}", f"{address}#x", f"{address};x", f"{address}%00"),
                *(address.replace("/questionnaire", "/questionnaire/."), address.upper(), f"{address}%2f"),
            ]
            for path, encoding in product(bent, ENCODINGS):
                for headers in ({}, {"If-None-Match": "*"}, {"X-Original-URL": other.own}):
                    answer = stranger.get(path, headers={"Accept-Encoding": encoding, **headers})
                    page = text_of(answer)
                    assert {token for token in tokens if token in page} <= seen


def test_side_by_side_everybody_gets_their_own_page(app: Flask, client: FlaskClient) -> None:
    results = [result_of(client, number) for number in range(3, 9)]
    cache_of(app).pages.clear()

    def ask(address: str) -> bool:
        answer = app.test_client(use_cookies=False).get(address)
        return answer.status_code == 200 and address in answer.text

    wanted = list(islice(cycle(address for found in results for address in found), 120))
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, wanted))
