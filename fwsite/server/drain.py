"""The end of a server: what it has accepted is answered, and nothing else is taken."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

from fwsite.server.wsgi_server import step, stop_listening

KEEP_ALIVE = 1.0
"""Seconds after its last answer in which a connection may still ask once more: a client that is using it may be sending
already, and would find it closed. It is answered with “Connection: close”."""
PATIENCE = 5.0
"""Seconds that half a request may take for its next byte."""


def drain(server: BaseWSGIServer, seconds: float, hurry: Callable[[], bool]) -> int:
    """Go on for at most ``seconds``, or until ``hurry`` says so; returns how many connections wait for answers."""
    deadline = time.monotonic() + seconds
    _accept_waiting(server)
    server.draining = True
    stop_listening(server)
    while server.active_channels and time.monotonic() < deadline and not hurry():
        now = time.time()
        for channel in list(server.active_channels.values()):
            if _is_idle(channel, now):
                channel.will_close = True
        step(server)
    return sum(1 for channel in server.active_channels.values() if _is_busy(channel) or channel.request is not None)


def _accept_waiting(server: BaseWSGIServer) -> None:
    """Take who is connected already, as far as the kernel is concerned: closing the socket would refuse them."""
    for _ in range(server.adj.connection_limit - len(server.open_sockets)):
        before = len(server.active_channels)
        server.handle_accept()
        if len(server.active_channels) == before:
            return


def _is_busy(channel: HTTPChannel) -> bool:
    return bool(channel.requests or channel.total_outbufs_len or channel.close_when_flushed)


def _is_idle(channel: HTTPChannel, now: float) -> bool:
    if _is_busy(channel):
        return False
    patience = KEEP_ALIVE if channel.request is None else PATIENCE
    if 0 <= now - channel.last_activity < patience:
        return False
    return not _has_sent(channel)


def _has_sent(channel: HTTPChannel) -> bool:
    """Whether bytes have come that nobody has read yet."""
    with suppress(OSError):
        return bool(channel.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    return False
