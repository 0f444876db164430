"""Process supervisor: starts the workers on one socket, answers nothing itself, and replaces those that end."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from flask import Flask

from fwsite.server import memory
from fwsite.server.failures import CrashLoop
from fwsite.server.restart import Listener, Predecessors, Reload, exit_status
from fwsite.server.signals import Signals, hold_back, release
from fwsite.server.worker import close_database, serve_for_parent
from fwsite.web import metrics

EARLY = 1.0
"""Seconds; a process that ends sooner after its start has not served."""
IN_A_ROW = 5
"""So many that end early, one after the other, are a crash loop."""
_TICK = 0.1
_FIRST_PAUSE = 0.1
log = logging.getLogger(__name__)


class WorkerPool:
    """The processes that answer, as many as there are to be, numbered from 1.

    ``start`` forks the one of that number and returns its process id, and ``ended`` says how one ended that has.
    """

    def __init__(
        self,
        start: Callable[[int], int],
        size: int,
        *,
        ended: Callable[[int], int | None] = exit_status,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._start = start
        self._ended = ended
        self._clock = clock
        self._missing = list(range(1, size + 1))
        self._born: dict[int, tuple[int, float]] = {}
        self._early = 0
        self._not_before = 0.0

    @property
    def pids(self) -> list[int]:
        """Who is there."""
        return list(self._born)

    def fill(self) -> None:
        """Start those that are missing."""
        while self._missing and self._clock() >= self._not_before:
            number = self._missing.pop(0)
            self._born[self._start(number)] = number, self._clock()

    def reap(self) -> None:
        """Take note of who has ended. Raises :class:`CrashLoop`."""
        for pid, (number, born) in list(self._born.items()):
            code = self._ended(pid)
            if code is None:
                continue
            del self._born[pid]
            self._missing.append(number)
            how = f"signal {-code} ({signal.Signals(-code).name})" if code < 0 else f"exit code {code}"
            self._count(self._clock() - born < EARLY, how)
            log.error("process %s has ended: %s; another takes its place", pid, how)

    def _count(self, early: bool, how: str) -> None:
        self._early = self._early + 1 if early else 0
        if self._early >= IN_A_ROW:
            raise CrashLoop(
                f"{IN_A_ROW} processes in a row have ended within a second of their start, the last one with {how}. "
                "The lines above may say why. To see a single process fail: fwsite serve --processes 1"
            )
        if early:
            self._not_before = self._clock() + _FIRST_PAUSE * 2**self._early


def serve_by_many(app: Flask, listener: Listener, old: list[int], signals: Signals) -> None:
    """Keep PROCESSES processes serving; returns when it was told to stop and they have ended.

    ``old`` are the processes that served before; they end once the new ones serve. Raises :class:`CrashLoop`.
    """
    size = app.config["PROCESSES"]
    predecessors = Predecessors(old)
    ready, told = os.pipe()
    os.set_blocking(ready, False)
    pool = WorkerPool(lambda number: _fork(app, listener, told, number), size)
    reload = Reload(listener)
    close_database(app)
    metrics.share(app)
    _warn_of_threads()
    memory.settle()
    signals.obey()
    try:
        missing = size
        while not signals.stop:
            pool.fill()
            time.sleep(_TICK)
            pool.reap()
            predecessors.reap()
            if missing > 0 and (missing := missing - _bytes_at(ready)) <= 0:
                predecessors.dismiss()
            asked, signals.reload = signals.reload, False
            if reload.is_due(asked):
                listener.begin_again([*pool.pids, *reload.pids, *predecessors.left])
    finally:
        listener.bound.close()
        predecessors.add([*pool.pids, *reload.pids])
        predecessors.dismiss()
        predecessors.see_off(time.monotonic() + app.config["DRAIN_SECONDS"], lambda: signals.hurry)


def _fork(app: Flask, listener: Listener, told: int, number: int) -> int:
    sys.stdout.flush()
    hold_back()  # until the child has handlers of its own
    pid = os.fork()
    if pid:
        release()
        return pid
    code = 1
    try:
        os.close(listener.death_pipe_end)
        close_database(app, of_the_parent=True)
        metrics.join(app, number)
        serve_for_parent(app, listener.bound, listener.death_pipe, told)
        code = 0
    except BaseException:
        log.exception("a process failed")
    finally:
        sys.stdout.flush()
        os._exit(code)


def _bytes_at(descriptor: int) -> int:
    try:
        return len(os.read(descriptor, 64))
    except BlockingIOError:
        return 0


def _warn_of_threads() -> None:
    names = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
    if names:
        log.warning("threads that were started before serving run in no process that answers: %s", ", ".join(names))
