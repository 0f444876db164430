"""Waiting: real servers whose view waits, and how many answers their clients get in the same time."""

from __future__ import annotations

from collections.abc import Iterator

from fwsite.blueprints.measure.bench import Bench, Step
from fwsite.blueprints.measure.child import ChildFault
from fwsite.blueprints.measure.subjects import Entry
from fwsite.blueprints.measure.waiting import ServerFault, answers_in, served_answer
from fwsite.blueprints.measure.workloads import all_workloads

WORKLOAD = "waiting"
REFERENCE = "django_4"
"""What the others are compared with, where it takes part; else the first: Django, as for every other measure."""
WARM_UP = 0.2
"""Seconds of requests before answers are counted."""


def steps(bench: Bench) -> Iterator[Step]:
    """The start of the servers, a step for each round, and their end."""
    entries = bench.entries(WORKLOAD) if WORKLOAD in bench.wanted else []
    if not entries:
        return
    servers = Servers(bench)
    yield Step("waiting: starting the servers", 0.8 * len(entries), servers.open)
    for number in range(1, bench.effort.rounds + 1):
        seconds = len(entries) * (bench.effort.waiting_seconds + WARM_UP + 0.1)
        yield Step(f"waiting, round {number} of {bench.effort.rounds}", seconds, servers.count)
    yield Step("waiting: ending the servers", 0.2, bench.fleet.end_all)


class Servers:
    """The servers of all entries, side by side; those that are not asked do nothing."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._ports: dict[str, int] = {}
        self._reference = ""

    def open(self) -> None:
        """Start them, and ask each of them once."""
        for entry in self._bench.entries(WORKLOAD):
            with self._bench.guarded(entry):
                child = self._bench.start(entry)
                done = self._bench.fleet.ask(child, "serve", server=entry.server, threads=entry.threads)
                self._check(entry, done["port"])
                self._ports[entry.key] = done["port"]
        self._reference = REFERENCE if REFERENCE in self._ports else next(iter(self._ports), "")

    def count(self) -> None:
        """One sample for each entry."""
        counts: dict[str, int] = {}
        for entry in self._bench.entries(WORKLOAD):
            with self._bench.guarded(entry):
                if entry.key not in self._ports:
                    continue
                counts[entry.key] = self._answers(entry)
        self._bench.fleet.keep_bound()
        if not counts.get(self._reference):
            self._bench.results.forget(WORKLOAD)
            self._ports.clear()
            return
        for key, number in counts.items():
            self._bench.results.add(WORKLOAD, WORKLOAD, key, number / counts[self._reference])

    def _check(self, entry: Entry, port: int) -> None:
        try:
            answer = served_answer(port, entry.path(WORKLOAD))
        except ServerFault as fault:
            raise ChildFault(str(fault)) from fault
        if wrong := all_workloads()[WORKLOAD].fault(answer):
            raise ChildFault(wrong)

    def _answers(self, entry: Entry) -> int:
        effort = self._bench.effort
        try:
            return answers_in(
                self._ports[entry.key], entry.path(WORKLOAD), effort.connections, effort.waiting_seconds, WARM_UP
            )
        except ServerFault as fault:
            raise ChildFault(str(fault)) from fault
