"""Suggestions: nothing typed is lost, nothing about a visitor is kept, and every decision can be undone."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect
from sqlalchemy import event, func, select, update
from werkzeug.test import TestResponse

from fwsite.blueprints.comparison.item_form import filled_from_document
from fwsite.blueprints.comparison.ledger import document_mapper, journal, publication, suggestions
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.blueprints.comparison.models import Change, Claim, Source, Suggestion
from fwsite.db.models import Throttle
from fwsite.domain.items import Kind, Known
from fwsite.domain.suggestion import Proposal, canonical_proposal, check_proposal, tidy
from fwsite.extend import db
from fwsite.web.signing import token_hash
from tests.support.barriers import barriers
from tests.support.desk import Desk
from tests.support.people import PASSWORD, add_person, signed_in
from tests.support.served import Site

CLAIM = "django-performance-1"
POINT = {"framework": "django", "criterion": "performance", "side": "con", "text": "A *small* view is slower here."}
SOURCE = {
    "source_title": "A report on views",
    "source_url": "https://example.org/report?a=1&b=2",
    "source_words": "views are slower",
}
KNOWN = Known(frameworks=["django"], criteria=["performance"])
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>[x](javascript:alert(3)) \"'><svg/onload=alert(4)>"
QUEUE = "/comparison/work/suggestions"


class _Fields(HTMLParser):
    """What a browser would send from the page's main form."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._inside = ""
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, kind = given.get("name", ""), given.get("type")
        if tag == "input" and name and (kind != "radio" or "checked" in given):
            self.values[name] = given.get("value", "")
        elif tag in ("textarea", "select"):
            self._inside, self._name = tag, name
            self.values[name] = ""
        elif tag == "option" and "selected" in given:
            self.values[self._name] = given["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "textarea":
            self.values[self._name] += data


def fields(page: str) -> dict[str, str]:
    """Names and values of the fields as they stand; a text area drops the line break behind its tag."""
    parser = _Fields()
    parser.feed(page)
    parser.close()
    areas = re.findall(r'<textarea name="([^"]+)"', page)
    return {name: value[1:] if name in areas else value for name, value in parser.values.items()}


def send(client: FlaskClient, typed: dict[str, Any], query: str = "", **others: Any) -> TestResponse:
    """Open the form, fill it in, send it."""
    address = f"/comparison/suggest{query}"
    form = fields(client.get(address).text)
    return client.post(address, data={**form, **typed, **others})


def stored(app: Flask) -> list[Suggestion]:
    with app.app_context():
        return list(db.session.scalars(select(Suggestion).order_by(Suggestion.id)))


def claim(app: Flask, key: str = CLAIM) -> document_mapper.Item:
    with app.app_context():
        found = document_mapper.find(Kind.CLAIM, key)
        assert found is not None
        return found


@pytest.fixture
def some_claim(app: Flask) -> str:
    """The key of a published point."""
    with app.app_context():
        return db.session.scalars(select(Claim.key).order_by(Claim.key)).first() or ""


@pytest.fixture
def maintainer(app: Flask) -> FlaskClient:
    """Mara, signed in."""
    return signed_in(app, "mara")


def decide(client: FlaskClient, number: int, action: str, **given: Any) -> TestResponse:
    """Press a button of the queue, with what its form has in it."""
    page = client.get(QUEUE).text + client.get(f"{QUEUE}?show=decided").text
    return client.post(f"{QUEUE}/{number}/{action}", data={"csrf_token": fields(page)["csrf_token"], **given})


def suggested(app: Flask, client: FlaskClient, typed: dict[str, Any], query: str = "") -> int:
    """The number of a new suggestion."""
    assert send(client, typed, query).status_code == 303
    return stored(app)[-1].id


def correction(app: Flask, client: FlaskClient, key: str, **typed: Any) -> int:
    """The number of a new suggestion that calls a point wrong."""
    return suggested(app, client, {"remark": "It is not so any more.", **typed}, f"?claim={key}")


class TestForm:
    def test_is_private_and_not_listed_with_parameters(self, client: FlaskClient, some_claim: str) -> None:
        plain = client.get("/comparison/suggest")
        assert plain.headers["Cache-Control"] == "no-store"
        assert "X-Robots-Tag" not in plain.headers
        for query in (f"?claim={some_claim}", "?framework=django"):
            response = client.get(f"/comparison/suggest{query}")
            assert response.headers["Cache-Control"] == "no-store"
            assert response.headers["X-Robots-Tag"] == "noindex"
            assert response.headers["Referrer-Policy"] == "no-referrer"

    def test_is_filled_in_as_its_address_says(self, client: FlaskClient) -> None:
        page = client.get("/comparison/suggest?framework=flask&criterion=performance&side=con").text
        assert {"framework": "flask", "criterion": "performance", "side": "con"}.items() <= fields(page).items()
        assert fields(client.get("/comparison/suggest?framework=nonsense&side=up").text)["framework"] == ""

    def test_of_a_wrong_point_offers_its_text(self, app: Flask, client: FlaskClient, some_claim: str) -> None:
        found = claim(app, some_claim)
        page = client.get(f"/comparison/suggest?claim={some_claim}").text
        assert fields(page)["text"] == found.document["text"]
        assert fields(page)["version"] == str(found.version)
        assert 'name="framework"' not in page

    @pytest.mark.parametrize("key", ["nothing", "", "%00", "a" * 5000, "..%2f", "%ff"])
    def test_of_a_point_that_there_is_not_is_a_404(self, client: FlaskClient, key: str) -> None:
        assert client.get(f"/comparison/suggest?claim={key}").status_code == 404
        form = fields(client.get("/comparison/suggest").text)
        assert client.post(f"/comparison/suggest?claim={key}", data={**form, **POINT}).status_code == 404

    def test_does_not_show_drafts(self, app: Flask, client: FlaskClient, some_claim: str) -> None:
        with app.app_context():
            found = document_mapper.find(Kind.CLAIM, some_claim)
            assert found is not None
            journal.add(
                Kind.CLAIM, {**found.document, "key": "a-draft", "state": "draft", "text": "Secret"}, By("mara")
            )
            db.session.commit()
        assert client.get("/comparison/suggest?claim=a-draft").status_code == 404
        form = fields(client.get("/comparison/suggest").text)
        response = client.post("/comparison/suggest?claim=a-draft", data={**form, "version": "1", "remark": "x"})
        assert response.status_code == 404
        assert "Secret" not in response.text

    def test_shows_a_preview_and_stores_nothing(self, app: Flask, client: FlaskClient) -> None:
        response = send(client, POINT, preview="Preview")
        assert response.status_code == 200
        assert '<div class="preview" id="preview"><p>A <em>small</em> view is slower here.</p>' in response.text
        assert POINT.items() <= fields(response.text).items()
        assert stored(app) == []

    @pytest.mark.parametrize("text", ["", "x" * 281, "a\x00b", "x" * 50_000])
    def test_previews_nothing_that_could_not_be_sent(self, client: FlaskClient, text: str) -> None:
        response = send(client, {**POINT, "text": text}, preview="Preview")
        assert response.status_code == 422
        assert 'class="preview"' not in response.text


class TestSending:
    def test_stores_it_and_leads_to_its_own_page(self, app: Flask, client: FlaskClient) -> None:
        response = send(client, {**POINT, **SOURCE})
        assert response.status_code == 303
        assert re.fullmatch(r"/comparison/suggestions/[A-Za-z0-9_-]{22}", response.location)
        [row] = stored(app)
        assert (row.state, row.framework_key, row.criterion_key, row.side) == (
            "waiting",
            "django",
            "performance",
            "con",
        )
        assert (row.text, row.claim_key, row.remark) == (POINT["text"], None, "")
        assert (row.source_title, row.source_url, row.source_words) == tuple(SOURCE.values())
        assert row.token_hash == token_hash(response.location.rpartition("/")[2])

    def test_of_what_is_wrong_keeps_the_text_seen(self, app: Flask, client: FlaskClient, some_claim: str) -> None:
        form = fields(client.get(f"/comparison/suggest?claim={some_claim}").text)
        before = claim(app, some_claim)
        with app.app_context():
            journal.save(before, {**before.document, "text": "It says something else now."}, By("jo"))
            db.session.commit()
        data = {**form, "remark": "  It is\r\n wrong. ", "text": "Better."}
        assert client.post(f"/comparison/suggest?claim={some_claim}", data=data).status_code == 303
        [row] = stored(app)
        assert (row.claim_key, row.claim_text) == (some_claim, before.document["text"])
        assert (row.remark, row.text) == ("It is wrong.", "Better.")
        assert row.framework_key == before.document["framework"]

    def test_of_what_is_wrong_without_a_better_text(self, app: Flask, client: FlaskClient, some_claim: str) -> None:
        correction(app, client, some_claim)
        correction(app, client, some_claim, text=" ")
        assert [row.text for row in stored(app)] == ["", ""]

    def test_the_same_form_twice_stores_one_and_leads_to_the_same_page(self, app: Flask, client: FlaskClient) -> None:
        form = {**fields(client.get("/comparison/suggest").text), **POINT}
        first, second = (client.post("/comparison/suggest", data=form) for _ in range(2))
        assert (first.status_code, first.location) == (303, second.location)
        assert len(stored(app)) == 1
        client.post("/comparison/suggest", data={**form, "text": "Another point."})
        assert len(stored(app)) == 2

    def test_the_same_form_four_times_at_once_stores_one(self, app: Flask, client: FlaskClient) -> None:
        form = {**fields(client.get("/comparison/suggest").text), **POINT}
        cookie = client.get_cookie("session")
        assert cookie is not None
        ready = Barrier(4)

        def press(_number: int) -> str:
            same = app.test_client()
            same.set_cookie("session", cookie.value)
            ready.wait()
            return same.post("/comparison/suggest", data=form).location

        with ThreadPoolExecutor(4) as pool:
            assert len(set(pool.map(press, range(4)))) == 1
        assert len(stored(app)) == 1

    def test_keeps_nothing_about_the_visitor(self, app: Flask, client: FlaskClient) -> None:
        form = {**fields(client.get("/comparison/suggest").text), **POINT, **SOURCE}
        headers = {
            "User-Agent": "Telltale/1.0",
            "Accept-Language": "xx-telltale",
            "Referer": "http://localhost/telltale",
        }
        environ = {"REMOTE_ADDR": "203.0.113.77"}
        client.post("/comparison/suggest", data=form, headers=headers, environ_overrides=environ)
        [row] = stored(app)
        kept = {column.name: getattr(row, column.name) for column in Suggestion.__table__.columns}
        assert set(kept) == {
            *("id", "token_hash", "made_at", "claim_key", "claim_text", "framework_key", "criterion_key", "side"),
            *("text", "remark", "source_title", "source_url", "source_words"),
            *("state", "reason", "decided_at", "decided_by", "change_id"),
        }
        assert not re.search(r"telltale|203\.0\.113", str(kept), re.IGNORECASE)
        with app.app_context():
            tables = [str(db.session.execute(table.select()).all()) for table in db.metadata.sorted_tables]
        assert not re.search(r"telltale|203\.0\.113", "".join(tables), re.IGNORECASE)

    @pytest.mark.parametrize(
        ("typed", "place"),
        [
            ({"framework": ""}, "framework"),
            ({"framework": "nonsense"}, "framework"),
            ({"criterion": ""}, "criterion"),
            ({"side": ""}, "side"),
            ({"side": "up"}, "side"),
            ({"text": " \r\n "}, "text"),
            ({"text": "x" * 281}, "text"),
            ({"text": "turned \u202e round"}, "text"),
            ({"source_url": "https://example.org/"}, "source_title"),
            ({"source_title": "A report"}, "source_url"),
            ({"source_words": "so it says"}, "source_url"),
            ({"source_title": "A report", "source_url": "javascript:alert(1)"}, "source_url"),
            ({"source_title": "A report", "source_url": "https://" + "x" * 500}, "source_url"),
            ({"source_title": "x" * 281, "source_url": "https://example.org/"}, "source_title"),
            ({**SOURCE, "source_words": "x" * 281}, "source_words"),
        ],
    )
    def test_of_what_does_not_fit_comes_back_with_every_word(
        self, app: Flask, client: FlaskClient, typed: dict, place: str
    ) -> None:
        response = send(client, {**POINT, **typed})
        assert response.status_code == 422
        assert f'<li><a href="#f-{place}">' in response.text
        assert f'id="e-{place}"' in response.text and f'id="f-{place}"' in response.text
        chosen = {name: text for name, text in {**POINT, **typed}.items() if text not in ("nonsense", "up", "")}
        chosen = {name: text.replace("\r\n", "\n") for name, text in chosen.items()}
        back = {name: text.replace("\r\n", "\n") for name, text in fields(response.text).items()}
        assert chosen.items() <= back.items()
        assert stored(app) == []

    @pytest.mark.parametrize("remark", ["", "  ", "x" * 1001, "a\x07b"])
    def test_of_what_is_wrong_needs_to_say_what(
        self, app: Flask, client: FlaskClient, some_claim: str, remark: str
    ) -> None:
        response = send(client, {"remark": remark, "text": "Better."}, f"?claim={some_claim}")
        assert response.status_code == 422
        assert '<a href="#f-remark">' in response.text
        assert fields(response.text)["remark"] == remark
        assert stored(app) == []

    def test_by_a_program_that_fills_in_everything_is_refused_and_a_person_only_sends_again(
        self, app: Flask, client: FlaskClient
    ) -> None:
        response = send(client, POINT, website="https://spam.example")
        assert response.status_code == 422
        assert "spam.example" not in response.text
        assert stored(app) == []
        assert client.post("/comparison/suggest", data=fields(response.text)).status_code == 303

    def test_without_a_form_key_is_asked_for_once_more(self, app: Flask, client: FlaskClient) -> None:
        response = send(client, POINT, submission="short")
        assert response.status_code == 422
        assert stored(app) == []
        assert client.post("/comparison/suggest", data=fields(response.text)).status_code == 303

    @pytest.mark.parametrize("token", [None, "", "foreign"])
    def test_without_a_valid_token_stores_nothing_and_keeps_every_word(
        self, app: Flask, client: FlaskClient, some_claim: str, token: str | None
    ) -> None:
        address = f"/comparison/suggest?claim={some_claim}"
        form = {**fields(client.get(address).text), "remark": "Wrong, I say.", "text": "Better so."}
        form.pop("csrf_token")
        if token is not None:
            other = fields(app.test_client().get(address).text)["csrf_token"]
            form["csrf_token"] = other if token == "foreign" else token
        response = client.post(address, data=form)
        assert response.status_code == 400
        assert "Wrong, I say." in response.text and "Better so." in response.text
        assert stored(app) == []
        again = re.search(r'<form method="post" action="([^"]+)">', response.text)
        assert again
        assert client.post(unescape(again[1]), data=fields(response.text)).status_code == 303

    def test_when_the_point_was_retired_meanwhile_loses_nothing(
        self, app: Flask, client: FlaskClient, some_claim: str
    ) -> None:
        address = f"/comparison/suggest?claim={some_claim}"
        form = {**fields(client.get(address).text), "remark": "Wrong, I say.", "text": "Better so."}
        with app.app_context():
            found = document_mapper.find(Kind.CLAIM, some_claim)
            assert found is not None
            journal.save(found, {**found.document, "state": "retired"}, By("jo"))
            db.session.commit()
        response = client.post(address, data=form)
        assert response.status_code == 409
        assert {"remark": "Wrong, I say.", "text": "Better so."}.items() <= fields(response.text).items()
        assert stored(app) == []
        assert client.get(address).status_code == 404

    @given(
        name=st.sampled_from(["text", "remark", "source_title", "source_url", "source_words", "submission", "version"]),
        value=st.text(alphabet=st.characters(codec=None), max_size=400),
        wrong=st.booleans(),
    )
    def test_of_any_text_in_any_field_never_fails_and_gives_it_back(
        self, app: Flask, name: str, value: str, wrong: bool
    ) -> None:
        with app.app_context():
            db.session.execute(Throttle.__table__.delete())
            key = db.session.scalars(select(Claim.key).order_by(Claim.key)).first()
            db.session.commit()
        client = app.test_client()
        address = f"/comparison/suggest?claim={key}" if wrong else "/comparison/suggest"
        form = {**fields(client.get(address).text), **POINT, "source_title": "", "remark": "", name: value}
        body = "&".join(f"{key}={_quoted(text)}" for key, text in form.items())
        response = client.post(address, data=body, content_type="application/x-www-form-urlencoded")
        assert response.status_code in (303, 422)
        if response.status_code == 422:
            received = re.sub("[\ud800-\udfff]", lambda found: _quoted(found[0]), value)  # as Werkzeug decodes it
            seen = unescape(response.text)
            assert name in ("submission", "version") or _as_typed(received) in _as_typed(seen)
        else:
            assert client.get(response.location).status_code == 200

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
            (b"--x\r\n", "multipart/form-data; boundary=x"),
            (b"", ""),
        ],
    )
    def test_of_what_is_no_form_is_a_4xx_page(
        self, app: Flask, client: FlaskClient, body: bytes, content_type: str
    ) -> None:
        response = client.post("/comparison/suggest", data=body, content_type=content_type)
        assert 400 <= response.status_code < 500
        assert stored(app) == []


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def _as_typed(text: str) -> str:
    """Browsers and parsers make one line break of each kind; the rest is compared as it is."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class TestThrottle:
    def test_lets_ten_through_and_keeps_every_word_of_the_eleventh(
        self, app: Flask, client: FlaskClient, make_app: Callable[..., Flask]
    ) -> None:
        for number in range(10):
            assert send(client, {**POINT, "text": f"Point {number}"}).status_code == 303
        response = send(client, {**POINT, **SOURCE, "text": "The eleventh"})
        assert response.status_code == 429
        assert 3500 < int(response.headers["Retry-After"]) <= 3601
        assert {**POINT, **SOURCE, "text": "The eleventh"}.items() <= fields(response.text).items()
        assert len(stored(app)) == 10
        restarted = make_app().test_client()
        assert send(restarted, {**POINT, "text": "After a restart"}).status_code == 429
        elsewhere = restarted.post(
            "/comparison/suggest",
            data={**fields(restarted.get("/comparison/suggest").text), **POINT},
            environ_overrides={"REMOTE_ADDR": "203.0.113.9"},
        )
        assert elsewhere.status_code == 303
        assert len(stored(app)) == 11

    def test_does_not_count_what_was_refused_previewed_or_sent_twice(self, app: Flask, client: FlaskClient) -> None:
        form = {**fields(client.get("/comparison/suggest").text), **POINT}
        for _ in range(12):
            assert client.post("/comparison/suggest", data={**form, "text": ""}).status_code == 422
            assert client.post("/comparison/suggest", data={**form, "preview": "Preview"}).status_code == 200
            assert client.post("/comparison/suggest", data=form).status_code == 303
        assert len(stored(app)) == 1
        for number in range(9):
            assert send(client, {**POINT, "text": f"Point {number}"}).status_code == 303
        assert send(client, POINT).status_code == 429


class TestStatusPage:
    def test_says_what_was_suggested_and_that_it_waits(self, client: FlaskClient) -> None:
        response = client.get(send(client, {**POINT, **SOURCE}).location)
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "Your suggestion is waiting" in response.text
        assert "A <em>small</em> view is slower here." in response.text
        assert all(text in unescape(response.text) for text in SOURCE.values())

    def test_can_withdraw_it_while_it_waits(self, app: Flask, client: FlaskClient) -> None:
        location = send(client, POINT).location
        form = fields(client.get(location).text)
        assert client.post(f"{location}/withdraw").status_code == 400
        assert len(stored(app)) == 1
        response = client.post(f"{location}/withdraw", data=form)
        assert response.status_code == 303
        assert client.get(response.location).status_code == 200
        assert stored(app) == []
        assert client.get(location).status_code == 404
        assert client.post(f"{location}/withdraw", data=form).status_code == 404

    def test_cannot_withdraw_what_was_decided_meanwhile(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient
    ) -> None:
        location = send(client, POINT).location
        form = fields(client.get(location).text)
        decide(maintainer, 1, "reject", **{"reason-1": "It is there already."})
        response = client.post(f"{location}/withdraw", data=form)
        assert response.status_code == 409
        assert "It is there already." in response.text
        assert len(stored(app)) == 1

    def test_gives_the_reason_of_a_rejection_and_no_name(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient
    ) -> None:
        location = send(client, POINT).location
        decide(maintainer, 1, "reject", **{"reason-1": "It is there <already>."})
        page = client.get(location).text
        assert "It is there &lt;already&gt;." in page
        assert "Your suggestion was not taken up" in page
        assert "mara" not in page
        assert "/withdraw" not in page

    def test_links_to_the_point_once_it_is_published(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient
    ) -> None:
        location = send(client, POINT).location
        decide(maintainer, 1, "publish")
        link = re.search(r'href="(/comparison/history/claim/[^"]+)"', client.get(location).text)
        assert link
        assert client.get(link[1]).status_code == 200

    @pytest.mark.parametrize("token", ["x", "x" * 22, "x" * 5000, "%00" * 22, "ü" * 22])
    def test_that_nobody_has_is_a_404(self, client: FlaskClient, token: str) -> None:
        assert client.get(f"/comparison/suggestions/{token}").status_code == 404


class TestQueue:
    @pytest.mark.parametrize("address", [QUEUE, f"{QUEUE}?show=decided"])
    def test_is_for_maintainers_alone(self, app: Flask, client: FlaskClient, address: str) -> None:
        send(client, POINT)
        response = client.get(address)
        assert response.status_code == 302
        assert "slower here" not in response.text
        form = {"csrf_token": fields(client.get("/comparison/suggest").text)["csrf_token"], "reason-1": "No."}
        for action in ("publish", "reject", "undo"):
            assert client.post(f"{QUEUE}/1/{action}", data=form).status_code == 403
        assert [row.state for row in stored(app)] == ["waiting"]

    def test_has_the_oldest_first_and_twenty_on_a_page(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient
    ) -> None:
        with app.app_context():
            for number in range(23):
                suggestions.store(f"token-{number}", Proposal("django", "performance", "pro", f"Point {number}."), "")
        first, second = (maintainer.get(f"{QUEUE}?page={number}").text for number in (1, 2))
        assert [int(text) for text in re.findall(r"<p>Point (\d+)\.", first)] == list(range(20))
        assert [int(text) for text in re.findall(r"<p>Point (\d+)\.", second)] == [20, 21, 22]
        assert "23 waiting" in first
        assert maintainer.get(f"{QUEUE}?page=99").text.count("<p>Point") == 3
        refused = decide(maintainer, 22, "reject", **{"reason-22": " "})
        assert refused.status_code == 422
        assert "Point 21." in refused.text and '<a href="#f-reason-22">' in refused.text
        assert "page=2" in decide(maintainer, 22, "reject", **{"reason-22": "No."}).location

    def test_takes_the_same_number_of_statements_for_one_and_for_many(
        self, app: Flask, maintainer: FlaskClient, some_claim: str
    ) -> None:
        maintainer.get(QUEUE)  # the first page of a process asks for more than those after it
        counts = []
        for number in range(3):
            with app.app_context():
                for other in range(5 * number + 1):
                    given = Proposal("django", "performance", "pro", f"Text {number} {other}", "No.", claim=some_claim)
                    suggestions.store(f"token-{number}-{other}", given, "Old text")
            counts.append(statements(app, lambda: maintainer.get(QUEUE)))
        assert counts[0] == counts[1] == counts[2] <= 17

    def test_shows_the_difference_in_place(self, app: Flask, client: FlaskClient, maintainer: FlaskClient) -> None:
        with app.app_context():
            old = document_mapper.find(Kind.CLAIM, db.session.scalars(select(Claim.key)).first() or "")
            assert old is not None
            journal.save(old, {**old.document, "text": "Handles twice the requests."}, By("jo"))
            db.session.commit()
        correction(app, client, old.key, text="Handles three times the <b>requests</b>.")
        page = maintainer.get(QUEUE).text
        assert re.search(r"<del>.*twice.*</del>", page) and re.search(r"<ins>.*three times.*</ins>", page)
        assert "&lt;b&gt;" in page and "<b>" not in page
        assert "It is not so any more." in page
        assert "Correction" in page
        assert "has changed since" not in page

    def test_says_when_the_point_has_changed_or_is_gone(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient, some_claim: str
    ) -> None:
        correction(app, client, some_claim, text="Better.")
        before = claim(app, some_claim)
        with app.app_context():
            journal.save(before, {**before.document, "text": "New words."}, By("jo"))
            db.session.commit()
        assert "has changed since the visitor saw it" in maintainer.get(QUEUE).text
        with app.app_context():
            now = document_mapper.find(Kind.CLAIM, some_claim)
            assert now is not None
            journal.save(now, {**now.document, "state": "retired"}, By("jo"))
            db.session.commit()
        page = maintainer.get(QUEUE).text
        assert "is no longer published" in page and "/publish" not in page
        response = decide(maintainer, 1, "publish", version=str(claim(app, some_claim).version))
        assert response.status_code == 409
        assert stored(app)[0].state == "waiting"

    def test_and_the_status_page_let_no_markup_through(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient, some_claim: str
    ) -> None:
        source = {"source_title": EVIL, "source_words": EVIL, "source_url": "https://example.org/?'&a=%22"}
        pages = [client.get(send(client, {**POINT, **source, "text": EVIL}).location).text]
        correction(app, client, some_claim, text=EVIL, remark=EVIL, **source)
        pages.append(maintainer.get(QUEUE).text)
        pages.append(decide(maintainer, 1, "reject", **{"reason-1": EVIL}).text)
        pages.append(maintainer.get(f"{QUEUE}?show=decided").text)
        pages.append(send(client, {**POINT, "text": EVIL, "source_url": EVIL}).text)
        for page in pages:
            assert not re.search(r"<(?:script|img|svg)", page.partition("<main")[2])
            assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', page))
            assert not re.search(r'(?:href|src|action)="\s*javascript:', page)

    def test_shows_an_address_that_is_none_as_text(self, app: Flask, maintainer: FlaskClient) -> None:
        with app.app_context():
            given = Proposal("django", "performance", "pro", "Text", source_title="T", source_url="javascript:alert(1)")
            suggestions.store("token", given, "")
        page = maintainer.get(QUEUE).text
        assert "javascript:alert(1)" in page
        assert 'href="javascript:' not in page

    def test_is_announced_on_the_maintainers_own_page(self, client: FlaskClient, maintainer: FlaskClient) -> None:
        assert "No suggestion from a visitor is waiting." in maintainer.get("/account/").text
        send(client, POINT)
        assert ">1 suggestion from visitors is waiting for a decision</a>" in maintainer.get("/account/").text


def statements(app: Flask, act: Callable[[], object]) -> int:
    """How many SQL statements ``act`` takes."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


