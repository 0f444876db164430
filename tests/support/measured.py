"""Subjects to measure that need no download: small WSGI and ASGI applications in folders, and a run of them."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import waitress

from fwsite.blueprints.measure.effort import Effort
from fwsite.blueprints.measure.interpreters import interpreter
from fwsite.blueprints.measure.progress import Progress
from fwsite.blueprints.measure.run import Request, measure
from fwsite.blueprints.measure.subjects import read_subject

TINY = Effort(
    cycles=3,
    block_ms=10,
    rounds=2,
    starts=2,
    requests=20,
    connections=8,
    waiting_seconds=0.4,
    warm_up_seconds=0.02,
)
"""Seconds instead of minutes."""
WSGI = """
import time
ASKED = 0
def application(environ, start_response):
    global ASKED
    ASKED += 1
    body = b'{"message": "Hello, world"}'
    if environ["PATH_INFO"] == "/waiting":
        time.sleep(0.05)
        body = b'{"waited": true}'
    for _ in range(WORK):
        sum(range(1000))
    EXTRA
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
"""
ASGI = """
async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        LIFESPAN
    assert scope["state"] == STATE
    await receive()
    start = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
    await send(start)
    await send({"type": "http.response.body", "body": b'{"message": ', "more_body": True})
    await send({"type": "http.response.body", "body": b'"Hello, world"}'})
"""


def manifest(name: str, **values: Any) -> str:
    """``subject.toml`` of an application that knows one workload."""
    table = {"name": name, "interface": "wsgi", "entry": "app:application", "workloads": ["json"], **values}
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())


def write_subject(folder: Path, work: int = 10, extra: str = "pass", served: str = "", **values: Any) -> Path:
    """A WSGI application that does ``work``, and ``extra`` in each request; ``served`` are further entries."""
    folder.mkdir(parents=True)
    (folder / "subject.toml").write_text(manifest(folder.name.title(), **values) + served)
    (folder / "app.py").write_text(WSGI.replace("WORK", str(work)).replace("EXTRA", extra))
    return folder


def write_asgi_subject(folder: Path, lifespan: str) -> Path:
    """An ASGI application."""
    folder.mkdir(parents=True)
    (folder / "subject.toml").write_text(manifest(folder.name.title(), interface="asgi"))
    state = "{'n': 1}" if "'n'" in lifespan else "{}"
    (folder / "app.py").write_text(ASGI.replace("LIFESPAN", lifespan).replace("STATE", state))
    return folder


def served_by_waitress(key: str, threads: int) -> str:
    """A further entry of a subject."""
    return (
        f'[[entries]]\nkey = "{key}_{threads}"\nname = "{key} {threads}"\nworkloads = ["waiting"]\n'
        f'server = "waitress"\nthreads = {threads}\n'
    )


def with_waitress(folder: Path) -> Path:
    """Give a subject the server that the site itself has, without an index."""
    shutil.copytree(Path(waitress.__file__).parent, folder / "waitress")
    return folder


def run(cache: Path, folders: Iterable[Path], only: str = "json", **values: Any) -> dict[str, Any]:
    """The run file's document of these subjects."""
    request = request_for(cache, folders, only, **values)
    return measure(request, lambda line: None, Progress(lambda text: None, terminal=False))


def request_for(cache: Path, folders: Iterable[Path], only: str = "json", **values: Any) -> Request:
    """What is measured with the running Python."""
    here = interpreter(Path(sys.executable))
    assert here
    given = {"effort": TINY, "interpreters": [here], **values}
    return Request(
        subjects=[read_subject(folder) for folder in folders], wanted=frozenset(only.split(",")), cache=cache, **given
    )


def samples(run: dict[str, Any], measure: str, entry: str, workload: str = "json") -> list[float]:
    """Those of one figure; empty where there is none."""
    found = [
        figure["samples"]
        for figure in run["figures"]
        if (figure["measure"], figure["entry"], figure["workload"]) == (measure, entry, workload)
    ]
    return found[0] if found else []


def left_out(run: dict[str, Any]) -> dict[str, str]:
    """The reason of each subject that was left out."""
    return {subject["key"]: subject["left_out"] for subject in run["subjects"] if subject["left_out"]}


def stopping_at(part: str) -> Callable[[str], None]:
    """What a progress line is written to: Ctrl-C as soon as it says so."""

    def write(text: str) -> None:
        if part in text:
            raise KeyboardInterrupt

    return write


def running_below(folder: Path) -> list[str]:
    """Command lines of processes whose Python stands below ``folder``."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = file.read_bytes().split(b"\0")
        except OSError:  # it has ended
            continue
        if command[0].startswith(bytes(folder)):
            found.append(b" ".join(command).decode())
    return found
