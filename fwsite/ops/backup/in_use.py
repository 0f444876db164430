"""In-use check: whether a server, or anybody else, uses an installation now."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from sqlalchemy import Connection, text

from fwsite.instance import Instance
from fwsite.ops.backup.archive import BackupError
from fwsite.server import service_lock
from fwsite.web import echo

_STOP = "Stop the site first, on every machine that uses it."
_ASKED_FOR = 3
"""Seconds to wait for a server's answer."""
_LEAVING = 1.0
"""Seconds that PostgreSQL may take to forget a connection that was closed."""
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


def server_at(host: str, port: int, secret: str) -> bool:
    """Whether the address is answered by a site with this secret, which is the only proof that it is this one."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - listened on, asked on this machine
    shown = f"[{shown}]" if ":" in shown else shown
    asked = Request(f"http://{shown}:{port}/healthz", headers={echo.HEADER: echo.question(secret)})
    try:
        with build_opener(ProxyHandler({})).open(asked, timeout=_ASKED_FOR) as answered:
            return "moment" in json.load(answered)
    except (URLError, OSError, ValueError):
        return False


def refuse_server(config: dict[str, Any]) -> None:
    """Raises :class:`BackupError` where the site of these settings answers."""
    host, port = config["HOST"], config["PORT"]
    if not host.startswith("unix:") and server_at(host, port, config["SECRET_KEY"]):
        raise BackupError(f"The site is being served on {host}:{port}. {_STOP}")


@contextmanager
def out_of_service(instance: Instance, databases: Collection[Path]) -> Iterator[None]:
    """No process serves the installation meanwhile, nor one that has not opened its database yet.

    Raises :class:`BackupError` where one does.
    """
    try:
        with service_lock.alone(instance.path, databases):
            yield
    except service_lock.Serving as error:
        raise BackupError(f"{error} is in use by a site that is being served. {_STOP}") from error


@contextmanager
def alone_with(file: Path) -> Iterator[None]:
    """Nobody else has the SQLite database open meanwhile. Raises :class:`BackupError` where somebody has.

    Leaving the write-ahead log is what SQLite grants to who is alone only, however quiet the others are; after it, an
    exclusive transaction keeps others out. What no SQLite can read is used by nobody.
    """
    if not file.is_file():
        yield
        return
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as database:
        try:
            database.execute("PRAGMA journal_mode=DELETE")
            database.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise BackupError(f"The database {file} is in use. {_STOP}") from error
        except sqlite3.DatabaseError:
            pass  # no database, or a broken one: it is kept as it is
        yield


def refuse_others(connection: Connection) -> None:
    """Raises :class:`BackupError` where others are connected to the same PostgreSQL database."""
    deadline = time.monotonic() + _LEAVING
    while (others := connection.scalar(_OTHERS)) and time.monotonic() < deadline:
        connection.rollback()  # within a transaction PostgreSQL gives the same answer again
        time.sleep(0.05)
    if others:
        raise BackupError(f"The database is in use by {others} other connections. {_STOP}")
