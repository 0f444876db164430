"""Load on a server from one thread: as many connections as asked for, each with one request on its way."""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Served:
    """What a load got: answers with the status hoped for, all others, and for how long it went on, in seconds."""

    good: int
    bad: int
    seconds: float

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return self.good / self.seconds


@dataclass
class _Connection:
    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)

    def whole(self) -> bytes | None:
        """The answer's head, once all of the answer is there."""
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self.received[:end])
        length = _LENGTH.search(head)
        size = end + 4 + (int(length[1]) if length else 0)
        if len(self.received) < size:
            return None
        del self.received[:size]
        return head


def get(path: str, host: str = "localhost", headers: str = "Accept-Encoding: gzip, deflate, br\r\n") -> bytes:
    """A request for a page, as browsers send it."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n".encode()


def post(path: str, body: str, headers: str = "") -> bytes:
    """A form that is sent."""
    head = f"{headers}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{head}\r\n{body}".encode()


def _connect(selector: selectors.BaseSelector, port: int, request: bytes) -> None:
    each = _Connection(socket.create_connection(("127.0.0.1", port), timeout=60))
    selector.register(each.socket, selectors.EVENT_READ, each)
    each.socket.sendall(request)


def load(
    port: int,
    requests: Iterator[bytes],
    *,
    seconds: float = float("inf"),
    count: int | None = None,
    connections: int = 8,
    status: bytes = b"200",
) -> Served:
    """Send ``requests`` until the time is over, or so many were answered."""
    good = bad = 0
    begun = time.perf_counter()
    until = begun + seconds
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            _connect(selector, port, next(requests))
        while time.perf_counter() < until and (count is None or good + bad < count):
            for key, _ in selector.select(timeout=60):
                data = key.data.socket.recv(1 << 18)
                if not data:
                    raise ConnectionError(f"the server on port {port} closed a connection")
                key.data.received += data
                head = key.data.whole()
                if head is not None:
                    good, bad = (good + 1, bad) if head[9:12] == status else (good, bad + 1)
                    if b"\r\nconnection: close" in head.lower():
                        selector.unregister(key.data.socket)
                        key.data.socket.close()
                        _connect(selector, port, next(requests))
                    else:
                        key.data.socket.sendall(next(requests))
        took = time.perf_counter() - begun
        for key in list(selector.get_map().values()):
            with closing(key.data.socket):
                selector.unregister(key.data.socket)
    return Served(good, bad, took)
