"""Database dumps by PostgreSQL's own programs, ``pg_dump`` and ``pg_restore``, found and run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL

from fwsite.ops.backup.archive import BackupError

_DEBIAN = Path("/usr/lib/postgresql")
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
    "options": "PGOPTIONS",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "channel_binding": "PGCHANNELBINDING",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "application_name": "PGAPPNAME",
}
"""Options of a database's address, and the variables in which the programs look for them."""


def program(name: str) -> str:
    """Where a program is: on the path, or in Debian's folder of the newest version. Raises :class:`BackupError`."""
    found = shutil.which(name)
    if found:
        return found
    versions = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    if not versions:
        raise BackupError(f"{name} is not on the path: install PostgreSQL's client programs (postgresql-client).")
    return str(versions[-1])


def dump(url: URL, to: Path, moment: str) -> None:
    """Write the database as it is at an exported snapshot into ``to``."""
    _run([program("pg_dump"), "-Fc", "--no-owner", "--no-privileges", f"--snapshot={moment}", f"--file={to}"], url)


def load(url: URL, dumped: Path) -> None:
    """Bring a dump into an empty database, all or nothing."""
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run([program("pg_restore"), *options, f"--dbname={url.database}", str(dumped)], url)


def tables(dumped: Path) -> set[str]:
    """The tables whose rows are in a dump, which is read to its end. Needs no server."""
    listed = _run([program("pg_restore"), "--list", str(dumped)])
    _run([program("pg_restore"), f"--file={os.devnull}", str(dumped)])
    return set(re.findall(r"^\d+; \d+ \d+ TABLE DATA \S+ (\S+) ", listed, re.MULTILINE))


def _run(command: list[str], url: URL | None = None) -> str:
    environment = _environment(url) if url is not None else None
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, and no shell
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace"
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()] or [f"ended with {done.returncode}"]
        raise BackupError(f"{Path(command[0]).name} failed: {said[0]}")
    return done.stdout


def _environment(url: URL) -> dict[str, str]:
    """Everything by the environment: a password among the arguments could be read by every user of the machine."""
    given = {"host": url.host, "port": url.port, **url.query}
    named = {_VARIABLES[name]: str(value) for name, value in given.items() if name in _VARIABLES and value}
    named |= {"PGUSER": url.username or "", "PGPASSWORD": str(url.password or ""), "PGDATABASE": url.database or ""}
    return {**os.environ, **{name: value for name, value in named.items() if value}}
