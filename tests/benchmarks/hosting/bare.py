"""What the site is compared with: the least that its stack can do. ``python -m tests.benchmarks.hosting.bare KIND``.

Each kind answers on the port in ``PORT`` under waitress with eight threads, and keeps its files in ``FOLDER``.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Any

from waitress import serve

_own = threading.local()


def constant(folder: Path) -> Any:
    """The bytes of a page that the site gave, with all of its headers."""
    headers = [tuple(pair) for pair in json.loads((folder / "headers.json").read_text())]
    body = (folder / "body").read_bytes()

    def app(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", headers)
        return [body]

    return app


def insert(folder: Path) -> Any:
    """A form into a table of SQLite, as durable as the site's answers."""

    def connection() -> sqlite3.Connection:
        if not hasattr(_own, "connection"):
            _own.connection = sqlite3.connect(folder / "bare.sqlite3", timeout=30, isolation_level=None)
            _own.connection.execute("PRAGMA journal_mode=WAL")
            _own.connection.execute("PRAGMA synchronous=FULL")
            _own.connection.execute("CREATE TABLE IF NOT EXISTS answer (id INTEGER PRIMARY KEY, body TEXT)")
        return _own.connection

    def app(environ: Any, start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
        own = connection()
        own.execute("BEGIN IMMEDIATE")
        own.execute("INSERT INTO answer (body) VALUES (?)", (body,))
        own.execute("COMMIT")
        start_response("303 See Other", [("Location", "/"), ("Content-Length", "0")])
        return [b""]

    return app


def usual(folder: Path) -> Any:
    """A page of a Flask application with Flask-SQLAlchemy."""
    from tests.benchmarks.hosting.usual import make_app

    return make_app(folder)


if __name__ == "__main__":
    kind = {"constant": constant, "insert": insert, "usual": usual}[sys.argv[1]]
    serve(
        kind(Path(os.environ["FOLDER"])),
        port=int(os.environ["PORT"]),
        threads=8,
        asyncore_use_poll=True,
        connection_limit=1000,
        ident=None,
        _quiet=True,
    )
