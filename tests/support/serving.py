"""A served site to put load and signals on, and clients that count what goes wrong."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.extend import db
from fwsite.web.signing import new_submission, token_hash
from tests.support.environments import NO_SETTINGS
from tests.support.forms import inputs
from tests.support.served import Site
from tests.support.site import create_app

SLOW = """
import os, time
from flask import Blueprint, Response, jsonify, request
from fwsite.extend import Extension

bp = Blueprint("slow", __name__)
MEGABYTE = b"x" * 2**20

@bp.get("/wait/<float:seconds>")
def wait(seconds):
    time.sleep(seconds)
    return "waited"

@bp.get("/download")
def download():
    return Response((MEGABYTE for _ in range(16)), headers={"Content-Length": str(16 * 2**20)})

@bp.get("/who")
def who():
    return jsonify(address=request.remote_addr, root=request.url_root, process=os.getpid())

@bp.get("/fails/<token>")
def fails(token):
    raise RuntimeError("it fails")

extension = Extension(name="slow", title="Slow", blueprint=bp)
"""
"""An extension whose pages take their time."""
PATIENCE = 60.0
Happened = TypeVar("Happened")
needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc, which only Linux has")


class ServedSite(Site):
    """``fwsite serve`` with settings from the environment, and with an extension of one module."""

    def __init__(self, instance: Path, folder: Path, extension: str = SLOW, **settings: str) -> None:
        super().__init__(instance, folder / "log")
        package = folder / "package"
        information = package / "slow-1.0.dist-info"
        information.mkdir(parents=True)
        (package / "slow.py").write_text(extension)
        (information / "METADATA").write_text("Metadata-Version: 2.1\nName: slow\nVersion: 1.0\n")
        (information / "entry_points.txt").write_text("[fwsite.extensions]\nslow = slow:extension\n")
        given = {f"FWSITE_{name}": value for name, value in settings.items()}
        self.environ = {**NO_SETTINGS, "PYTHONPATH": str(package), **given}

    @property
    def pid(self) -> int:
        """Of the process that was started."""
        assert self.process is not None
        return self.process.pid

    def signal(self, number: int) -> None:
        """Send a signal to that process."""
        assert self.process is not None
        self.process.send_signal(number)

    def ended(self, seconds: float = PATIENCE) -> int:
        """Wait for its end; returns the exit code."""
        assert self.process is not None
        return self.process.wait(timeout=seconds)

    def children(self) -> list[int]:
        """The processes that it has started and that live."""
        found = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [pid for pid in map(int, found) if is_alive(pid)]

    def has_children(self, number: int) -> list[int]:
        """Wait until so many live."""
        until(lambda: len(self.children()) == number, f"{number} processes")
        return self.children()

    def says(self, text: str, times: int = 1) -> None:
        """Wait until the log has ``text``, ``times`` times."""
        try:
            until(lambda: self.log.read_text().count(text) >= times, f"{text!r} in the log")
        except AssertionError as error:
            raise AssertionError(f"{error}:\n{self.log.read_text()}") from None

    def get(self, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Ask on a connection of its own."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request("GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def connect(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def stored(self) -> list[str]:
        """The hashes of all results in the database."""
        app = create_app(self.instance)
        with app.app_context():
            found = list(db.session.scalars(select(StoredResponse.token_hash)))
            db.session.remove()
            db.engine.dispose()
        return found


def opened_form(get: Callable[[str], tuple[Message, bytes]]) -> tuple[str, dict[str, Any]]:
    """A visitor's cookie, and their form with four answers; ``get`` gives the headers of an answer, and its body."""
    headers, page = get("/questionnaire/")
    cookie = SimpleCookie(headers["Set-Cookie"])
    questions = json.loads(get("/questionnaire/definition.json")[1])["questions"]
    answers = {f"q-{question['key']}": question["options"][0]["key"] for question in questions[:4]}
    return "; ".join(f"{name}={morsel.value}" for name, morsel in cookie.items()), inputs(page.decode()) | answers