class TestPublishing:
    def test_a_new_point_makes_it_and_its_source(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient
    ) -> None:
        number = suggested(app, client, {**POINT, **SOURCE})
        response = decide(maintainer, number, "publish")
        assert response.status_code == 303
        assert "is live" in maintainer.get(response.location).text
        [row] = stored(app)
        assert (row.state, row.decided_by) == ("published", "mara")
        with app.app_context():
            change = db.session.get_one(Change, row.change_id)
            assert (change.who, change.note, change.action) == ("mara", "Suggested by a visitor", "added")
            made = change.document
            source = db.session.scalars(select(Source).where(Source.url == SOURCE["source_url"])).one()
            assert (source.title, source.state) == (SOURCE["source_title"], "published")
            assert made["sources"] == [{"source": source.key, "words": SOURCE["source_words"]}]
        assert POINT.items() <= made.items()
        assert (made["evidence"], made["state"]) == ("sourced", "published")
        assert f'id="{made["key"]}"' in client.get(f"/comparison/{made['framework']}").text

    def test_without_a_source_is_an_opinion(self, app: Flask, client: FlaskClient, maintainer: FlaskClient) -> None:
        decide(maintainer, suggested(app, client, POINT), "publish")
        with app.app_context():
            made = db.session.get_one(Change, stored(app)[0].change_id).document
        assert (made["evidence"], made["sources"]) == ("opinion", [])

    @pytest.mark.parametrize("state", ["published", "retired"])
    def test_uses_the_source_that_has_the_address_already(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient, state: str
    ) -> None:
        document = {"key": "known", "title": "Known", "url": SOURCE["source_url"], "read_on": "2026-01-01"}
        others = {"publisher": "", "author": "", "published": None, "state": state}
        with app.app_context():
            journal.add(Kind.SOURCE, {**document, **others}, By("jo"))
            db.session.commit()
        decide(maintainer, suggested(app, client, {**POINT, **SOURCE}), "publish")
        with app.app_context():
            made = db.session.get_one(Change, stored(app)[0].change_id).document
            assert made["sources"] == [{"source": "known", "words": SOURCE["source_words"]}]
            [source] = db.session.scalars(select(Source).where(Source.url == SOURCE["source_url"]))
            assert (source.title, source.state) == ("Known", "published")

    def test_a_correction_puts_its_text_and_source_into_the_point(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient, some_claim: str
    ) -> None:
        before = claim(app, some_claim)
        number = correction(app, client, some_claim, text="Better so.", **SOURCE)
        version = fields(maintainer.get(QUEUE).text)["version"]
        assert decide(maintainer, number, "publish", version=version).status_code == 303
        after = claim(app, some_claim)
        assert (after.document["text"], after.version) == ("Better so.", before.version + 1)
        assert after.document["sources"][:-1] == before.document["sources"]
        assert after.document["sources"][-1]["words"] == SOURCE["source_words"]

    def test_a_correction_of_a_point_that_changed_meanwhile_shows_the_new_difference(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient, some_claim: str
    ) -> None:
        number = correction(app, client, some_claim, text="Better so.")
        version = fields(maintainer.get(QUEUE).text)["version"]
        before = claim(app, some_claim)
        with app.app_context():
            journal.save(before, {**before.document, "text": "Jo’s words."}, By("jo"))
            db.session.commit()
        response = decide(maintainer, number, "publish", version=version)
        assert response.status_code == 409
        assert "Jo’s words" in response.text
        assert f'<a href="#f-item-{number}">' in response.text
        assert claim(app, some_claim).document["text"] == "Jo’s words."
        again = fields(response.text)
        assert decide(maintainer, number, "publish", version=again["version"]).status_code == 303
        assert claim(app, some_claim).document["text"] == "Better so."

    @pytest.mark.parametrize("version", ["", "0", "x", "9" * 40])
    def test_a_correction_that_nobody_has_seen_is_refused(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient, some_claim: str, version: str
    ) -> None:
        number = correction(app, client, some_claim, text="Better so.")
        assert decide(maintainer, number, "publish", version=version).status_code == 409
        assert stored(app)[0].state == "waiting"

    def test_a_correction_without_another_text_needs_an_edit(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient, some_claim: str
    ) -> None:
        number = correction(app, client, some_claim)
        version = str(claim(app, some_claim).version)
        assert "/publish" not in maintainer.get(QUEUE).text
        response = decide(maintainer, number, "publish", version=version)
        assert response.status_code == 422
        assert "Use “Edit, then publish”" in response.text
        assert stored(app)[0].state == "waiting"

    def test_by_editing_fills_the_form_in_and_is_kept(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient
    ) -> None:
        number = suggested(app, client, {**POINT, **SOURCE})
        page = maintainer.get(f"/comparison/work/claim/add?suggestion={number}").text
        form = fields(page)
        assert POINT.items() <= form.items()
        assert form["suggestion"] == str(number)
        address = "/comparison/work/claim/add"
        response = maintainer.post(address, data={**form, "text": "Mended words.", "do": "save"})
        assert response.status_code == 303
        [row] = stored(app)
        assert row.state == "published"
        with app.app_context():
            made = db.session.get_one(Change, row.change_id).document
            assert made["text"] == "Mended words."
            assert len(made["sources"]) == 1

    def test_by_editing_a_correction_fills_its_text_in(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient, some_claim: str
    ) -> None:
        number = correction(app, client, some_claim, text="Better so.", **SOURCE)
        form = fields(maintainer.get(f"/comparison/work/claim/{some_claim}?suggestion={number}").text)
        assert form["text"] == "Better so."
        assert SOURCE["source_url"] in form.values()

    def test_is_marked_only_once(self, app: Flask, client: FlaskClient, some_claim: str) -> None:
        number = correction(app, client, some_claim)
        with app.app_context():
            change = db.session.scalars(select(Change).where(Change.item_key == some_claim)).first()
            assert change is not None
            assert suggestions.mark_published(number, change, "mara")
            assert not suggestions.mark_published(number, change, "jo")
            assert suggestions.find_waiting(number) is None
            assert not suggestions.mark_published(number + 1, change, "jo")

    def test_a_form_gets_the_key_of_a_known_source(self, app: Flask, client: FlaskClient, some_claim: str) -> None:
        with app.app_context():
            url = db.session.scalars(select(Source.url).where(Source.key != "")).first()
        number = correction(app, client, some_claim, source_title="Any", source_url=url)
        with app.app_context():
            waiting = suggestions.find_waiting(number)
            assert waiting is not None and waiting.claim is not None
            form = suggestions.filled(waiting, filled_from_document(Kind.CLAIM, waiting.claim.document))
            known = suggestions.source_at(url)
            assert known is not None
            assert [row.key for row in form.sources].count(known.key) == 1
            assert form.values["text"] == waiting.claim.document["text"]


