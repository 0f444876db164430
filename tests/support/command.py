"""The command ``fwsite``, in processes that are forked from one that has imported everything already.

Each has its own folder, environment, files and exit code, as if a host had started it. What is left out is the start of
Python and the imports, which take longer than most commands.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.paths import ROOT

Command = Callable[..., subprocess.CompletedProcess[str]]
"""Runs ``fwsite``; see :meth:`Commands.run`."""
_AT_MOST = 60
"""Seconds that a command may take."""


class Commands:
    """Runs commands one after the other; use it as a context."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.support.command"]
        self._server = subprocess.Popen(
            command, cwd=ROOT, text=True, bufsize=1, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> Commands:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.communicate()

    def run(
        self, folder: Path, *arguments: str, stdin: str | None = None, **environ: str
    ) -> subprocess.CompletedProcess[str]:
        """Run ``fwsite`` with these arguments in ``folder``, with ``environ`` beside the environment of the tests."""
        assert self._server.stdin is not None and self._server.stdout is not None
        with tempfile.TemporaryDirectory() as streams:
            names = [str(Path(streams, name)) for name in ("0", "1", "2")]
            Path(names[0]).write_text(stdin or "")
            asked = {"arguments": arguments, "folder": str(folder), "environ": {**os.environ, **environ}}
            self._server.stdin.write(json.dumps({**asked, "streams": names}) + "\n")
            code = int(self._server.stdout.readline())
            printed, said = (Path(name).read_text() for name in names[1:])
        return subprocess.CompletedProcess(["fwsite", *arguments], code, printed, said)


def _serve() -> None:
    """Answer each request with the exit code of its process."""
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            return _begin(asked)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    sys.exit(0)


def _begin(asked: dict[str, Any]) -> None:
    """Become the process that was asked for."""
    signal.alarm(_AT_MOST)
    os.environ.clear()
    os.environ.update(asked["environ"])
    os.chdir(asked["folder"])
    for descriptor, name in enumerate(asked["streams"]):
        opened = os.open(name, os.O_RDWR | os.O_CREAT)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.argv = ["fwsite", *asked["arguments"]]


if __name__ == "__main__":
    import gc

    from click.testing import CliRunner

    from fwsite.__main__ import main
    from fwsite.cli.main import main as group

    with tempfile.TemporaryDirectory() as folder:
        tried = CliRunner().invoke(group, ["--instance", str(Path(folder, "instance")), "content", "check"])
        assert tried.exit_code == 0, tried.output
    gc.freeze()
    _serve()
    main()
