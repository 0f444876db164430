"""Waitress for this site: told to close connections while it drains, and with a line in the log for each answer."""

from __future__ import annotations

import logging
import resource
import socket
import time

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import InternalServerError

from fwsite.server.access_log import AccessLog, request_id
from fwsite.server.proxies import behind_proxies
from fwsite.web.headers import POLICY

SPOOL_LIMIT = 32 * 1024 * 1024
"""Bytes of a body that waitress takes before it hangs up. Above MAX_BODY_BYTES, so that a visitor who sends
too much gets the site's own page for error 413."""
TICK = 0.2
"""Seconds after which the loop looks up from its sockets, when nothing happens on them."""
_OTHER_FILES = 256
"""Descriptors for the database, files that are sent, templates."""
_log = logging.getLogger(__name__)


class _Task(WSGITask):
    """One request and its answer."""

    wrote_header: bool

    def service(self) -> None:
        access = self.channel.server.access_log
        if access is None:
            super().service()
            return
        began = time.perf_counter()
        try:
            super().service()
        except Exception:
            if not self.wrote_header:  # the channel answers in its place
                self.status = "500 Internal Server Error"
            raise
        finally:
            seconds = time.perf_counter() - began
            access(self.get_environment(), self.status, self._size(), seconds, self.start_time)

    def _size(self) -> int:
        """Bytes of the answer's body. A file is passed on whole, and not counted as it is written."""
        is_file = not self.content_bytes_written and self.has_body and self.request.command != "HEAD"
        return (self.content_length or 0) if is_file else self.content_bytes_written

    def write(self, data: bytes) -> None:
        """Head and body at once, where the body comes whole: waitress would send each of them as soon as it has it."""
        is_whole = self.complete and not self.wrote_header and data and self.content_length == len(data)
        if not is_whole or not self.has_body:
            super().write(data)
            return
        head = self.build_response_header()
        self.wrote_header = True
        self.content_bytes_written = len(data)
        self.channel.write_soon(head + data)

    def build_response_header(self) -> bytes:
        # What came in one packet with this request is answered first.
        if self.channel.server.draining and len(self.channel.requests) < 2:
            self.request.headers["CONNECTION"] = "close"
        if self.status.startswith("5"):
            self.response_headers.append(("X-Request-ID", request_id(self.get_environment())))
        return super().build_response_header()


class _ErrorTask(ErrorTask):
    """What waitress refuses by itself, before the application hears of it."""

    def execute(self) -> None:
        self.response_headers.extend(POLICY)
        super().execute()

    def service(self) -> None:
        super().service()
        access = self.channel.server.access_log
        if access is not None and not isinstance(self.request.error, InternalServerError):  # that one has its line
            asked = {
                "REQUEST_METHOD": getattr(self.request, "command", "-"),
                "PATH_INFO": getattr(self.request, "path", ""),
            }
            access(asked, self.status, self.content_bytes_written, 0.0, self.start_time)


class _Channel(HTTPChannel):
    error_task_class = _ErrorTask
    task_class = _Task


def make_server(app: Flask, bound: socket.socket) -> BaseWSGIServer:
    """Answers on ``bound`` from now on, whenever :func:`step` is called. Takes the socket over."""
    config = app.config
    open_sockets: dict[int, object] = {}
    server = create_server(
        behind_proxies(app, config["TRUSTED_PROXIES"], config["TRUSTED_PROXY_COUNT"]),
        map=open_sockets,
        sockets=[bound],
        threads=config["THREADS"],
        connection_limit=_connections(config["CONNECTION_LIMIT"]),
        asyncore_use_poll=True,  # select() ends the process at its 1024th descriptor
        max_request_body_size=SPOOL_LIMIT,
        clear_untrusted_proxy_headers=False,  # done around the application
        ident=None,
    )
    server.open_sockets = open_sockets
    server.channel_class = _Channel
    server.access_log = AccessLog(app) if config["LOG_ACCESS"] else None
    server.draining = False
    return server


def step(server: BaseWSGIServer) -> None:
    """Read, send and accept what is due; returns after at most :data:`TICK` seconds without anything to do."""
    wasyncore.loop(timeout=TICK, map=server.open_sockets, count=1, use_poll=True)
    if server.access_log is not None:
        server.access_log.write()


def stop_listening(server: BaseWSGIServer) -> None:
    """Close the listening socket, and nothing else."""
    wasyncore.dispatcher.close(server)


def _connections(wanted: int) -> int:
    """How many connections the system lets one process hold, ``wanted`` at most; its soft limit is raised for it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        if soft < needed:
            wanted = max(1, soft - min(_OTHER_FILES, soft // 2))
            _log.warning("CONNECTION_LIMIT is lowered to %s: the system allows %s open files (ulimit -n)", wanted, soft)
    return wanted
