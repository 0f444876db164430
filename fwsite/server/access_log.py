"""Access log and log format: each answer one line, each error with its request's id, plain or JSON."""

from __future__ import annotations

import itertools
import json
import logging
import os
import re
import secrets
import sys
import time
from collections import deque
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from logging.handlers import MemoryHandler
from typing import Any

from flask import Flask, has_request_context, request

from fwsite.server import redaction

REQUEST_ID = "fwsite.request_id"
"""Where the environment of a request keeps its id."""
REPEATED = 60.0
"""Seconds in which a traceback that was shown is not shown again."""
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_SHOWN_AT_MOST = 256
_HELD_AT_MOST = 10_000
_STANDARD_ERROR = 2
_MANY = 100
WAITING = 0.2
"""Seconds after which the line of an answer is written."""


def request_id(environ: MutableMapping[str, Any]) -> str:
    """The request's id: that of a trusted proxy where it gave one, else one of our own."""
    known: str | None = environ.get(REQUEST_ID)
    if known is None:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        known = environ[REQUEST_ID] = given if _WELL_FORMED.fullmatch(given) else _ids.next()
    return known


class _Ids:
    """A random beginning for each process, and a number: asking the system each time would cost a thread its turn."""

    def __init__(self) -> None:
        self.renew()
        os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        self._beginning = secrets.token_hex(5)
        self._numbers = itertools.count(1)

    def next(self) -> str:
        return f"{self._beginning}-{next(self._numbers):x}"


_ids = _Ids()


@contextmanager
def held_back(repeated: float = REPEATED) -> Iterator[None]:
    """Lines that are logged inside are written at its end: how they are to be written is a setting, read inside.

    For ``repeated`` seconds a traceback that was shown is not shown again.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Plain())
    handler.addFilter(_Repeated(repeated))
    holding = MemoryHandler(_HELD_AT_MOST, flushLevel=logging.CRITICAL, target=handler)
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(holding)
    for name in ("alembic", "waitress"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # one line for each request that waits for a thread
    try:
        yield
    finally:
        root.removeHandler(holding)
        holding.close()
        root.addHandler(handler)


def use_settings(app: Flask) -> None:
    """Write lines as LOG_FORMAT says."""
    if app.config["LOG_FORMAT"] == "json":
        for handler in logging.getLogger().handlers:
            stream = handler.target if isinstance(handler, MemoryHandler) else handler
            if stream is not None and isinstance(stream.formatter, _Plain):
                stream.setFormatter(_Json())


class _Clock:
    """The time of a line, worked out once a second."""

    def __init__(self) -> None:
        self.second = 0
        self.text = ""

    def __call__(self, moment: float) -> str:
        second = int(moment)
        if second != self.second:
            self.text = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))
            self.second = second
        return self.text


_clock = _Clock()


class _Plain(logging.Formatter):
    """``time LEVEL [request id] logger: message``, and a traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        environ = request.environ if has_request_context() else None
        message = redaction.text(record.getMessage(), environ).replace("\r", "\\r").replace("\n", "\n    ")
        known = f" [{request_id(environ)}]" if environ is not None else ""
        line = f"{_clock(record.created)} {record.levelname}{known} {record.name}: {message}"
        trace = _traceback(self, record)
        return f"{line}\n{redaction.text(trace, environ)}" if trace else line


class _Json(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        environ = request.environ if has_request_context() else None
        fields: dict[str, Any] = {
            "time": _clock(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redaction.text(record.getMessage(), environ),
        }
        if environ is not None:
            fields["id"] = request_id(environ)
            fields["extension"] = _extension(environ)
        trace = _traceback(self, record)
        if trace:
            fields["traceback"] = redaction.text(trace, environ)
        return json.dumps(fields)


def _traceback(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    return formatter.formatException(record.exc_info) if record.exc_info else ""


class _Repeated(logging.Filter):
    """Of the same fault on every page one traceback a minute is enough; the lines stay."""

    def __init__(self, every: float) -> None:
        super().__init__()
        self.every = every
        self.shown: dict[tuple[object, ...], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        fault = record.exc_info[1] if record.exc_info else None
        if fault is None:
            return True
        key = (record.name, record.msg, type(fault), *_places(fault))
        last = self.shown.get(key)
        if last is not None and 0 <= record.created - last < self.every:
            record.exc_info = None
            return True
        if len(self.shown) >= _SHOWN_AT_MOST:
            self.shown.clear()
        self.shown[key] = record.created
        return True


def _places(fault: BaseException) -> Iterator[tuple[str, int]]:
    trace = fault.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next


def _extension(environ: MutableMapping[str, Any]) -> str | None:
    """Whose endpoint answers; nobody's where none was found. Of a page that was kept whole Flask does not hear."""
    endpoint = environ.get("fwsite.endpoint") or getattr(environ.get("werkzeug.request"), "endpoint", None)
    return endpoint.partition(".")[0] if endpoint else None


class AccessLog:
    """A line for each answer. It is on the way of every page: made without the logging package, and written by the
    loop, many at once, as a thread that writes has to wait for its turn afterwards.
    """

    def __init__(self, app: Flask) -> None:
        self.json = app.config["LOG_FORMAT"] == "json"
        self.addresses = bool(app.config["LOG_ADDRESSES"])
        self._lines: deque[str] = deque()
        self._written = time.monotonic()

    def __call__(self, environ: MutableMapping[str, Any], status: str, size: int, seconds: float, now: float) -> None:
        """``size`` in bytes, without headers; ``seconds`` until the answer was handed to the system; ``now`` in epoch
        seconds.
        """
        make = self._as_json if self.json else self._as_text
        self._lines.append(make(environ, status[:3], size, seconds * 1000, _clock(now)))

    def write(self, *, all_of_them: bool = False) -> None:
        """Write the lines that wait, if they are many or have waited for a while, or are to be written at any rate."""
        waiting, now = len(self._lines), time.monotonic()
        if waiting and (all_of_them or waiting >= _MANY or now - self._written >= WAITING):
            self._written = now
            lines = "".join(self._lines.popleft() for _ in range(waiting))
            with suppress(OSError):  # a full disk or a closed pipe is no reason not to answer
                os.write(_STANDARD_ERROR, lines.encode("ascii", "backslashreplace"))

    def _as_text(self, environ: MutableMapping[str, Any], status: str, size: int, took: float, moment: str) -> str:
        comes_from = f" from {environ.get('REMOTE_ADDR')}" if self.addresses else ""
        return (
            f"{moment} INFO [{request_id(environ)}] access: {_method(environ)} {redaction.address(environ)} {status} "
            f"{size} bytes {took:.1f} ms {_extension(environ) or '-'}{comes_from}\n"
        )

    def _as_json(self, environ: MutableMapping[str, Any], status: str, size: int, took: float, moment: str) -> str:
        fields = {
            "time": moment,
            "level": "info",
            "logger": "access",
            "id": request_id(environ),
            "method": _method(environ),
            "path": redaction.address(environ),
            "status": int(status) if status.isdigit() else 0,
            "bytes": size,
            "ms": round(took, 1),
            "extension": _extension(environ),
        }
        if self.addresses:
            fields["address"] = environ.get("REMOTE_ADDR")
        return json.dumps(fields) + "\n"


def _method(environ: MutableMapping[str, Any]) -> str:
    method = str(environ.get("REQUEST_METHOD", "-"))
    return method if method.isascii() and method.isalpha() else "-"
