"""Filling in the questionnaire without a browser, as a browser would."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class _Inputs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.all_names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag != "input" or "name" not in given:
            return
        self.all_names.add(given["name"])
        if given.get("type") not in ("radio", "checkbox") or "checked" in given:
            self.fields.append((given["name"], given.get("value", "")))


def inputs(page: str) -> dict[str, list[str]]:
    """What a browser would send from the page as it stands: names and values."""
    parser = _Inputs()
    parser.feed(page)
    sent: dict[str, list[str]] = {}
    for name, value in parser.fields:
        sent.setdefault(name, []).append(value)
    return sent


def open_form(client: FlaskClient, address: str = "/questionnaire/") -> dict[str, list[str]]:
    """The fields of the page, with its tokens."""
    response = client.get(address)
    assert response.status_code == 200
    return inputs(response.text)


def first_options(client: FlaskClient, count: int) -> dict[str, Any]:
    """An answer, the first option, to each of the first ``count`` questions."""
    questions = client.get("/questionnaire/definition.json").json["questions"]
    return {f"q-{question['key']}": question["options"][0]["key"] for question in questions[:count]}


def submit(client: FlaskClient, answers: dict[str, Any], **others: Any) -> TestResponse:
    """Open the form, fill in ``answers``, send it."""
    return client.post("/questionnaire/", data={**open_form(client), **answers, **others})
