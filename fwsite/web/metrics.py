"""Metrics: what was answered, and how fast, counted by prometheus-client; nothing without METRICS_TOKEN.

A process that is alone counts in its memory. Several that were forked from one count each in files of its own, which
prometheus-client adds up (its multiprocess mode).
"""

from __future__ import annotations

import logging
import os
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, current_app

from fwsite.instance import Instance
from fwsite.plugins.hooks import PointKind
from fwsite.plugins.registry import registry_of
from fwsite.web.environ import ENDPOINT
from fwsite.web.metrics_files import new_folder, reserve

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the classes of durations, in seconds; what takes longer is in one more."""
OTHER = "none"
"""Stands for what no view has answered."""
_NAME = "fwsite.counts"
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where prometheus-client has its folder: set after a fork, or by a host for the workers of another WSGI server."""
_Samples = dict[str, dict[tuple[str, ...], float]]
log = logging.getLogger(__name__)


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
    """One process that is alive: when it began, in epoch seconds, and its resident memory in bytes."""

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
    """The counters of one application. ``events`` are all the names that are told apart."""

    def __init__(self, events: Iterable[str]) -> None:
        self._events = tuple(events)
        self._collectors: list[Any] = []
        self.folder = Path()
        self.is_on = True
        self.begin()

    def begin(self) -> None:
        """Begin at zero, or at what the files say; what was counted before stays in the sums."""
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, multiprocess  # most do without

        registry = CollectorRegistry()
        self._requests = Counter("fwsite_requests", "", ("endpoint", "status"), registry=registry)
        self._seconds = Histogram("fwsite_seconds", "", ("endpoint",), buckets=BUCKETS, registry=registry)
        self._emitted = Counter("fwsite_events", "", ("event",), registry=registry)
        # A file that cannot be opened is found out now, and not while somebody waits for an answer.
        Gauge("fwsite_process", "", registry=registry).set(os.getpid())
        self._seconds.labels(OTHER)
        for name in self._events:
            self._emitted.labels(name)
        self._collectors.append(multiprocess.MultiProcessCollector(None) if _FOLDER in os.environ else registry)

    def add(self, endpoint: str | None, status: int, seconds: float) -> None:
        """Count one answer."""
        if self.is_on:
            self._seconds.labels(endpoint or OTHER).observe(seconds)
            self._requests.labels(endpoint or OTHER, min(status // 100, 5)).inc()

    def add_event(self, name: str) -> None:
        """Count one event; of a name that is not told apart, nothing."""
        if self.is_on and name in self._events:
            self._emitted.labels(name).inc()

    def traffic(self) -> Traffic:
        """All processes together."""
        samples = self._samples()
        events = {name: int(samples["fwsite_events_total"][name,]) for name in self._events}
        return Traffic(BUCKETS, dict(_answered(samples)), events, tuple(_processes(samples)))

    def _samples(self) -> _Samples:
        """Sums by name, and by the values of their labels in alphabetical order."""
        sums: _Samples = defaultdict(lambda: defaultdict(float))
        for collector in self._collectors:
            for sample in (sample for metric in collector.collect() for sample in metric.samples):
                sums[sample.name][tuple(value for _, value in sorted(sample.labels.items()))] += sample.value
        return sums


def _answered(samples: _Samples) -> Iterator[tuple[str, Answered]]:
    statuses: dict[str, dict[int, int]] = defaultdict(dict)
    below: dict[str, list[int]] = defaultdict(list)
    for (endpoint, status), count in sorted(samples["fwsite_requests_total"].items()):
        statuses[endpoint][int(status)] = int(count)
    for (endpoint, _), count in samples["fwsite_seconds_bucket"].items():
        below[endpoint].append(int(count))
    for endpoint, found in statuses.items():
        durations = tuple(high - low for low, high in pairwise((0, *below[endpoint])))
        if len(durations) > len(BUCKETS):  # else some process is about to count its first answer
            yield endpoint, Answered(found, durations, samples["fwsite_seconds_sum"][endpoint,])


def _processes(samples: _Samples) -> Iterator[Process]:
    """Those alive, as far as the system tells. Only what counts in a file has a label, its number."""
    from prometheus_client import ProcessCollector

    pids = {int("".join(labels) or 0): int(pid) for labels, pid in samples["fwsite_process"].items()}
    for number, pid in sorted(pids.items()):
        families = ProcessCollector(pid=partial(int, pid), registry=None).collect()
        told = {sample.name: sample.value for family in families for sample in family.samples}
        if told:
            memory = int(told["process_resident_memory_bytes"])
            yield Process(number, told["process_start_time_seconds"], memory)


def middleware(app: Flask, inner: WSGIApplication) -> WSGIApplication:
    """Count from now on, where somebody may ask for it: without METRICS_TOKEN nothing is between."""
    if not app.config.get("METRICS_TOKEN"):
        return inner
    registry = registry_of(app)
    counts = Counts(sorted(point.name for point in registry.points if point.kind is PointKind.EVENT))
    registry.on_event = counts.add_event
    app.extensions[_NAME] = counts

    def counted(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status = 500

        def start(line: str, *rest: Any) -> Any:
            nonlocal status
            status = int(line[:3])
            return start_response(line, *rest)

        began = time.perf_counter()
        try:
            return inner(environ, start)
        finally:
            counts.add(environ.get(ENDPOINT), status, time.perf_counter() - began)

    return counted


def share(app: Flask) -> None:
    """Before the first fork: what this process's children count will belong together."""
    counts: Counts | None = app.extensions.get(_NAME)
    if counts:
        with _or_nothing(counts):
            counts.folder = new_folder(Instance(Path(app.instance_path)).cache)


def join(app: Flask, number: int) -> None:
    """After a fork: count as process ``number``, and go on where one of that number has ended."""
    counts: Counts | None = app.extensions.get(_NAME)
    if counts and counts.is_on:
        from prometheus_client import values

        with _or_nothing(counts):
            reserve(counts.folder, number, len(app.view_functions))
            os.environ[_FOLDER] = str(counts.folder)
            values.ValueClass = values.MultiProcessValue(lambda: number)
            counts.begin()


@contextmanager
def _or_nothing(counts: Counts) -> Iterator[None]:
    """Whatever becomes of the files, to answer is more important than to count."""
    try:
        yield
    except Exception as error:
        log.error("process %s counts nothing for /metrics: %s", os.getpid(), error)
        counts.is_on = False


def traffic() -> Traffic | None:
    """What the site has answered since it was started; ``None`` where nobody counts.

    Of all processes that were forked from one; a site on several machines counts on each.
    """
    counts: Counts | None = current_app.extensions.get(_NAME)
    return counts.traffic() if counts and counts.is_on else None
