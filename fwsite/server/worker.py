"""A process that answers requests until it is told to stop: alone, as one of several, or as a stand-in."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable

from flask import Flask
from waitress import wasyncore
from waitress.server import BaseWSGIServer

from fwsite.db.engine import db
from fwsite.server import memory
from fwsite.server.drain import drain
from fwsite.server.restart import Post, Predecessors, Reload
from fwsite.server.signals import Orders
from fwsite.server.wsgi_server import make_server, step

SETTLE_AFTER = 2.0
"""Seconds from the start, so that the first visitors need not wait for it."""
log = logging.getLogger(__name__)


class _Lifeline(wasyncore.file_dispatcher):
    """Ends when the parent does, however it ended: nobody would pass on signals any more."""

    def __init__(self, descriptor: int, server_map: dict[int, object], lost: Callable[[], None]) -> None:
        super().__init__(descriptor, map=server_map)
        self._lost = lost

    def writable(self) -> bool:
        return False

    def handle_read(self) -> None:
        self.handle_close()

    def handle_close(self) -> None:
        self.close()
        self._lost()


def serve_for_parent(app: Flask, bound: socket.socket, lifeline: int, ready: int) -> None:
    """Serve until the parent says SIGTERM, or ends. A byte is written to ``ready`` once requests are answered."""
    orders = Orders()
    server = make_server(app, bound)
    _Lifeline(lifeline, server.open_sockets, orders.request_stop)
    orders.obey_parent()
    os.write(ready, b"1")
    os.close(ready)
    while not orders.stop:
        step(server)
    _finish(app, server, orders)


def serve_alone(app: Flask, post: Post, old: list[int], orders: Orders) -> None:
    """Serve as the process that the host started, without another; returns when it was told to stop.

    ``old`` are the processes that served before, and end now.
    """
    server = make_server(app, post.bound.dup())
    predecessors = Predecessors(old)
    predecessors.dismiss()
    reload = Reload(post)
    orders.obey()
    is_due = False
    settling = time.monotonic() + SETTLE_AFTER
    while not orders.stop and not is_due:
        step(server)
        if settling and time.monotonic() > settling:
            memory.settle()
            settling = 0.0
        if orders.reload or reload.pids:
            asked, orders.reload = orders.reload, False
            is_due = reload.is_due(asked)
        if predecessors.left:
            predecessors.reap()
    if not is_due:
        post.bound.close()
    deadline = time.monotonic() + app.config["DRAIN_SECONDS"]
    _finish(app, server, orders)
    predecessors.add(reload.pids)
    if is_due and not orders.stop:
        post.begin_again(predecessors.left)
    post.bound.close()
    predecessors.dismiss()
    predecessors.see_off(deadline, lambda: orders.hurry)


def close_database(app: Flask, *, of_the_parent: bool = False) -> None:
    """Close every connection that nobody uses. None may be open across a fork; SQLite tidies its files up.

    A child forgets what its parent may still have open (``of_the_parent``), and leaves the closing to it.
    """
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose(close=not of_the_parent)


def _finish(app: Flask, server: BaseWSGIServer, orders: Orders) -> None:
    cut_off = drain(server, app.config["DRAIN_SECONDS"], lambda: orders.hurry)
    if cut_off:
        log.warning("connections cut off: %s. They took longer than DRAIN_SECONDS, or a second signal came", cut_off)
    server.task_dispatcher.shutdown(timeout=1)
    if server.access_log is not None:
        server.access_log.write(all_of_them=True)
    close_database(app)
