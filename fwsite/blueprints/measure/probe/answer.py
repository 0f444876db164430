"""HTTP answer, as the in-process clients hand it on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

HOST, PORT = "127.0.0.1", 8000
"""Where the application is told that it is."""


class Answer(NamedTuple):
    """What came back for one request."""

    status: int
    media_type: str
    body: bytes


class WrongStatus(Exception):
    """The application answered with something else than 200."""


def media_type(headers: Iterable[tuple[str, str]]) -> str:
    """The Content-Type without parameters."""
    found = [value for name, value in headers if name.lower() == "content-type"]
    return found[0].partition(";")[0].strip().lower() if found else ""
