"""Server of one of the article's examples, run by the Python of an environment that has its framework.

``python example_server.py KIND NAME:PASSWORD…`` in the example's folder. It adds these people, and prints the port that
it serves at until its input ends. Standard library, the framework, and uvicorn for FastAPI; nothing of the site.
"""

from __future__ import annotations

import importlib
import socket
import sys
import threading
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

People = list[list[str]]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def plain(people: People) -> int:
    import bookmarks_plain as example

    for person in people:
        example.add_user(*person)
    return wsgi(example.application)


def flask(people: People) -> int:
    import bookmarks_flask as example

    with example.app.app_context():
        for person in people:
            example.add_user(*person)
    return wsgi(example.app)


def django(people: People) -> int:
    import wsgi as example  # it sets Django up, which the models need

    models = importlib.import_module("django.contrib.auth.models")
    management = importlib.import_module("django.core.management")
    management.call_command("migrate", verbosity=0)
    management.call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    management.call_command("check", fail_level="WARNING", stdout=sys.stderr)
    for name, password in people:
        models.User.objects.create_user(name, password=password)
    return wsgi(example.application)


def fastapi(people: People) -> int:
    import bookmarks_fastapi as example
    import uvicorn

    for person in people:
        example.add_user(*person)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(example.app, access_log=False, log_level="error"))
    threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    return int(listening.getsockname()[1])


def wsgi(application: Any) -> int:
    server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


if __name__ == "__main__":
    sys.path.insert(0, ".")
    kind, *people = sys.argv[1:]
    serve = {"plain": plain, "flask": flask, "django": django, "fastapi": fastapi}[kind]
    print(serve([person.split(":") for person in people]), flush=True)
    sys.stdin.read()
