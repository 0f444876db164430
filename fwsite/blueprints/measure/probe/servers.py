"""HTTP servers that the application is put behind, on a port of the loopback interface that is free."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from typing import Any


def waitress(application: Any, listening: socket.socket, threads: int) -> None:
    """Serve a WSGI application."""
    from waitress import create_server  # type: ignore[import-untyped, unused-ignore]

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a warning for each request that waits
    create_server(application, sockets=[listening], threads=threads).run()


def uvicorn(application: Any, listening: socket.socket, threads: int) -> None:
    """Serve an ASGI application."""
    from uvicorn import Config, Server  # type: ignore[import-not-found, unused-ignore]

    Server(Config(application, access_log=False, log_level="error")).run(sockets=[listening])


SERVERS: dict[str, Callable[[Any, socket.socket, int], None]] = {"waitress": waitress, "uvicorn": uvicorn}
"""Each serves until the process ends."""


def listening_socket() -> socket.socket:
    """A socket that listens already, so that nobody connects too early.

    It names its protocol: asyncio sets TCP_NODELAY on no other, without which an answer in two parts takes 40 ms more.
    """
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.bind(("127.0.0.1", 0))
    found.listen(128)
    found.setblocking(False)
    return found
