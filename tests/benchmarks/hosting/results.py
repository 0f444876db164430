"""Results of the questionnaire: read as they are stored, and answered and then opened for the first time."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from itertools import repeat
from pathlib import Path
from urllib.request import urlopen

from tests.benchmarks.hosting.answers import forms
from tests.benchmarks.hosting.load import get, load, post
from tests.benchmarks.hosting.servers import Server, bare, copied, running, site
from tests.benchmarks.hosting.table import Row, in_rounds, ratios

LIMIT = 0.5
WARM_UP = 8.0
"""Seconds, for all together: until the answers that were stored are long ago."""


def results(folder: Path, *, rounds: int, seconds: float) -> list[Row]:
    """Reading: good answers a second at eight connections. Answering: answers that are opened, a second, one by one."""
    own, insert = site(folder / "site"), bare("insert", folder / "insert")
    constants = {name: bare("constant", folder / name) for name in ("owner's", "shared")}
    with running(own, insert):
        sent = forms(own.port, random.Random(1))
        paths = dict(zip(constants, _addresses(own, next(sent)), strict=True))
        for name, path in paths.items():
            copied(own.port, path, folder / name)
        with running(*constants.values()):
            ports = {name: (own.port, path) for name, path in paths.items()}
            ports |= {f"bare {name}": (server.port, "/") for name, server in constants.items()}
            plain = repeat(post("/", "x" * len(next(sent).split(b"\r\n\r\n", 1)[1])))
            opened = {"answer": (own, sent, own), "bare answer": (insert, plain, constants["owner's"])}

            def measure(kind: str) -> float:
                if kind in opened:
                    return _answered_and_opened(*opened[kind], seconds=seconds)
                port, path = ports[kind]
                served = load(port, repeat(get(path)), seconds=seconds)
                assert not served.bad, f"{kind}: {served}"
                return served.rate

            for port, path in ports.values():
                load(port, repeat(get(path)), seconds=WARM_UP / len(ports))
            reading = in_rounds(list(ports), rounds, measure)
            answering = in_rounds(list(opened), rounds, measure)
    rows = [
        Row(f"GET a stored result, {name}", ratios(reading, name, f"bare {name}"), "bare waitress, same bytes", LIMIT)
        for name in constants
    ]
    beside = "bare waitress: sqlite3, then the same bytes"
    return [*rows, Row("POST answers, GET their result", ratios(answering, "answer", "bare answer"), beside)]


def _addresses(server: Server, request: bytes) -> list[str]:
    """Store answers; the owner's address of their result, and the one to share."""
    own = _sent(server.port, request)
    with urlopen(f"http://127.0.0.1:{server.port}{own}", timeout=60) as answer:
        shared = re.search(r"/questionnaire/view/[\w-]{22}", answer.read().decode())
    assert shared
    return [own, shared[0]]


def _sent(port: int, request: bytes) -> str:
    """Where the answer to a form leads."""
    head, body = request.split(b"\r\n\r\n", 1)
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("POST", head.split()[1].decode(), body, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 303, answer.status
        return answer.headers["Location"]


def _answered_and_opened(to: Server, requests: Iterator[bytes], then: Server, *, seconds: float) -> float:
    """How many a second."""
    count, begun = 0, time.perf_counter()
    while time.perf_counter() < begun + seconds:
        location = _sent(to.port, next(requests))
        with urlopen(f"http://127.0.0.1:{then.port}{location}", timeout=60) as answer:
            answer.read()
        count += 1
    return count / (time.perf_counter() - begun)
