"""In-process client for ASGI: calls the application as a server would, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from .answer import HOST, PORT, Answer, WrongStatus, media_type

_SCOPE = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.3"},
    "http_version": "1.1",
    "method": "GET",
    "scheme": "http",
    "query_string": b"",
    "root_path": "",
    "client": (HOST, 50000),
    "server": (HOST, PORT),
}
"""What all requests have alike."""


class Caller:
    """Calls an ASGI application, one request after the other, on one event loop that lives as long as the caller."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self._application = application
        self._loop = asyncio.new_event_loop()
        self._state: dict[str, Any] = {}
        self._lifespan = self._loop.run_until_complete(_started(application, self._state))

    def answer(self, path: str) -> Answer:
        """The answer to a GET request, whatever its status."""
        status, headers, body = self._loop.run_until_complete(self._get(path))
        return Answer(status, media_type((name.decode(), value.decode()) for name, value in headers), body)

    def run(self, path: str, number: int) -> None:
        """So many GET requests."""
        self._loop.run_until_complete(self._many(path, number))

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

        await self._application({**_SCOPE, **self._scope(path)}, receive, send)
        body = b"".join(message.get("body", b"") for message in messages[1:])
        return messages[0]["status"], [*messages[0].get("headers", ())], body

    def _scope(self, path: str) -> dict[str, Any]:
        return {
            "path": path,
            "raw_path": path.encode(),
            "headers": [(b"host", f"{HOST}:{PORT}".encode()), (b"accept", b"*/*")],
            "state": self._state.copy(),
        }


async def _started(application: Callable[..., Any], state: dict[str, Any]) -> asyncio.Task[None] | None:
    """The application's lifespan after its start-up; ``None`` where it has none, as servers find out, too."""
    started: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
    messages = [{"type": "lifespan.startup"}]

    async def receive() -> dict[str, Any]:
        return messages.pop() if messages else await asyncio.get_running_loop().create_future()

    async def send(message: dict[str, Any]) -> None:
        if not started.done():
            started.set_result(message)

    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": state}
    task = asyncio.ensure_future(application(scope, receive, send))
    await asyncio.wait([task, started], return_when=asyncio.FIRST_COMPLETED)
    if started.done() and started.result()["type"] == "lifespan.startup.failed":
        raise RuntimeError(f"lifespan: {started.result().get('message', 'the start-up failed')}")
    if task.done():
        task.exception()
        return None
    return task
