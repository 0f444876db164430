"""In-process client for WSGI and ASGI: calls the application as a server would, without a socket."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

HOST, PORT = "127.0.0.1", 8000


class Answer(NamedTuple):
    """What came back for one request."""

    status: int
    media_type: str
    body: bytes


class WrongStatus(Exception):
    """The application answered with something else than 200."""


class WsgiCaller:
    """Calls a WSGI application, one request after the other."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def answer(self, path: str) -> Answer:
        """The answer to a GET request, whatever its status."""
        status, headers, body = self._get(self._environ(path))
        return Answer(int(status[:3]), _media_type((name, value) for name, value in headers), body)

    def run(self, path: str, number: int) -> None:
        """So many GET requests."""
        environ = self._environ(path)
        for _ in range(number):
            status, _headers, _body = self._get({**environ, "wsgi.input": io.BytesIO()})
            if not status.startswith("200"):
                raise WrongStatus(f"{path} is answered with {status}")

    def close(self) -> None:
        """Nothing lives on."""

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


class AsgiCaller:
    """Calls an ASGI application, one request after the other, on one event loop that lives as long as the caller."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self._application = application
        self._loop = asyncio.new_event_loop()
        self._lifespan = self._loop.run_until_complete(_started(application))

    def answer(self, path: str) -> Answer:
        """The answer to a GET request, whatever its status."""
        status, headers, body = self._loop.run_until_complete(self._get(path))
        return Answer(status, _media_type((name.decode(), value.decode()) for name, value in headers), body)

    def run(self, path: str, number: int) -> None:
        """So many GET requests."""
        self._loop.run_until_complete(self._many(path, number))

    def close(self) -> None:
        """End the loop, without the application's shutdown: the process ends next."""
        if self._lifespan is not None:
            self._lifespan.cancel()
            self._loop.run_until_complete(asyncio.wait([self._lifespan]))
        self._loop.close()

    async def _many(self, path: str, number: int) -> None:
        for _ in range(number):
            status, _headers, _body = await self._get(path)
            if status != 200:
                raise WrongStatus(f"{path} is answered with {status}")

    async def _get(self, path: str) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        messages: list[dict[str, Any]] = []
        requests = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> dict[str, Any]:
            if requests:
                return requests.pop()
            return await self._loop.create_future()  # the client stays: there is no http.disconnect

        async def send(message: dict[str, Any]) -> None:
            messages.append(message)

        await self._application(_scope(path), receive, send)
        body = b"".join(message.get("body", b"") for message in messages[1:])
        return messages[0]["status"], [*messages[0].get("headers", ())], body


def _scope(path: str) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", f"{HOST}:{PORT}".encode()), (b"accept", b"*/*")],
        "client": (HOST, 50000),
        "server": (HOST, PORT),
        "state": {},
    }


async def _started(application: Callable[..., Any]) -> asyncio.Task[None] | None:
    """The application's lifespan after its start-up; ``None`` where it has none, as servers find out, too."""
    started: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
    messages = [{"type": "lifespan.startup"}]

    async def receive() -> dict[str, Any]:
        return messages.pop() if messages else await asyncio.get_running_loop().create_future()

    async def send(message: dict[str, Any]) -> None:
        if not started.done():
            started.set_result(message)

    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    task = asyncio.ensure_future(application(scope, receive, send))
    await asyncio.wait([task, started], return_when=asyncio.FIRST_COMPLETED)
    if started.done() and started.result()["type"] == "lifespan.startup.failed":
        raise RuntimeError(f"lifespan: {started.result().get('message', 'the start-up failed')}")
    if task.done():
        task.exception()
        return None
    return task


def _media_type(headers: Iterable[tuple[str, str]]) -> str:
    found = [value for name, value in headers if name.lower() == "content-type"]
    return found[0].partition(";")[0].strip().lower() if found else ""


CALLERS = {"wsgi": WsgiCaller, "asgi": AsgiCaller}
"""The caller of each interface."""