def until(happens: Callable[[], Happened], what: str, seconds: float = PATIENCE) -> Happened:
    """Wait for something that another process does; returns what ``happens`` gives then."""
    deadline = time.monotonic() + seconds
    while not (found := happens()):
        assert time.monotonic() < deadline, f"did not happen: {what}"
        time.sleep(0.02)
    return found


@dataclass
class Traffic:
    """Clients that read pages and send answers over connections that they keep, and what became of it.

    With ``retry`` they send again what got no answer, as often as it takes.
    """

    port: int
    clients: int = 8
    retry: bool = False
    pause: float = 0.0
    """Seconds between a client's turns."""
    requests: int = 0
    failures: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    """The tokens of the results that clients were sent to."""

    def __post_init__(self) -> None:
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._client, args=(number,)) for number in range(self.clients)]

    def __enter__(self) -> Traffic:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join(PATIENCE)
        assert not any(thread.is_alive() for thread in self._threads)

    def goes_on(self, answers: int) -> None:
        """Wait until so many further answers were acknowledged."""
        enough = len(self.acknowledged) + answers
        until(lambda: len(self.acknowledged) >= enough or self._is_broken(), f"{answers} more answers")

    def _is_broken(self) -> bool:
        return not self.retry and bool(self.failures)

    def _client(self, number: int) -> None:
        client = _Client(self, number)
        with self._reported():
            client.open_form()
        while not self._stopped.is_set():
            with self._reported():
                client.read()
                client.answer()
            self._stopped.wait(self.pause)
        client.connection.close()

    @contextmanager
    def _reported(self) -> Any:
        try:
            yield
        except Exception as error:
            with self._lock:
                self.failures.append(f"{type(error).__name__}: {error}")
            time.sleep(0.05)

    def count(self, token: str | None = None) -> None:
        """One more request, and a result where there was one."""
        with self._lock:
            self.requests += 1
            if token is not None:
                self.acknowledged.append(token)

    def lost_or_doubled(self, stored: list[str]) -> tuple[int, int]:
        """How many acknowledged results are not ``stored``, and how many are stored that nobody was sent to."""
        known = {token_hash(token) for token in self.acknowledged}
        return len(known - set(stored)), len(stored) - len(known & set(stored))


class _Client:
    _PAGES = ("/comparison/", "/", "/questionnaire/how", "/robots.txt")

    def __init__(self, traffic: Traffic, number: int) -> None:
        self.traffic = traffic
        self.turn = number
        self.connection = http.client.HTTPConnection("127.0.0.1", traffic.port, timeout=PATIENCE)
        self.form: dict[str, Any] = {}
        self.cookie = ""

    def open_form(self) -> None:
        self.cookie, self.form = opened_form(self._get)

    def read(self) -> None:
        self.turn += 1
        answer, page = self._ask("GET", self._PAGES[self.turn % len(self._PAGES)])
        assert answer.status == 200 and len(page) == int(answer.headers["Content-Length"])
        self.traffic.count()

    def answer(self) -> None:
        """Every third form is sent twice, as by a double click."""
        body = urlencode({**self.form, "submission": new_submission()}, doseq=True)
        sent = {self._send(body) for _ in range(2 if self.turn % 3 == 0 else 1)}
        assert len(sent) == 1
        self.traffic.count(sent.pop())

    def _send(self, body: str) -> str:
        answer, _ = self._ask("POST", "/questionnaire/", body)
        assert answer.status == 303, answer.status
        return answer.headers["Location"].rpartition("/")[2]

    def _get(self, path: str) -> tuple[Message, bytes]:
        answer, page = self._ask("GET", path)
        return answer.headers, page

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.connection.request(method, path, body, headers)
                answer = self.connection.getresponse()
                return answer, answer.read()
            except (http.client.HTTPException, OSError):
                self.connection.close()
                if not self.traffic.retry or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether there is such a process, and it has not ended."""
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
