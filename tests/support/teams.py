"""A team that decides, by its links and forms as browsers send them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.forms import inputs

Given = dict[str, Any]


def link(page: str, of: str) -> str:
    """The path in the field with this id, which is there to be copied."""
    found = re.search(rf'id="{of}" readonly rows="3">https?://[^/<]+([^<]*)<', page)
    assert found, page
    return unescape(found[1])


def text_of(page: str) -> str:
    """What stands on the page, in one line."""
    return " ".join(unescape(re.sub(r"<(?:head|style).*?</head>|<[^>]*>", " ", page, flags=re.DOTALL)).split())


def heading(page: str) -> str:
    """Its h1."""
    found = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert found, page
    return unescape(found[1])


class Team:
    """One round, with its organiser's and its team's path. Each person has a browser of their own."""

    def __init__(self, app: Flask, **settings: str) -> None:
        self.app = app
        self.boss = app.test_client()
        sent = self.boss.post("/team/", data={**inputs(self.boss.get("/team/").text), **settings})
        assert sent.status_code == 303, sent.text
        self.organiser = sent.location
        self.path = link(self.boss.get(self.organiser).text, "team")

    def answer(self, given: Given, client: FlaskClient | None = None, to: str = "") -> TestResponse:
        """Open the form, fill it in, send it."""
        client, address = client or self.app.test_client(), to or f"{self.path}/answer"
        return client.post(address, data={**inputs(client.get(address).text), **given})

    def person(self, given: Given) -> str:
        """The own link of somebody who has answered."""
        sent = self.answer(given)
        assert sent.status_code == 303, sent.text
        return str(sent.location)

    def close(self) -> TestResponse:
        """As the organiser does."""
        asked = self.boss.get(f"{self.organiser}/close")
        return self.boss.post(f"{self.organiser}/close", data=inputs(asked.text))

    def page(self) -> str:
        """What the team reads."""
        found = self.app.test_client().get(self.path)
        assert found.status_code == 200
        return found.text


def wants(name: str) -> Given:
    """Answers by which an alternative comes first."""
    return {
        "django": {"q-work": "records", "q-parts": ["admin", "forms"], "q-known": "django", "q-signin": "own-accounts"},
        "fastapi": {"q-work": "api", "q-parts": ["checks"], "q-known": "typed-async", "q-waiting": "open-connections"},
    }[name]
