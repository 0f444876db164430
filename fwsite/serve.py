"""Serving the application under waitress."""

from __future__ import annotations

import socket

from flask import Flask
from waitress.server import create_server

CONNECTION_LIMIT = 1000
"""Waitress' own limit of 100 is used up by a hundred idle connections; poll() has no limit of its own."""
SPOOL_LIMIT = 32 * 1024 * 1024
"""Bytes of a body that waitress takes before it hangs up. Above MAX_BODY_BYTES, so that a visitor who sends
too much gets the site's own page for error 413."""


class PortTaken(Exception):
    """Somebody else listens there."""


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises :class:`PortTaken` with what to do about it."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
            bound.listen()  # or a second server could bind it, too, and fail later
        except OSError:
            bound.close()
            raise
    except OSError as error:
        raise PortTaken(
            f"Cannot listen on {host}:{port}: {error.strerror}. "
            "Choose another port with --port or FWSITE_PORT, or stop the program that uses this one."
        ) from error
    return bound


def serve(app: Flask, bound: socket.socket, threads: int) -> None:
    """Answer requests until the process is told to stop."""
    server = create_server(
        app,
        sockets=[bound],
        threads=threads,
        connection_limit=CONNECTION_LIMIT,
        asyncore_use_poll=True,
        max_request_body_size=SPOOL_LIMIT,
        ident=None,
    )
    server.run()