class TestDeciding:
    def test_a_rejection_needs_a_reason_and_keeps_what_was_typed(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient
    ) -> None:
        number = suggested(app, client, POINT)
        for reason in ("", " \n ", "x" * 1001, "a\x00b"):
            response = decide(maintainer, number, "reject", **{f"reason-{number}": reason})
            assert response.status_code == 422
            assert fields(response.text)[f"reason-{number}"] == reason
        assert stored(app)[0].state == "waiting"

    @pytest.mark.parametrize("action", ["publish", "reject"])
    def test_what_somebody_has_decided_already_is_a_409_with_the_decision(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient, action: str
    ) -> None:
        number = suggested(app, client, POINT)
        jo = signed_in(app, "jo")
        assert decide(jo, number, "reject", **{f"reason-{number}": "Not so."}).status_code == 303
        response = decide(maintainer, number, action, **{f"reason-{number}": "My own words."})
        assert response.status_code == 409
        assert "jo has rejected this suggestion already" in response.text and "Not so." in response.text
        assert "My own words." in response.text
        [row] = stored(app)
        assert (row.state, row.decided_by, row.reason) == ("rejected", "jo", "Not so.")

    def test_by_four_at_the_same_time_is_done_once(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient
    ) -> None:
        number = suggested(app, client, {**POINT, **SOURCE})
        people = [maintainer, *(signed_in(app, name) for name in ("jo", "kim", "lee"))]
        ready = Barrier(len(people))

        def press(person: FlaskClient) -> int:
            form = {"csrf_token": fields(person.get(QUEUE).text)["csrf_token"]}
            ready.wait()
            return person.post(f"{QUEUE}/{number}/publish", data=form).status_code

        with ThreadPoolExecutor(len(people)) as pool:
            assert sorted(pool.map(press, people)) == [303, 409, 409, 409]
        with app.app_context():
            made = select(func.count()).select_from(Change).where(Change.note == "Suggested by a visitor")
            assert db.session.scalar(made) == 2  # the point and its source

    def test_what_was_withdrawn_is_a_404_that_says_so(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient
    ) -> None:
        location = send(client, POINT).location
        client.post(f"{location}/withdraw", data=fields(client.get(location).text))
        for action in ("publish", "reject", "undo"):
            response = decide(maintainer, 1, action, **{"reason-1": "My own words."})
            assert response.status_code == 404
            assert "has withdrawn it" in response.text and "My own words." in response.text

    @pytest.mark.parametrize("place", ["0", "99999999999999999999", "-1", "x"])
    def test_what_there_is_not_changes_nothing(self, maintainer: FlaskClient, place: str) -> None:
        token = fields(maintainer.get(QUEUE).text)["csrf_token"]
        assert maintainer.post(f"{QUEUE}/{place}/publish", data={"csrf_token": token}).status_code == 404

    def test_without_a_token_changes_nothing(self, app: Flask, client: FlaskClient, maintainer: FlaskClient) -> None:
        number = suggested(app, client, POINT)
        for action in ("publish", "reject", "undo"):
            response = maintainer.post(f"{QUEUE}/{number}/{action}", data={f"reason-{number}": "Kept words."})
            assert response.status_code == 400
            assert "Kept words." in response.text
        assert stored(app)[0].state == "waiting"


