"""Server processes of our own, and what the machine says of them."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.support.served import free_port

PATIENCE = 60


class Server:
    """One process that answers on a port of loopback."""

    def __init__(self, command: list[str], port: int, log: Path, environment: dict[str, str] | None = None) -> None:
        self.command, self.port, self.log = command, port, log
        unlimited = {"FWSITE_QUESTIONNAIRE_ANSWERS_PER_ADDRESS": "0"}
        self.environment = {**os.environ, **unlimited, **(environment or {})}
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)  # no host compiles everything at each start
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it; seconds until its first answer."""
        begun = time.perf_counter()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, env=self.environment)
        while time.perf_counter() < begun + PATIENCE:
            if self.process.poll() is not None:
                break
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/", timeout=PATIENCE) as answer:
                    answer.read()
                    return time.perf_counter() - begun
            except HTTPError:
                return time.perf_counter() - begun
            except OSError:
                time.sleep(0.002)
        raise AssertionError(f"{self.command} did not start:\n{self.log.read_text()}")

    def stop(self) -> None:
        """Stop it, and wait until it has ended."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=PATIENCE)
            self.process = None

    @property
    def resident(self) -> int:
        """Kilobytes of memory."""
        assert self.process is not None
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())
        assert found is not None
        return int(found[1])

    @property
    def processor(self) -> float:
        """Seconds of processor time that it has spent so far."""
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bare(kind: str, folder: Path) -> Server:
    """A server of :mod:`tests.benchmarks.hosting.bare`."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.hosting.bare", kind]
    return Server(command, port, folder / "log", {"PORT": str(port), "FOLDER": str(folder)})


def site(folder: Path, instance: Path | None = None, *options: str) -> Server:
    """The site on an instance of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [sys.executable, "-m", "fwsite", "--instance", str(instance or folder / "instance"), "serve"]
    return Server([*command, "--port", str(port), *options], port, folder / "log")


@contextmanager
def running(*servers: Server) -> Iterator[None]:
    """Start them all, and stop them in the end."""
    try:
        for server in servers:
            server.start()
        yield
    finally:
        for server in servers:
            server.stop()


def copied(port: int, path: str, folder: Path) -> None:
    """Keep the page as it comes, for the server of constant bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    with urlopen(
        Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "gzip, deflate, br"}), timeout=60
    ) as answer:
        (folder / "body").write_bytes(answer.read())
        left_out = ("date", "connection", "transfer-encoding")
        pairs = [(name, value) for name, value in answer.headers.items() if name.lower() not in left_out]
    (folder / "headers.json").write_text(json.dumps(pairs))


def machine() -> str:
    """Where the figures are from, in one line."""
    about = Path("/proc/cpuinfo")
    name = re.search(r"model name\s*:\s*(.+)", about.read_text()) if about.exists() else None
    cores = len(os.sched_getaffinity(0))
    return f"{name[1] if name else platform.machine()}, {cores} cores; Python {platform.python_version()}, loopback"
