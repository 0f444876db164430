"""Processor time: rounds of fresh processes of all entries, in which blocks of requests are paired."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from fwsite.blueprints.measure.bench import Bench, Step
from fwsite.blueprints.measure.child import Child, ChildFault
from fwsite.blueprints.measure.paired import paired_ratios
from fwsite.blueprints.measure.probe.blocks import Block
from fwsite.blueprints.measure.subjects import Entry

CONTROL = "control"
"""The reference a second time, as if it were another entry."""


def steps(bench: Bench) -> Iterator[Step]:
    """For each round: the start of its processes, a step for each workload, and their end."""
    effort = bench.effort
    entries = [entry for entry in bench.entries() if not entry.server]
    for number in range(1, effort.rounds + 1 if bench.timed() else 1):
        current = Round(bench)
        label = f"processor time, round {number} of {effort.rounds}"
        yield Step(f"{label}: starting", 0.5 * (len(entries) + 1), current.open)
        for workload in bench.timed():
            candidates = len(bench.entries(workload)) + 1
            seconds = candidates * (effort.cycles * 2 * effort.block_ms / 1000 + effort.warm_up_seconds)
            yield Step(f"{label}: {workload}", seconds, partial(current.time, workload))
        yield Step(f"{label}: ending", 0.2, bench.fleet.end_all)


class Round:
    """Fresh processes, one for each entry and one for the control."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._children: dict[str, Child] = {}

    def open(self) -> None:
        """Start the processes."""
        reference = self._bench.reference
        if reference is None or reference.key in self._bench.results.left_out:
            return
        timed = set(self._bench.timed())
        for key, entry in self._candidates(reference):
            if timed.intersection(entry.workloads):
                with self._bench.guarded(entry):
                    self._children[key] = self._bench.start(entry)

    def time(self, workload: str) -> None:
        """One sample for each entry that the workload suits."""
        bench, reference = self._bench, self._bench.reference
        if reference is None or reference.key not in self._children or workload not in reference.workloads:
            return
        candidates = {
            key: entry
            for key, entry in self._candidates(reference)
            if workload in entry.workloads and key in self._children
        }
        batches = {key: self._warm(key, entry, workload) for key, entry in candidates.items()}
        ready = [key for key, batch in batches.items() if batch]

        def ask(key: str) -> Block | None:
            entry = candidates[key]
            return self._block(key, entry, entry.path(workload), batches[key])

        ratios = paired_ratios(ready, reference.key, ask, bench.effort.cycles) if reference.key in ready else {}
        for key, ratio in ratios.items():
            with bench.guarded(candidates[key]):  # it has answered rightly all the time
                bench.check(self._children[key], candidates[key], workload)
            if key == CONTROL:
                bench.results.add_control("time", ratio)
            else:
                bench.results.add("time", workload, key, ratio)

    def _candidates(self, reference: Entry) -> Iterator[tuple[str, Entry]]:
        for entry in self._bench.entries():
            if not entry.server:
                yield entry.key, entry
        yield CONTROL, reference

    def _warm(self, key: str, entry: Entry, workload: str) -> int:
        """The batch that suits the entry; 0 where it fails."""
        with self._bench.guarded(entry):
            child, seconds = self._children[key], self._bench.effort.warm_up_seconds
            self._bench.check(child, entry, workload)
            warm = self._bench.fleet.ask(child, "warm", path=entry.path(workload), seconds=seconds)
            return int(warm["batch"])
        return 0

    def _block(self, key: str, entry: Entry, path: str, batch: int) -> Block | None:
        seconds = self._bench.effort.block_ms / 1000
        try:
            done = self._bench.fleet.ask(self._children[key], "block", path=path, seconds=seconds, batch=batch)
        except ChildFault as fault:
            self._bench.results.leave_out(entry.key, str(fault))
            return None
        return Block(**done)