class TestEdited:
    """What is made of a suggestion in the form of a point."""

    @pytest.mark.parametrize(
        ("state", "told", "standing"),
        [
            ("published", "The suggestion is decided: it is published as you saved it.", "published"),
            ("draft", "The suggestion keeps waiting: visitors do not see your version yet.", "waiting"),
        ],
    )
    @pytest.mark.parametrize("is_correction", [False, True])
    def test_the_form_says_so_and_leads_back_to_the_queue(
        self,
        app: Flask,
        client: FlaskClient,
        maintainer: FlaskClient,
        some_claim: str,
        is_correction: bool,
        state: str,
        told: str,
        standing: str,
    ) -> None:
        desk = Desk(maintainer)
        if is_correction:
            correction(app, client, some_claim, text="Better.")
            ending, heading = f"/work/claim/{some_claim}", "Edit a point from a suggestion"
        else:
            suggested(app, client, POINT)
            ending, heading = "/work/claim/add", "Add a point from a suggestion"
        desk.open(QUEUE)
        desk.follow(f"{ending}?suggestion=1")
        assert heading in desk.page.heading
        assert "A visitor’s words are in the form." in desk.page.words and QUEUE in desk.page.links
        said = desk.save(ending, state=state)
        assert told in said
        assert stored(app)[0].state == standing
        desk.follow(QUEUE)
        assert desk.page.heading == "Suggestions waiting"


