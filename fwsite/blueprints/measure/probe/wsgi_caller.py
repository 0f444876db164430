"""In-process client for WSGI: calls the application as a server would, without a socket."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from typing import Any

from .answer import HOST, PORT, Answer, WrongStatus, media_type


class Caller:
    """Calls a WSGI application, one request after the other."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def answer(self, path: str) -> Answer:
        """The answer to a GET request, whatever its status."""
        status, headers, body = self._get(self._environ(path))
        return Answer(int(status[:3]), media_type((name, value) for name, value in headers), body)

    def run(self, path: str, number: int) -> None:
        """So many GET requests."""
        environ = self._environ(path)
        for _ in range(number):
            status, _headers, _body = self._get({**environ, "wsgi.input": io.BytesIO()})
            if not status.startswith("200"):
                raise WrongStatus(f"{path} is answered with {status}")

    def _get(self, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[..., None]:
            started[:] = status, headers
            return lambda data: None

        body = self._application(environ, start_response)
        try:
            content = b"".join(body)
        finally:
            if hasattr(body, "close"):
                body.close()
        return started[0], started[1], content

    @staticmethod
    def _environ(path: str) -> dict[str, Any]:
        return {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": HOST,
            "SERVER_PORT": str(PORT),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": HOST,
            "HTTP_HOST": f"{HOST}:{PORT}",
            "HTTP_ACCEPT": "*/*",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
