"""Forms that were refused come back with every word, and go out again only where that is safe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from threading import Thread
from typing import Any

import pytest
from flask import Flask, Response, abort, make_response, render_template_string, request
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from werkzeug.exceptions import TooManyRequests
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from fwsite.extend import Limit, allow_scripts, kept_fields, kept_page, limited
from fwsite.web.headers import CONTENT_SECURITY_POLICY
from tests.support.barriers import barriers
from tests.support.forms import inputs

pytestmark = pytest.mark.new_app

TYPED = [("text", '\r\nTwo "lines" &\r\n<b>more</b>'), ("tag", "one"), ("tag", "two"), ("version", "7"), ("empty", "")]
DATA = {"text": TYPED[0][1], "tag": ["one", "two"], "version": "7", "empty": ""}
FORM = """
{% extends "base.html" %}
{% import "_forms.html" as f %}
{% block title %}Write{% endblock %}
{% block styles %}<link rel="stylesheet" href="{{ asset('work.css') }}">{% endblock %}
{% block main %}
{{ f.summary(faults) }}
<header class="head"><h1>Write</h1></header>
<form method="post" novalidate class="stack">{{ f.token() }}
{{ f.text("source", "Source", given.source, "Where you read it", errors.source, attrs={"maxlength": 80}) }}
{{ f.textarea("text", "Text", given.text, "At most 280 characters", errors.text, rows=3) }}
{% set criteria = [("speed", "Speed"), ("cost", "Cost")] %}
{{ f.select("criterion", "Criterion", criteria, given.criterion, error=errors.criterion) }}
{{ f.radios("side", "Side", [("pro", "For"), ("con", "Against")], given.side, "One of the two", errors.side) }}
<p class="btns"><button class="btn">Save</button></p></form>
{% endblock %}
"""


class Fault:
    def __init__(self, place: str, message: str) -> None:
        self.place = place
        self.message = message


@pytest.fixture
def sent(app: Flask) -> list[list[tuple[str, str]]]:
    """What reached the view; the view is added here, with the ways in which one can be throttled."""
    return add_views(app)


def add_views(app: Flask) -> list[list[tuple[str, str]]]:
    stored: list[list[tuple[str, str]]] = []

    @app.get("/try/<name>")
    def form(name: str) -> str:
        return render_template_string("<form method=post>{{ csrf_token() }}</form>")

    @app.post("/try/<name>")
    def store(name: str) -> str:
        stored.append(kept_fields())
        return "stored"

    @app.route("/slow", methods=["GET", "POST"])
    def slow() -> str:
        waits: dict[str, Any] = {
            "later": datetime.now(UTC) + timedelta(minutes=10),
            "past": datetime.now(UTC) - timedelta(minutes=10),
            "unknown": None,
        }
        wait = request.args["wait"]
        raise TooManyRequests(retry_after=waits[wait] if wait in waits else int(wait))

    @app.get("/own-words")
    def own_words() -> str:
        abort(Response("my own words", 429))

    return stored


def token(client: FlaskClient) -> str:
    return client.get("/try/this").text.removeprefix("<form method=post>").removesuffix("</form>")


def typed(response: TestResponse) -> dict[str, str]:
    """What can be read on the page, by name."""
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", response.text, re.S)
    return {name: unescape(text) for name, text in pairs}


def can_be_sent(response: TestResponse) -> bool:
    return "<form" in response.text


class TestKeptFields:
    def test_are_what_was_sent_in_order_without_token_and_passwords(self, app: Flask) -> None:
        data = {"b": "1", "csrf_token": "x", "password": "s", "new_password": "s", "Password2": "s", "a": ["2", "3"]}
        with app.test_request_context("/", method="POST", data=data):
            assert kept_fields() == [("b", "1"), ("a", "2"), ("a", "3")]

    def test_are_none_without_a_form(self, app: Flask) -> None:
        with app.test_request_context("/?a=1"):
            assert kept_fields() == []

    def test_are_none_where_the_form_is_too_large_to_be_read(self, app: Flask) -> None:
        data = {"a": "x" * app.config["MAX_CONTENT_LENGTH"]}
        with app.test_request_context("/", method="POST", data=data):
            assert kept_fields() == []


def test_a_page_of_its_own_words_for_a_view_that_refuses(app: Flask, client: FlaskClient, sent: list[Any]) -> None:
    @app.post("/conflict")
    def conflict() -> Response:
        return kept_page(status=409, heading="Changed", sentence="See both.", action="/try/this", label="Send mine")

    response = client.post("/conflict", data={**DATA, "csrf_token": token(client)})
    assert response.status_code == 409
    assert "<h1>Changed</h1>" in response.text
    assert "See both." in response.text
    assert '<button class="btn">Send mine</button>' in response.text
    assert response.cache_control.no_store
    assert response.headers["X-Robots-Tag"] == "noindex"


class TestATokenThatIsRefused:
    @pytest.mark.parametrize("of", ["nobody", "another session"])
    def test_changes_nothing_and_keeps_every_word(
        self, app: Flask, client: FlaskClient, sent: list[Any], of: str
    ) -> None:
        own = {} if of == "nobody" else {"csrf_token": token(app.test_client())}
        client.get("/try/this")
        response = client.post("/try/this?from=a%20b&x=%3C", data={**DATA, **own})
        assert response.status_code == 400
        assert sent == []
        assert response.text.count("<h1") == 1
        assert response.cache_control.no_store
        assert typed(response) == {"Text": TYPED[0][1], "Tag": "two"}
        assert response.text.count("<dt>Tag</dt>") == 2
        assert '<form method="post" action="/try/this?from=a%20b&amp;x=%3C">' in response.text

        again = client.post("/try/this", data=inputs(response.text))
        assert (again.status_code, again.text) == (200, "stored")
        assert sent == [TYPED]

    @pytest.mark.parametrize(
        ("headers", "own"),
        [
            ({}, True),
            ({"Sec-Fetch-Site": "same-origin"}, True),
            ({"Sec-Fetch-Site": "same-site"}, True),
            ({"Sec-Fetch-Site": "none"}, True),
            ({"Origin": "http://localhost"}, True),
            ({"Origin": "https://ledger.example.org"}, True),
            ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
            ({"Sec-Fetch-Site": "cross-site"}, False),
            ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
            ({"Sec-Fetch-Site": "odd"}, False),
            ({"Origin": ""}, False),
            ({"Origin": "null"}, False),
            ({"Sec-Fetch-Site": "same-site", "Origin": "null"}, False),
            ({"Sec-Fetch-Site": "same-site", "Origin": "https://other.example.org"}, False),
            ({"Origin": "http://localhost.evil.example"}, False),
            ({"Origin": "https://evil.example"}, False),
        ],
    )
    def test_lets_nothing_foreign_out_with_one_click(
        self, make_app: Callable[..., Flask], headers: dict[str, str], own: bool
    ) -> None:
        app = make_app(SITE_URL="https://ledger.example.org/")
        stored = add_views(app)
        response = app.test_client().post("/try/this", "http://localhost", data=DATA, headers=headers)
        assert response.status_code == 400
        assert can_be_sent(response) is own
        assert typed(response)["Text"] == TYPED[0][1]
        assert ("Open the page again" in response.text) is not own
        assert stored == []

    @pytest.mark.parametrize("origin", ["", "null", "https://ledger.example.org"])
    def test_lets_nothing_out_where_the_site_has_no_address_set(
        self, client: FlaskClient, sent: list[Any], origin: str
    ) -> None:
        assert not can_be_sent(client.post("/try/this", data=DATA, headers={"Origin": origin}))

    def test_without_fields_has_nothing_to_send(self, client: FlaskClient, sent: list[Any]) -> None:
        response = client.post("/try/this")
        assert response.status_code == 400
        assert not can_be_sent(response)
        assert '<a class="btn alt" href="/try/this">' in response.text

    def test_shows_and_carries_no_password(self, client: FlaskClient, sent: list[Any]) -> None:
        response = client.post("/try/this", data={"name": "mara", "new_password": "not to be seen"})
        assert "not to be seen" not in response.text
        assert typed(response) == {"Name": "mara"}
        assert not can_be_sent(response)

    def test_offers_no_address_that_cannot_be_visited(self, app: Flask, client: FlaskClient) -> None:
        app.post("/only-sent")(kept_fields)
        response = client.post("/only-sent", headers={"Sec-Fetch-Site": "cross-site"})
        assert response.status_code == 400
        assert "/only-sent" not in response.text

    def test_of_the_questionnaire_is_the_questionnaires_own_to_answer(self, client: FlaskClient) -> None:
        response = client.post("/questionnaire/")
        assert response.status_code == 400
        assert "All your answers are still here." in response.text


class TestTooManyTries:
    @pytest.mark.parametrize(
        ("wait", "seconds", "words"),
        [
            ("1", "1", "wait 1 minute and"),
            ("60", "60", "wait 1 minute and"),
            ("61", "61", "wait 2 minutes and"),
            ("later", "600", "wait 10 minutes and"),
            ("past", "1", "wait 1 minute and"),
            ("unknown", None, "wait a few minutes and"),
        ],
    )
    def test_says_when_to_come_again(
        self, client: FlaskClient, sent: list[Any], wait: str, seconds: str | None, words: str
    ) -> None:
        response = client.get(f"/slow?wait={wait}")
        assert response.status_code == 429
        assert "<h1>Too many attempts</h1>" in response.text
        assert words in response.text
        assert response.headers.get("Retry-After") == seconds
        assert response.cache_control.no_store
        assert not can_be_sent(response)

    def test_keeps_what_was_typed(self, client: FlaskClient, sent: list[Any]) -> None:
        response = client.post("/slow?wait=60", data={**DATA, "csrf_token": token(client)})
        assert response.status_code == 429
        assert '<form method="post" action="/slow?wait=60">' in response.text
        kept = [(name, text) for name, text in inputs(response.text).items() if name != "csrf_token"]
        assert kept == [("text", [TYPED[0][1]]), ("tag", ["one", "two"]), ("version", ["7"]), ("empty", [""])]

    def test_keeps_no_password(self, client: FlaskClient, sent: list[Any]) -> None:
        data = {"name": "mara", "password": "not to be seen", "csrf_token": token(client)}
        response = client.post("/slow?wait=60", data=data)
        assert response.status_code == 429
        assert "not to be seen" not in response.text
        assert not can_be_sent(response)

    def test_sends_nothing_foreign_even_with_a_token(self, client: FlaskClient, sent: list[Any]) -> None:
        headers = {"Sec-Fetch-Site": "cross-site"}
        response = client.post("/slow?wait=60", data={**DATA, "csrf_token": token(client)}, headers=headers)
        assert response.status_code == 429
        assert not can_be_sent(response)

    def test_of_a_real_limit_names_the_end_of_its_window(self, app: Flask, client: FlaskClient) -> None:
        @app.post("/limited")
        @limited(Limit("2 per 5 minutes", scope="limited"))
        def view() -> str:
            return "fine"

        app.config["WTF_CSRF_ENABLED"] = False
        assert [client.post("/limited").status_code for _ in range(3)] == [200, 200, 429]
        response = client.post("/limited")
        assert 290 <= int(response.headers["Retry-After"]) <= 301
        assert re.search("wait [56] minutes and", response.text)

    def test_in_a_views_own_words_stay_so(self, client: FlaskClient, sent: list[Any]) -> None:
        response = client.get("/own-words")
        assert (response.status_code, response.text) == (429, "my own words")


@pytest.mark.parametrize("status", [403, 409, 429])
def test_each_refusal_has_a_page_in_plain_words(app: Flask, client: FlaskClient, status: int) -> None:
    app.get("/refused")(lambda: abort(status))
    response = client.get("/refused")
    assert response.status_code == status
    assert response.text.count("<h1") == 1
    assert f"Error {status}" in response.text
    assert re.search('<p class="lead">.{20,}</p>', response.text)


class TestScripts:
    def test_run_where_a_page_allows_the_sites_own(self, app: Flask, client: FlaskClient) -> None:
        @app.get("/private")
        def private() -> str:
            allow_scripts()
            return "mine"

        policy = client.get("/private").headers["Content-Security-Policy"]
        assert policy == f"{CONTENT_SECURITY_POLICY}; script-src 'self'"

    def test_run_on_no_other_page(self, app: Flask, client: FlaskClient) -> None:
        @app.get("/private")
        def private() -> str:
            allow_scripts()
            return "mine"

        client.get("/private")
        assert client.get("/").headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def form_page(given: dict[str, str], errors: dict[str, str]) -> Response:
    faults = [Fault(place, message) for place, message in errors.items()]
    response = make_response(render_template_string(FORM, given=given, errors=errors, faults=faults))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


ERRORS = {name: f"Mend {name}." for name in ("source", "text", "criterion", "side")}
GIVEN = {"source": '"Quoted" <b>', "text": "\nfirst line empty", "criterion": "cost", "side": "con"}


class TestFields:
    @pytest.fixture
    def text(self, app: Flask, client: FlaskClient) -> str:
        app.get("/write")(lambda: form_page(GIVEN, ERRORS))
        return client.get("/write").text

    def test_every_label_and_description_has_its_field(self, text: str) -> None:
        ids = re.findall(r' id="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        named = re.findall(r' aria-describedby="([^"]+)"', text)
        assert named == ["h-source e-source", "h-text e-text", "e-criterion", "h-side e-side"]
        pointed = re.findall(r'<label for="([^"]+)"', text) + " ".join(named).split()
        assert set(pointed) <= set(ids)
        assert text.count('aria-invalid="true"') == 4
        assert " required" not in text

    def test_the_summary_leads_to_every_field(self, text: str) -> None:
        assert re.findall(r'<li><a href="#f-(\w+)">(.*?)</a></li>', text) == list(ERRORS.items())
        assert all(f' id="f-{name}"' in text for name in ERRORS)

    def test_a_fault_of_the_whole_form_is_no_link(self, app: Flask, client: FlaskClient) -> None:
        app.get("/write")(lambda: form_page({}, {"": "Send it again."}))
        assert "<li>Send it again.</li>" in client.get("/write").text

    def test_what_is_chosen_is_marked_and_only_that(self, text: str) -> None:
        assert re.findall(r'value="(\w+)" selected', text) == ["cost"]
        assert re.findall(r'value="(\w+)" checked', text) == ["con"]
        assert ' maxlength="80"' in text

    def test_without_faults_has_no_summary(self, app: Flask, client: FlaskClient) -> None:
        app.get("/write")(lambda: form_page({}, {}))
        text = client.get("/write").text
        assert "There is a problem" not in text
        assert "aria-invalid" not in text


class TestInABrowser:
    @pytest.fixture
    def address(self, app: Flask) -> Iterator[str]:
        """The application in a thread of this process, with a form that says what it got."""

        @app.get("/write")
        def write() -> Response:
            return form_page(GIVEN, ERRORS)

        @app.post("/write")
        def store() -> Response:
            return form_page({"text": request.form["text"]}, {})

        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.port}"
        server.shutdown()
        thread.join()
        server.server_close()

    def test_a_form_whose_cookie_is_gone_arrives_after_one_click(self, browser: Browser, address: str) -> None:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{address}/write")
        expect(page.get_by_label("Text")).to_have_value("\nfirst line empty")
        page.get_by_label("Text").fill("\nMine & <b>yours</b>\n\nend")
        context.clear_cookies()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("This form was not accepted")
        page.get_by_role("button", name="Send it again").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Write")
        expect(page.get_by_label("Text")).to_have_value("\nMine & <b>yours</b>\n\nend")
        context.close()

    def test_a_foreign_page_gets_no_such_click(self, browser: Browser, address: str) -> None:
        context = browser.new_context()
        page = context.new_page()
        page.goto("data:text/html,<p>")
        page.set_content(f'<form method="post" action="{address}/write"><input name="text" value="spam"><button>Go')
        page.get_by_role("button").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("This form was not accepted")
        expect(page.get_by_text("spam")).to_be_visible()
        expect(page.get_by_role("button")).to_have_count(0)
        context.close()

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_form_and_kept_page_are_accessible_and_narrow(self, browser: Browser, address: str, theme: Any) -> None:
        context = browser.new_context(color_scheme=theme, viewport={"width": 320, "height": 640})
        page = context.new_page()
        page.goto(f"{address}/write")
        expect(page.locator("#errors")).to_be_focused()
        assert barriers(page) == ""
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        context.clear_cookies()
        page.get_by_label("Text").fill("word" * 60)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("This form was not accepted")
        assert barriers(page) == ""
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        context.close()

    def test_the_summary_leads_into_each_field(self, browser: Browser, address: str) -> None:
        page = browser.new_page()
        page.goto(f"{address}/write")
        for name, message in ERRORS.items():
            page.get_by_role("link", name=message).click()
            expect(page.locator(":focus")).to_have_attribute("name", name)
        page.context.close()
