"""Zero-downtime restart: one program after another on the same socket, with a standby in between.

On SIGHUP a standby is started, the same command as a child with the socket. Once it serves, the process that the host
started replaces itself by the new program, keeps its process id, and ends the standby when it serves again. A standby
that does not come up changes nothing.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, MutableMapping
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

from fwsite.server.signals import Signals, hold_back

_VARIABLE = "_FWSITE_HANDOVER"
"""Not a setting, so it does not begin like one."""
_PAUSE = 0.05
_LAST_WORDS = 2.0
"""Seconds: each process keeps to the deadline by itself, and needs a moment to end after it."""
_LONGEST_DRAIN = 3600.0
"""Seconds; what DRAIN_SECONDS may be at most."""
RETRY = 2.0
"""Seconds until a program that could not start is started again, while its standby serves."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Handover:
    """What a program is given by the one before it, or by its parent; all are numbers of descriptors and processes.

    ``lifeline`` is the parent-death pipe's end to read, which ends when the parent does; ``leash`` is its other end,
    which only the process has that the host started. ``ready`` is where a standby says that it serves. Programs of two
    versions speak to each other here, so that names must stay.
    """

    bound: int
    lifeline: int
    leash: int | None = None
    ready: int | None = None
    old: list[int] = field(default_factory=list)

    @classmethod
    def taken(cls, environ: MutableMapping[str, str]) -> Handover | None:
        """What was handed over, taken out of ``environ``; ``None`` at a first start."""
        given = environ.pop(_VARIABLE, None)
        if given is None:
            return None
        taken = cls(**json.loads(given))
        for descriptor in (taken.bound, taken.lifeline, taken.leash, taken.ready):
            if descriptor is not None:
                os.set_inheritable(descriptor, False)
        return taken

    def environment(self) -> dict[str, str]:
        """For the next program."""
        return {**os.environ, _VARIABLE: json.dumps(asdict(self))}


class Listener(NamedTuple):
    """What the process that the host started holds for its life: the socket and both ends of the parent-death pipe."""

    bound: socket.socket
    death_pipe: int
    death_pipe_end: int

    @classmethod
    def hold(cls, bound: socket.socket, given: Handover | None) -> Listener:
        """On a socket of our own, or as it was handed over."""
        if given is not None and given.leash is not None:
            return cls(bound, given.lifeline, given.leash)
        return cls(bound, *os.pipe())

    def begin_again(self, old: list[int]) -> None:
        """Replace this program by a fresh one of the same process id, which ends the ``old`` processes once it serves.

        Does not return. No thread of this program must have anything left to do.
        """
        given = Handover(self.bound.fileno(), self.death_pipe, leash=self.death_pipe_end, old=old)
        for descriptor in (given.bound, self.death_pipe, self.death_pipe_end):
            os.set_inheritable(descriptor, True)
        sys.stdout.flush()
        hold_back()
        os.execve(sys.executable, _command(), given.environment())  # noqa: S606 - the command that was started


class Standby:
    """The new program beside this one."""

    def __init__(self, listener: Listener) -> None:
        self._ready, told = os.pipe()
        os.set_blocking(self._ready, False)
        given = Handover(listener.bound.fileno(), listener.death_pipe, ready=told)
        try:
            self.process = subprocess.Popen(  # noqa: S603 - the command that was started
                _command(),
                executable=sys.executable,
                env=given.environment(),
                pass_fds=(given.bound, given.lifeline, told),
            )
        finally:
            os.close(told)

    @property
    def serves(self) -> bool | None:
        """Whether it serves; ``None`` while that is not clear yet."""
        try:
            told = os.read(self._ready, 1)
        except BlockingIOError:
            return None
        return bool(told)

    def wait(self) -> int:
        """Wait for one that does not serve; returns its exit code."""
        os.close(self._ready)
        return self.process.wait()


class Reload:
    """What SIGHUP asked for, as far as it has come."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.standby: Standby | None = None

    @property
    def pids(self) -> list[int]:
        """The standby, where there is one."""
        return [self.standby.process.pid] if self.standby else []

    def is_due(self, asked: bool) -> bool:
        """Call this again and again; true once the new program serves and this one may go. ``asked`` begins it."""
        if asked and self.standby is not None:
            log.info("reload: one is under way already")
        elif asked:
            log.info("reload: starting the new program beside this one")
            try:
                self.standby = Standby(self._listener)
            except OSError as error:
                log.error("reload: the new program cannot be started: %s. This one keeps serving", error)
        if self.standby is None:
            return False
        serves = self.standby.serves
        if serves is False:
            code = self.standby.wait()
            log.error("reload: the new program did not come up (exit code %s), see above. This one keeps serving", code)
            self.standby = None
        elif serves:
            log.info("reload: the new program serves; this one finishes the requests it has accepted")
        return bool(serves)


class Predecessors:
    """Processes that served before this program did; they are its children all the same."""

    def __init__(self, pids: list[int]) -> None:
        self._left = set(pids)

    @property
    def left(self) -> list[int]:
        """Who has not ended yet, as far as is known."""
        return list(self._left)

    def add(self, pids: list[int]) -> None:
        """Further ones."""
        self._left.update(pids)

    def dismiss(self) -> None:
        """Let them answer what they have taken, and end."""
        for pid in self._left:
            signal_child(pid, signal.SIGTERM)

    def reap(self) -> None:
        """Take note of who has ended."""
        self._left = {pid for pid in self._left if exit_status(pid) is None}

    def see_off(self, deadline: float, hurry: Callable[[], bool]) -> None:
        """Wait until all have ended. Those that have not at ``deadline`` (monotonic, in seconds), or when ``hurry``
        says so, are killed.
        """
        self.reap()
        while self._left and time.monotonic() < deadline + _LAST_WORDS and not hurry():
            time.sleep(_PAUSE)
            self.reap()
        for pid in self._left:
            signal_child(pid, signal.SIGKILL)
            exit_status(pid, wait=True)


def try_again(given: Handover, signals: Signals, error: Exception) -> bool:
    """After ``error`` kept this program from starting, though its standby could: wait, and start it once more.

    Until then the standby serves on, and signals are obeyed. Returns whether there was one, and it was told to stop.
    """
    predecessors = Predecessors(given.old)
    predecessors.reap()
    if given.leash is None or not predecessors.left:
        return False
    log.error("reload: this process cannot start again: %s. Its standby serves; next try in %s s", error, RETRY)
    listener = Listener(socket.socket(fileno=given.bound), given.lifeline, given.leash)
    signals.obey()
    due = time.monotonic() + RETRY
    while not signals.stop and time.monotonic() < due:
        time.sleep(_PAUSE)
    if not signals.stop:
        listener.begin_again(predecessors.left)
    listener.bound.close()
    predecessors.dismiss()
    predecessors.see_off(time.monotonic() + _LONGEST_DRAIN, lambda: signals.hurry)
    return True


def signal_child(pid: int, number: signal.Signals) -> None:
    """Send a signal to a child that may have ended. It keeps its number until it is reaped: nobody else is hit."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def exit_status(pid: int, *, wait: bool = False) -> int | None:
    """A child's exit code, negative for the signal that ended it; ``None`` while it lives. Can be asked once."""
    try:
        done, status = os.waitpid(pid, 0 if wait else os.WNOHANG)
    except ChildProcessError:  # not ours any more
        return 0
    return os.waitstatus_to_exitcode(status) if done else None


def _command() -> list[str]:
    return [sys.executable, *sys.orig_argv[1:]]
