"""Subprocess with a pipe: a subject's process, asked by lines of JSON, and bound in time and memory."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); import probe.program; del sys.path[0]; probe.program.main()"  # no -m:
)
"""The folder is on the path for the import alone, so that no module of ours hides one of the subject's."""
ANSWER_SECONDS = 60.0
"""What takes longer than this hangs."""
BOUND_MB = 1000
"""Megabytes that all processes of a run may have resident together, the command's own too."""
LOOK_SECONDS = 0.25
"""How often memory and time are looked at while a process works."""
TAIL_BYTES, TAIL_SHOWN = 4096, 200
"""Of what a process wrote: bytes that are read of its end, and characters that are told of its last line."""
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")
"""Of the environment's variables; the host's others may change what a framework does."""


class ChildFault(Exception):
    """The process could not do it; the message is the reason that is told."""


class Child:
    """One process. It ends when its pipe is closed, even where this process is killed."""

    def __init__(self, python: Path, log: Path, environ: Mapping[str, str]) -> None:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        self._log = log
        with log.open("ab") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - the Python of an environment that was made
                [python, "-s", "-P", "-B", "-c", BOOT, str(Path(__file__).parent)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**kept, **environ},
                cwd=log.parent,
                start_new_session=True,  # Ctrl-C is for the command, which ends its children itself
            )
        assert self._process.stdin and self._process.stdout  # noqa: S101 - for the type checker
        self._orders, self._outcomes = self._process.stdin, self._process.stdout
        self._read = b""
        self._asked = ""
        self.condemned = ""
        """Why it was ended for the sake of the others."""

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def send(self, order: str, **values: Any) -> None:
        """Give an order."""
        if self.condemned:
            raise ChildFault(self.condemned)
        self._asked = values.get("path", order)
        try:
            self._orders.write(json.dumps([order, values]).encode() + b"\n")
            self._orders.flush()
        except BrokenPipeError:
            raise ChildFault(self._how_it_ended()) from None

    def outcome(self, seconds: float) -> dict[str, Any] | None:
        """What the last order came to; ``None`` where it is not there within so many seconds."""
        end = time.monotonic() + seconds
        while b"\n" not in self._read:
            ready, _, _ = select.select([self._outcomes], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                return None
            data = os.read(self._outcomes.fileno(), 1 << 16)
            if not data:
                raise ChildFault(self._how_it_ended())
            self._read += data
        line, _, self._read = self._read.partition(b"\n")
        outcome = json.loads(line)
        if "fault" in outcome:
            raise ChildFault(outcome["fault"])
        done: dict[str, Any] = outcome["done"]
        return done

    def condemn(self, reason: str) -> None:
        """End the process for a reason, which whoever asks it is told."""
        self.condemned = reason
        self._process.kill()

    def close(self) -> None:
        """End the process, and wait for its end."""
        for pipe in (self._orders, self._outcomes):
            with suppress(BrokenPipeError):
                pipe.close()
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _how_it_ended(self) -> str:
        code = self._process.wait()
        how = f"ended by {_signal_name(-code)}" if code < 0 else f"exit code {code}"
        return self.condemned or f"its process ended unexpectedly at {self._asked} ({how}); {self._tail()}"

    def _tail(self) -> str:
        """Tail of its standard error: the last line, where it wrote any."""
        with self._log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - TAIL_BYTES))
            lines = log.read().decode("utf-8", "replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f"its last line was “{last[:TAIL_SHOWN]}”" if last else "it wrote nothing"


def _signal_name(number: int) -> str:
    """``SIGABRT``; those for programs' own use have numbers alone."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


class Fleet:
    """The processes that live side by side. Use it as a context: none is left when it ends."""

    def __init__(self, bound_mb: float = BOUND_MB, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._children: list[Child] = []
        self._bound_mb = bound_mb
        self._answer_seconds = answer_seconds

    def __enter__(self) -> Fleet:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.end_all()

    def end_all(self) -> None:
        """No process more."""
        while self._children:
            self.end(self._children[-1])

    def start(self, python: Path, log: Path, environ: Mapping[str, str]) -> Child:
        """One process more."""
        child = Child(python, log, environ)
        self._children.append(child)
        return child

    def end(self, child: Child) -> None:
        """One process less."""
        self._children.remove(child)
        child.close()

    def ask(self, child: Child, order: str, **values: Any) -> dict[str, Any]:
        """Give an order, wait for its outcome. Raises :class:`ChildFault` for what fails, hangs or takes too much."""
        child.send(order, **values)
        end = time.monotonic() + self._answer_seconds
        while (outcome := child.outcome(LOOK_SECONDS)) is None:
            self.keep_bound()
            if time.monotonic() > end:
                child.condemn(f"does not answer within {self._answer_seconds:.0f} seconds ({order})")
        return outcome

    def keep_bound(self) -> None:
        """End the largest process where all together have more memory than they may."""
        sizes = {child: resident_mb(child.pid) for child in self._children if not child.condemned}
        if not sizes or sum(sizes.values()) + resident_mb(os.getpid()) <= self._bound_mb:
            return
        largest = max(sizes, key=lambda child: sizes[child])
        largest.condemn(f"takes {sizes[largest]:.0f} MB of memory; a run may take {self._bound_mb:.0f} MB in all")


def resident_mb(pid: int) -> float:
    """Resident megabytes of a process; none where it has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
