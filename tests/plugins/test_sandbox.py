"""What a slot asks for after the request: the response is what it makes of it, unless it makes nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Response, after_this_request
from flask.testing import FlaskClient
from markupsafe import Markup

from fwsite.extend import SlotContext
from fwsite.plugins.registry import registry_of

Slot = Callable[[Callable[[Response], Any]], None]


@pytest.fixture
def ask(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Slot:
    """Let a slot of every page ask for a function to be called after the request."""
    [article] = [each for each in registry_of(app).extensions if each.name == "article"]

    def put(function: Callable[[Response], Any]) -> None:
        def header(_context: SlotContext) -> Markup:
            after_this_request(function)
            return Markup("<p>in the header</p>")

        monkeypatch.setitem(article.slots, "site.header", header)  # type: ignore[arg-type]

    return put


def test_one_that_gives_it_back_has_changed_it(client: FlaskClient, ask: Slot) -> None:
    def mark(response: Response) -> Response:
        response.headers["X-Seen"] = "1"
        return response

    ask(mark)
    assert client.get("/comparison/").headers["X-Seen"] == "1"


def test_one_that_gives_another_has_replaced_it(client: FlaskClient, ask: Slot) -> None:
    ask(lambda _response: Response("another", 410))
    assert (client.get("/comparison/").status_code, client.get("/comparison/").text) == (410, "another")


@pytest.mark.parametrize("nothing", [None, "a text", 0])
def test_one_that_gives_nothing_of_the_kind_leaves_it_and_is_named(
    client: FlaskClient, ask: Slot, caplog: pytest.LogCaptureFixture, nothing: object
) -> None:
    usual = client.get("/comparison/")
    ask(lambda _response: nothing)
    page = client.get("/comparison/?f=django&f=flask")
    assert page.status_code == 200
    assert "<p>in the header</p>" in page.text
    assert page.headers["Content-Security-Policy"] == usual.headers["Content-Security-Policy"]
    [line] = [record.getMessage() for record in caplog.records]
    assert line.startswith("extension article: slot site.header, after the request, failed: TypeError: gives ")
