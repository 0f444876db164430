"""Sending answers, beside a bare waitress that inserts a row as durably."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from fwsite.web.signing import new_submission
from tests.benchmarks.hosting.load import load, post
from tests.benchmarks.hosting.servers import bare, running, site
from tests.benchmarks.hosting.table import Row, in_rounds, ratios
from tests.support.forms import inputs

LIMIT = 0.5
_MOST = 4000
"""More answers a second than the site takes in."""
_WEIGHTS = ("little", "normal", "lot", "must")


def forms(port: int, chance: random.Random) -> Iterator[bytes]:
    """One visitor's form after the other: each with answers of its own, all with one token."""
    with urlopen(f"http://127.0.0.1:{port}/questionnaire/", timeout=60) as page:
        cookie = page.headers["Set-Cookie"].partition(";")[0]
        token = inputs(page.read().decode())["csrf_token"][0]
    with urlopen(f"http://127.0.0.1:{port}/questionnaire/definition.json", timeout=60) as document:
        questions = json.load(document)["questions"]
    while True:
        fields = [("csrf_token", token), ("submission", new_submission())]
        for question in questions:
            fields.append((f"q-{question['key']}", chance.choice(question["options"])["key"]))
            fields.append((f"w-{question['key']}", chance.choice(_WEIGHTS)))
        yield post("/questionnaire/", urlencode(fields), f"Cookie: {cookie}\r\n")


def answers(folder: Path, *, rounds: int, seconds: float) -> list[Row]:
    """Acknowledged submissions a second at eight connections."""
    own, least = site(folder / "site"), bare("insert", folder / "insert")
    with running(least, own):
        sent = forms(own.port, random.Random(1))
        size = len(re.split(b"\r\n\r\n", next(sent), maxsplit=1)[1])
        plain = repeat(post("/", "x" * size))

        def measure(kind: str) -> float:
            if kind == "site":
                made = [next(sent) for _ in range(int(_MOST * seconds))]  # before the clock runs
                served = load(own.port, iter(made), seconds=seconds, status=b"303")
            else:
                served = load(least.port, plain, seconds=seconds, status=b"303")
            assert not served.bad, f"{kind}: {served}"
            return served.rate

        found = in_rounds(["site", "insert"], rounds, measure)
    return [Row("POST /questionnaire/", ratios(found, "site", "insert"), "bare waitress and sqlite3", LIMIT)]
