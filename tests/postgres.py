"""A PostgreSQL server of our own, on a port and a folder that go away with the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from uuid import uuid4

import psycopg

_NOT_ROOT = "postgres"
"""PostgreSQL refuses to run as root; Debian's package makes this user."""


def programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``: Debian keeps them off the path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return versions[-1].parent if versions else None


class Cluster:
    """One server; each test gets a database of its own."""

    def __init__(self, programs: Path, folder: Path, port: int) -> None:
        self._programs = programs
        self._folder = folder
        self._port = port
        self._data = folder / "data"

    def _command(self, program: str, *arguments: str) -> list[str]:
        own = [str(self._programs / program), *arguments]
        return ["runuser", "-u", _NOT_ROOT, "--", *own] if os.geteuid() == 0 else own

    def start(self) -> None:
        """Make it and start it; returns when it answers."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(self._folder, _NOT_ROOT)
        make = self._command("initdb", "-D", str(self._data), "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")
        self._run([*make, "--locale=C.UTF-8"])
        options = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        log = str(self._folder / "log")
        self._run(self._command("pg_ctl", "-D", str(self._data), "-l", log, "-w", "-o", options, "start"))

    def stop(self) -> None:
        """Stop it at once."""
        self._run(self._command("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop"))

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(
            command, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout

    def new_database(self) -> str:
        """The address of an empty database, as DATABASE_URL takes it."""
        name = f"test_{uuid4().hex}"
        with psycopg.connect(f"postgresql://tests@127.0.0.1:{self._port}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://tests@127.0.0.1:{self._port}/{name}"