class TestUndo:
    def test_of_a_rejection_lets_it_wait_again(self, app: Flask, client: FlaskClient, maintainer: FlaskClient) -> None:
        number = suggested(app, client, POINT)
        decided = decide(maintainer, number, "reject", **{f"reason-{number}": "Not so."})
        assert f'action="{QUEUE}/{number}/undo"' in maintainer.get(decided.location).text
        assert f'action="{QUEUE}/{number}/undo"' in maintainer.get(f"{QUEUE}?show=decided").text
        response = decide(maintainer, number, "undo")
        assert response.status_code == 303
        assert "is waiting again" in maintainer.get(response.location).text
        [row] = stored(app)
        assert (row.state, row.reason, row.decided_by, row.decided_at) == ("waiting", "", "", None)
        assert decide(maintainer, number, "undo").status_code == 303

    def test_of_a_new_point_retires_it_and_it_can_be_published_again(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient
    ) -> None:
        number = suggested(app, client, {**POINT, **SOURCE})
        decide(maintainer, number, "publish")
        with app.app_context():
            key = db.session.get_one(Change, stored(app)[0].change_id).item_key
        assert decide(maintainer, number, "undo").status_code == 303
        assert claim(app, key).document["state"] == "retired"
        assert (stored(app)[0].state, stored(app)[0].change_id) == ("waiting", None)
        assert decide(maintainer, number, "publish").status_code == 303
        with app.app_context():
            assert db.session.scalar(select(func.count()).where(Source.url == SOURCE["source_url"])) == 1

    def test_of_a_correction_brings_the_old_text_back(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient, some_claim: str
    ) -> None:
        before = claim(app, some_claim)
        number = correction(app, client, some_claim, text="Better so.", **SOURCE)
        decide(maintainer, number, "publish", version=str(before.version))
        assert decide(maintainer, number, "undo").status_code == 303
        assert claim(app, some_claim).document == before.document

    def test_of_a_correction_that_was_changed_again_is_refused_with_the_way_on(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient, some_claim: str
    ) -> None:
        number = correction(app, client, some_claim, text="Better so.")
        decide(maintainer, number, "publish", version=str(claim(app, some_claim).version))
        now = claim(app, some_claim)
        with app.app_context():
            journal.save(now, {**now.document, "text": "Better still."}, By("jo"))
            db.session.commit()
        response = decide(maintainer, number, "undo")
        assert response.status_code == 409
        assert f'<a href="/comparison/history/claim/{some_claim}">' in response.text
        assert (claim(app, some_claim).document["text"], stored(app)[0].state) == ("Better still.", "published")

    def test_of_what_somebody_took_back_by_itself_lets_it_wait_again(
        self, app: Flask, client: FlaskClient, maintainer: FlaskClient
    ) -> None:
        number = suggested(app, client, POINT)
        decide(maintainer, number, "publish")
        with app.app_context():
            journal.undo(db.session.get_one(Change, stored(app)[0].change_id), By("jo"))
            db.session.commit()
        assert decide(maintainer, number, "undo").status_code == 303
        assert stored(app)[0].state == "waiting"


