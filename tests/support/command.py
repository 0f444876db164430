"""The command ``fwsite``, in processes that are forked from one that has imported everything already.

Each has its own folder, environment, streams and exit code, as if a host had started it. What is left out is the start
of Python and the imports, which take longer than most commands.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

Command = Callable[..., subprocess.CompletedProcess[str]]
"""Runs ``fwsite``; see :meth:`Commands.run`."""
_CLIENT = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as asking:
    asking.connect({address!r})
    socket.send_fds(asking, [b"+"], [0, 1, 2])
    asking.sendall(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode())
    asking.shutdown(socket.SHUT_WR)
    sys.exit(int(asking.recv(16)))
"""


class Commands:
    """A program ``fwsite`` in a folder of its own, and behind it the process that is forked. Use it as a context."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder
        self._address = str(folder / "socket")
        self.program = folder / "fwsite"
        self.program.write_text(_CLIENT.format(python=sys.executable, address=self._address))
        self.program.chmod(0o755)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(self._address)
            listening.listen()
            command = [sys.executable, "-m", "tests.support.command", str(listening.fileno()), str(folder)]
            self._server = subprocess.Popen(command, cwd=root, pass_fds=[listening.fileno()])

    def __enter__(self) -> Commands:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.terminate()
        self._server.wait(60)

    def run(
        self, folder: Path, *arguments: str, stdin: str | None = None, **environ: str
    ) -> subprocess.CompletedProcess[str]:
        """Run ``fwsite`` with these arguments in ``folder``, with ``environ`` beside the environment of the tests."""
        return subprocess.run(
            [self.program, *arguments],
            cwd=folder,
            env={**os.environ, **environ},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def _serve(listening: socket.socket) -> None:
    """Answer each request with the exit code of its process; returns in each of those."""
    while True:
        asking, _ = listening.accept()
        with asking:
            _, streams, *_ = socket.recv_fds(asking, 1, 3)
            with asking.makefile() as message:
                arguments, folder, environ = json.load(message)
            child = os.fork()
            if child:
                for stream in streams:
                    os.close(stream)
                _, status = os.waitpid(child, 0)
                asking.sendall(str(os.waitstatus_to_exitcode(status)).encode())
                continue
        listening.close()
        for descriptor, stream in enumerate(streams):
            os.dup2(stream, descriptor)
            os.close(stream)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environ)
        sys.argv = ["fwsite", *arguments]
        return


if __name__ == "__main__":
    from click.testing import CliRunner

    from fwsite.__main__ import main
    from fwsite.cli.main import main as group

    tried = CliRunner().invoke(group, ["--instance", str(Path(sys.argv[2], "instance")), "content", "check"])
    assert tried.exit_code == 0, tried.output
    gc.freeze()
    _serve(socket.socket(fileno=int(sys.argv[1])))
    main()
