"""A PostgreSQL server of our own, on a port and a folder that go away with the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
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


class Databases:
    """The databases of a server that runs on a port of this machine."""

    def __init__(self, port: int) -> None:
        self._port = port

    def new_database(self, template: str = "template1", name: str = "") -> str:
        """The address of an empty database, or of a copy of ``template``, as DATABASE_URL takes it."""
        name = name or f"test_{uuid4().hex}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            if template != "template1":  # it can be copied only while nobody is connected to it
                ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
                connection.execute(ended, (template,))
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._address(name)

    def drop_database(self, url: str) -> None:
        """Drop a database, whoever is still connected to it."""
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {database_name(url)} WITH (FORCE)")

    def _address(self, database: str) -> str:
        return f"postgresql://tests@127.0.0.1:{self._port}/{database}"


class Cluster(Databases):
    """One server; each test gets a database of its own."""

    def __init__(self, programs: Path, folder: Path, port: int, *, durable: bool = False) -> None:
        """``durable`` is for tests that let it crash: others need not wait for the disk."""
        super().__init__(port)
        self._programs = programs
        self._folder = folder
        self._data = folder / "data"
        self._fsync = "on" if durable else "off"

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
        self.start_again()

    def start_again(self) -> None:
        """Start it after :meth:`stop`; returns when it answers."""
        options = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync={self._fsync}"
        log = str(self._folder / "log")
        self._run(self._command("pg_ctl", "-D", str(self._data), "-l", log, "-w", "-o", options, "start"))

    def stop(self, mode: str = "immediate") -> None:
        """Stop it: ``fast`` ends the sessions there are, ``immediate`` is like a crash."""
        self._run(self._command("pg_ctl", "-D", str(self._data), "-m", mode, "-w", "stop"))

    def remove(self) -> None:
        """Stop it for good; its folder goes, too."""
        self.stop()
        deadline = time.monotonic() + 10
        while self._folder.exists() and time.monotonic() < deadline:  # the last of its processes may still write
            shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(
            command, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout


def database_name(url: str) -> str:
    """The name of the database at an address that a cluster has given."""
    return url.rpartition("/")[2]


def databases_of(url: str) -> Databases:
    """The server that has the database at this address."""
    return Databases(int(url.rpartition(":")[2].partition("/")[0]))
