"""A served site: a ``fwsite serve`` process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.support.environments import Environment


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """A ``fwsite serve`` process of our own."""

    def __init__(self, instance: Path, log: Path, environment: Environment | None = None) -> None:
        """``environment`` is where it runs; without one, where the tests do."""
        self.instance = instance
        self.log = log
        self.python = str(environment.python) if environment else sys.executable
        own = environment.environ if environment else os.environ
        self.environ = {"FWSITE_QUESTIONNAIRE_ANSWERS_PER_ADDRESS": "0", **own}
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait for its first answer."""
        command = [self.python, "-m", "fwsite", "--instance", str(self.instance), "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=self.environ)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                with urlopen(f"{self.url}/robots.txt", timeout=5):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        raise AssertionError(f"the site did not start:\n{self.log.read_text()}")

    def stop(self) -> int:
        """Stop it as a host would; returns its exit code."""
        if self.process is None:
            return 0
        self.process.terminate()
        return self.process.wait(timeout=60)