class TestProposal:
    @given(st.builds(Proposal, *[st.text(max_size=300)] * 9))
    def test_any_texts_can_be_checked_and_faults_name_fields_of_the_form(self, proposal: Proposal) -> None:
        places = {fault.place for fault in check_proposal(proposal, KNOWN)}
        assert places <= set(vars(proposal)) - {"claim"}
        assert ("remark" in places) <= bool(proposal.claim)

    @given(
        text=st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=280).map(tidy).filter(bool),
        side=st.sampled_from(["pro", "con"]),
    )
    def test_a_complete_point_has_no_fault(self, text: str, side: str) -> None:
        assert check_proposal(Proposal("django", "performance", side, text), KNOWN) == []

    @given(st.builds(Proposal, *[st.text(max_size=5)] * 9), st.builds(Proposal, *[st.text(max_size=5)] * 9))
    def test_two_proposals_have_the_same_canonical_text_only_when_they_are_equal(
        self, one: Proposal, other: Proposal
    ) -> None:
        assert (canonical_proposal(one) == canonical_proposal(other)) == (one == other)


class TestInABrowser:
    def test_a_visitor_suggests_previews_sends_and_withdraws_by_keyboard(self, page: Page) -> None:
        page.goto("/comparison/suggest?framework=django&criterion=performance&side=con")
        box = page.locator("div", has=page.get_by_label("Leave this empty")).last.bounding_box()
        assert box and box["width"] * box["height"] <= 1
        page.get_by_label("The point").focus()
        page.keyboard.type("Slower *here*.")
        visited = set()
        for _ in range(6):
            page.keyboard.press("Tab")
            visited.add(page.evaluate("document.activeElement.name || document.activeElement.textContent"))
        assert visited >= {"source_title", "source_url", "source_words", "Send", "preview"}
        assert "website" not in visited
        page.get_by_role("button", name="Preview").press("Enter")
        expect(page.locator("#preview em")).to_have_text("here")
        page.get_by_role("button", name="Send").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your suggestion is waiting")
        expect(page.get_by_label("Link to this page")).to_have_value(page.url)
        page.get_by_role("button", name="Withdraw this suggestion").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your suggestion is withdrawn")

    @pytest.mark.parametrize("width", [320, 1280])
    def test_no_page_is_wider_than_the_window(self, page: Page, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/comparison/suggest")
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#errors")).to_be_focused()
        page.wait_for_load_state()
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    def test_the_queue_fits_a_phone_whatever_is_in_it_and_has_no_barrier(
        self, page: Page, site: Site, make_app: Callable[..., Flask]
    ) -> None:
        app = make_app(site.instance)
        add_person(app, "narrow")
        long = "x" * 270
        with app.app_context():
            key = db.session.scalars(select(Claim.key).order_by(Claim.key)).first() or ""
            given = Proposal("django", "performance", "con", long, "r" * 990, long, f"https://{long}.org/", long, key)
            suggestions.store("narrow", given, long)
        page.set_viewport_size({"width": 320, "height": 800})
        page.goto(f"/account/sign-in?next={QUEUE}")
        page.get_by_label("Name").fill("narrow")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Suggestions waiting")
        assert barriers(page) == ""
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.get_by_role("button", name="Reject").first.click()
        expect(page.locator("#errors")).to_be_focused()
        page.get_by_role("link", name="Write a reason").click()
        expect(page.get_by_label("Reason").first).to_be_focused()
        with app.app_context():
            assert suggestions.withdraw("narrow")


def test_publication_makes_keys_that_nobody_has(app: Flask) -> None:
    with app.app_context():
        proposal = Proposal(**POINT)
        first = publication.new_point(proposal, [])
        journal.add(Kind.CLAIM, first, By("mara"))
        assert publication.new_point(proposal, [])["key"] == f"{first['key']}-2"


def test_articles_and_empty_balances_lead_to_the_form(app: Flask, client: FlaskClient, instance: Path) -> None:
    (instance / "articles" / "mine.md").write_text("---\ntitle: Mine\n---\n\n::balance[django]\n")
    assert '<a class="btn alt" href="/comparison/suggest">Suggest a point</a>' in client.get("/").text
    with app.app_context():
        cons = (Claim.framework_key == "django", Claim.side == "con")
        db.session.execute(update(Claim).where(*cons).values(state="retired"))
        db.session.commit()
    page = client.get("/article/mine").text
    assert 'No points yet. <a href="/comparison/suggest?framework=django&amp;side=con">Suggest one</a>' in page
