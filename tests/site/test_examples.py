"""The article's examples: one API in four ways, each run for itself, and all four give the same answers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from fwsite.blueprints.measure import environments
from fwsite.blueprints.measure.environments import EnvironmentFault
from fwsite.blueprints.measure.interpreters import found, newest
from fwsite.blueprints.measure.subjects import SHIPPED, read_subject

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "fwsite" / "content" / "examples"
SERVER = ROOT / "tests" / "support" / "example_server.py"
LONG_TERM = "django==5.2.19"
"""For machines whose newest Python the current Django does not run on."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    document: Any


class Api:
    """One of the examples at work, and two people who can sign in."""

    def __init__(self, port: int, database: Path) -> None:
        self.port = port
        self.database = database
        self.tokens: dict[str, str] = {}

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if method == "POST":
            headers["Content-Type"] = "application/json"
        sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, sent, headers)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        given = {name.lower(): value for name, value in response.getheaders()}
        assert given["content-type"] == "application/json", text
        return Answer(response.status, given, json.loads(text))

    def token(self, name: str = "ada", password: str = "right") -> str:
        """Somebody's token; hashing a password takes long by intent, so everybody signs in once."""
        if name not in self.tokens:
            answer = self.ask("POST", "/session", {"name": name, "password": password})
            assert answer.status == 200
            assert list(answer.document) == ["token"]
            self.tokens[name] = answer.document["token"]
        return self.tokens[name]


def missing(why: str) -> None:
    """Skip on a laptop; in CI an example that nobody runs is a failure."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


def python_for(kind: str, folder: Path) -> Path:
    """A Python that has the framework; its packages are those that are measured."""
    if kind in ("plain", "flask"):
        return Path(sys.executable)
    subject = read_subject(SHIPPED / kind)
    subject = replace(subject, tools=tuple(tool for tool in subject.tools if kind == "fastapi" and "uvicorn" in tool))
    interpreters = found()
    chosen = newest(interpreters, subject.python)
    if chosen is None:
        subject, chosen = replace(subject, requirements=(LONG_TERM,)), newest(interpreters, (3, 11))
    assert chosen
    try:
        return environments.make(subject, chosen, folder).python
    except EnvironmentFault as fault:
        missing(f"{subject.name} cannot be installed here: {fault}")
        raise


@pytest.fixture(scope="module", params=["plain", "flask", "django", "fastapi"])
def api(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp(request.param)
    database = folder / "bookmarks.sqlite3"
    environ = {
        **os.environ,
        "BOOKMARKS_DATABASE": str(database),
        "BOOKMARKS_SECRET": "a secret of this test alone, long enough for anybody",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": "",
    }
    example = EXAMPLES / "django_project" if request.param == "django" else EXAMPLES
    command = [str(python_for(request.param, folder)), str(SERVER), request.param, "ada:right", "ben:other"]
    process = subprocess.Popen(
        command, cwd=example, env=environ, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin and process.stdout
    with process:
        port = process.stdout.readline()
        assert port.strip().isdecimal(), f"{request.param} did not start"
        yield Api(int(port), database)
        process.stdin.close()
        process.wait(timeout=20)


def test_whoever_is_not_signed_in_gets_nothing(api: Api) -> None:
    for method, path, body in (
        ("GET", "/bookmarks", None),
        ("POST", "/bookmarks", {"url": "https://example.org/", "title": "A title"}),
    ):
        for token in ("", "made-up"):
            answer = api.ask(method, path, body, token)
            assert (answer.status, answer.document) == (401, {"detail": "Sign in first."})
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("name", "password"), [("ada", "wrong"), ("ada", "other"), ("nobody", "right")])
def test_a_wrong_name_or_password(api: Api, name: str, password: str) -> None:
    answer = api.ask("POST", "/session", {"name": name, "password": password})
    assert (answer.status, answer.document) == (401, {"detail": "Wrong name or password."})
    assert answer.headers["www-authenticate"] == "Bearer"


def test_sign_in_add_and_list_only_ones_own(api: Api) -> None:
    ada, ben = api.token(), api.token("ben", "other")
    first = {"url": "https://example.org/a?b=c#d", "title": "One <b>title</b>, ünusual; '); DROP TABLE bookmark; --"}
    second = {"url": "http://example.org", "title": "Another"}
    added = [api.ask("POST", "/bookmarks", each, ada) for each in (first, second)]
    assert [(answer.status, answer.document) for answer in added] == [
        (201, {"id": 1, **first}),
        (201, {"id": 2, **second}),
    ]
    assert api.ask("POST", "/bookmarks", second, ben).document == {"id": 3, **second}
    listed = api.ask("GET", "/bookmarks", token=ada)
    assert (listed.status, listed.document) == (200, {"bookmarks": [{"id": 1, **first}, {"id": 2, **second}]})
    assert api.ask("GET", "/bookmarks", token=ben).document == {"bookmarks": [{"id": 3, **second}]}


URL = "Enter a link that begins with http:// or https://."
TITLE = "Enter a title of 1 to 100 characters."
OBJECT = "Send a JSON object."


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"url": URL, "title": TITLE}),
        ({"url": "https://example.org", "title": ""}, {"title": TITLE}),
        ({"url": "https://example.org", "title": "x" * 101}, {"title": TITLE}),
        ({"url": "https://example.org", "title": " begins with a blank"}, {"title": TITLE}),
        ({"url": "https://example.org", "title": "two\nlines"}, {"title": TITLE}),
        ({"url": "https://example.org", "title": "ends with a line\n"}, {"title": TITLE}),
        ({"url": "https://example.org", "title": "\ud800"}, {"title": TITLE}),
        ({"url": "https://example.org", "title": 7}, {"title": TITLE}),
        ({"url": "javascript:alert(1)", "title": "x" * 100}, {"url": URL}),
        ({"url": "https://example.org\n", "title": "x"}, {"url": URL}),
        ({"url": "https://" + "x" * 1001, "title": "x"}, {"url": URL}),
        ({"url": None, "title": ["x"]}, {"url": URL, "title": TITLE}),
        ([], {"body": OBJECT}),
        (b"", {"body": OBJECT}),
        (b"{", {"body": OBJECT}),
    ],
)
def test_what_is_wrong_with_a_bookmark_is_said_by_field(api: Api, body: Any, errors: dict[str, str]) -> None:
    token = api.token("ben", "other")
    before = api.ask("GET", "/bookmarks", token=token).document
    answer = api.ask("POST", "/bookmarks", body, token)
    assert (answer.status, answer.document) == (422, {"errors": errors})
    assert api.ask("GET", "/bookmarks", token=token).document == before


def test_a_body_that_is_not_utf_8_is_refused(api: Api) -> None:
    assert api.ask("POST", "/bookmarks", b'"\xff"', api.token()).status in (400, 422)  # FastAPI has a word of its own


@pytest.mark.parametrize("body", [{}, {"name": "", "password": ""}, {"name": "\ud800", "password": "\x00"}])
def test_a_sign_in_without_a_name(api: Api, body: dict[str, str]) -> None:
    answer = api.ask("POST", "/session", body)
    errors = {"name": "Enter your name.", "password": "Enter your password."}
    assert (answer.status, answer.document) == (422, {"errors": errors})


def test_passwords_and_tokens_are_stored_as_hashes(api: Api) -> None:
    token = api.token()
    stored = api.database.read_bytes()
    assert b"ada" in stored
    assert not re.search(rb"\bright\b", stored)
    assert token.encode() not in stored
