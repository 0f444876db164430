"""HTTP load generator: keep-alive connections that each ask again as soon as they have their answer."""

from __future__ import annotations

import asyncio
import re
import time
from http.client import HTTPConnection, HTTPException
from typing import Any

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_STATUS = b"HTTP/1.1 200 "
LATE = 10.0
"""Seconds after which an answer is missed."""


class ServerFault(Exception):
    """The server answers wrongly, or not at all; the message is the reason."""


def served_answer(port: int, path: str) -> dict[str, Any]:
    """Status, media type and body of one answer. Raises :class:`ServerFault`."""
    connection = HTTPConnection("127.0.0.1", port, timeout=LATE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read().decode("utf-8", "replace")
    except (OSError, HTTPException) as error:
        raise ServerFault(f"the server does not answer: {error or type(error).__name__}") from error
    finally:
        connection.close()
    return {"status": answer.status, "media_type": answer.headers.get_content_type(), "body": body}


def answers_in(port: int, path: str, connections: int, seconds: float, warm_up: float) -> int:
    """How many answers came within so many seconds, after a warm-up. Raises :class:`ServerFault`."""
    return asyncio.run(_answers(port, path, connections, seconds, warm_up))


async def _answers(port: int, path: str, connections: int, seconds: float, warm_up: float) -> int:
    start = time.monotonic() + warm_up
    end = start + seconds
    counts = await asyncio.gather(*(_connection(port, path, start, end) for _ in range(connections)))
    return sum(counts)


async def _connection(port: int, path: str, start: float, end: float) -> int:
    """The answers that one connection got between ``start`` and ``end``."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError as error:
        raise ServerFault(f"the server does not answer: {error}") from error
    count = 0
    try:
        while time.monotonic() < end:
            writer.write(request)
            await asyncio.wait_for(_answer(reader), LATE)
            count += start <= time.monotonic() < end
    except (OSError, EOFError, asyncio.LimitOverrunError) as error:
        raise ServerFault(f"the server broke off: {error or type(error).__name__}") from error
    finally:
        writer.close()
    return count


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if not head.startswith(_STATUS) or length is None:
        raise ServerFault(f"the server answers “{head.decode('latin-1').splitlines()[0]}”, or without a length")
    return await reader.readexactly(int(length[1]))
