"""What was answered, and how fast: counted in memory that a process shares with those it forks.

A process counts in a slot of its own, so that no two write the same number and none waits for another. A slot whose
process has ended is taken over with its counts, so that totals never go back while the first process lives.
"""

from __future__ import annotations

import mmap
import os
import threading
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakSet
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, current_app

from fwsite.plugins.hooks import PointKind
from fwsite.plugins.registry import registry_of
from fwsite.web.environ import ENDPOINT

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the classes of durations, in seconds; what takes longer is in one more."""
SLOTS = 72
"""Processes that can be counted at a time: more than a site may have, with those of the generation before."""
OTHER = "none"
"""Stands for what no view has answered."""
_WORD = 8
_CLASSES = 6
_HEAD = 2
_MICROSECONDS = 1_000_000
_PROCESS, _STARTED = 0, 1


@dataclass(frozen=True)
class Answered:
    """What one view has answered: how many by class of status (``2`` is 2xx), by duration, and seconds in all.

    ``durations`` has one number for each of the ends in ``BUCKETS``, and one for what took longer.
    """

    statuses: dict[int, int]
    durations: tuple[int, ...]
    seconds: float


@dataclass(frozen=True)
class Process:
    """One process that answers: when it began to, in epoch seconds, and its resident memory in bytes."""

    number: int
    started: float
    memory: int


@dataclass(frozen=True)
class Traffic:
    """Everything counted since the first process began: answers by endpoint, events by name; and who is alive."""

    ends: tuple[float, ...]
    answered: dict[str, Answered]
    events: dict[str, int]
    processes: tuple[Process, ...]


class Counts:
    """The numbers. ``endpoints`` and ``events`` are all the names that are told apart."""

    def __init__(self, endpoints: Iterable[str], events: Iterable[str]) -> None:
        self._endpoints = {name: number for number, name in enumerate(dict.fromkeys((OTHER, *endpoints)))}
        self._events = {name: number for number, name in enumerate(events)}
        self._row = _CLASSES + len(BUCKETS) + 1 + 1
        self._size = _HEAD + len(self._events) + len(self._endpoints) * self._row
        self._numbers = memoryview(mmap.mmap(-1, SLOTS * self._size * _WORD)).cast("Q")  # nothing is used up by zeros
        self._lock = threading.Lock()
        self._next = 0
        self._take(0)
        _all.add(self)

    def add(self, endpoint: str | None, status: int, seconds: float) -> None:
        """Count one answer."""
        row = self._endpoints.get(endpoint or OTHER, 0) * self._row + self._base + _HEAD + len(self._events)
        bucket = row + _CLASSES + bisect_left(BUCKETS, seconds)
        numbers = self._numbers
        with self._lock:
            numbers[row + min(status // 100, _CLASSES - 1)] += 1
            numbers[bucket] += 1
            numbers[row + self._row - 1] += int(seconds * _MICROSECONDS)

    def add_event(self, name: str) -> None:
        """Count one event; of a name that is not told apart, nothing."""
        number = self._events.get(name)
        if number is not None:
            with self._lock:
                self._numbers[self._base + _HEAD + number] += 1

    def traffic(self) -> Traffic:
        """All slots together."""
        sums = [sum(self._numbers[offset :: self._size]) for offset in range(self._size)]
        rows = _HEAD + len(self._events)
        answered = {
            name: _answered(sums[rows + number * self._row : rows + (number + 1) * self._row])
            for name, number in self._endpoints.items()
        }
        return Traffic(
            BUCKETS,
            {name: each for name, each in answered.items() if each.statuses},
            {name: sums[_HEAD + number] for name, number in self._events.items()},
            tuple(self._processes()),
        )

    def _processes(self) -> Iterator[Process]:
        for number in range(SLOTS):
            pid, started = self._numbers[number * self._size : number * self._size + _HEAD]
            if started and _is_alive(pid):
                yield Process(number, started / _MICROSECONDS, _memory(pid))

    def _take(self, slot: int) -> None:
        self._base = slot * self._size
        self._lock = threading.Lock()  # that of the parent may have been held when it forked
        self._numbers[self._base + _STARTED] = int(time.time() * _MICROSECONDS)
        self._numbers[self._base + _PROCESS] = os.getpid()

    def before_fork(self) -> None:
        """Choose the slot of the child that comes, and keep it until the child has taken it."""
        slots = range(1, SLOTS)
        self._next = next((slot for slot in slots if not _is_alive(self._numbers[slot * self._size])), SLOTS - 1)
        self._numbers[self._next * self._size + _STARTED] = 0
        self._numbers[self._next * self._size + _PROCESS] = os.getpid()

    def after_fork(self) -> None:
        """Count in the slot that was chosen."""
        self._take(self._next)


def _answered(row: list[int]) -> Answered:
    statuses = {number: count for number, count in enumerate(row[:_CLASSES]) if count}
    return Answered(statuses, tuple(row[_CLASSES:-1]), row[-1] / _MICROSECONDS)


def _is_alive(pid: int) -> bool:
    if not pid:
        return False
    with suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True


def _memory(pid: int) -> int:
    """Zero where the system does not tell."""
    with suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * mmap.PAGESIZE
    return 0


class _Front:
    """WSGI middleware that counts what goes through it."""

    def __init__(self, inner: WSGIApplication, counts: Counts, endpoint: str) -> None:
        """``endpoint`` is where the environment has the name of the view that has answered."""
        self._inner = inner
        self._counts = counts
        self._endpoint = endpoint

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status = 500

        def start(line: str, *rest: Any) -> Any:
            nonlocal status
            status = int(line[:3])
            return start_response(line, *rest)

        began = time.perf_counter()
        try:
            return self._inner(environ, start)
        finally:
            self._counts.add(environ.get(self._endpoint), status, time.perf_counter() - began)


_all: WeakSet[Counts] = WeakSet()
_NAME = "fwsite.counts"


def _before_fork() -> None:
    for counts in _all:
        counts.before_fork()


def _after_fork() -> None:
    for counts in _all:
        counts.after_fork()


os.register_at_fork(before=_before_fork, after_in_child=_after_fork)


def middleware(app: Flask, inner: WSGIApplication) -> WSGIApplication:
    """Count from now on, where somebody may ask for it: without METRICS_TOKEN nothing is between."""
    if not app.config.get("METRICS_TOKEN"):
        return inner
    registry = registry_of(app)
    events = [point.name for point in registry.points if point.kind is PointKind.EVENT]
    counts = Counts(sorted(app.view_functions), sorted(events))
    registry.on_event = counts.add_event
    app.extensions[_NAME] = counts
    return _Front(inner, counts, ENDPOINT)


def traffic() -> Traffic | None:
    """What the site has answered since it was started; ``None`` where nobody counts.

    Of all processes that were forked from one; a site on several machines counts on each.
    """
    counts: Counts | None = current_app.extensions.get(_NAME)
    return counts.traffic() if counts else None
