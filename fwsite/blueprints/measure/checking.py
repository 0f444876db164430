"""Correctness check: each entry answers rightly before anything is timed; what is the same each time is counted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from fwsite.blueprints.measure.bench import Bench, Step
from fwsite.blueprints.measure.subjects import Entry, Subject
from fwsite.blueprints.measure.workloads import all_workloads

WARM_UP, COUNTED = 30, 10
"""Requests before counting, and those that are counted."""


def steps(bench: Bench) -> Iterator[Step]:
    """A step for each entry."""
    for subject in bench.subjects:
        if subject.key in bench.environments:
            yield Step(f"counting what {subject.name} installs", 0.1, partial(_count_installed, bench, subject))
    for entry in bench.entries():
        yield Step(f"checking {entry.name}", 0.8, partial(_check, bench, entry))


def _count_installed(bench: Bench, subject: Subject) -> None:
    environment, add = bench.environments[subject.key], bench.results.add
    add("distributions", "install", subject.key, environment.distributions)
    add("disk", "install", subject.key, environment.megabytes)
    add("lines", "app", subject.key, subject.lines)


def _check(bench: Bench, entry: Entry) -> None:
    with bench.guarded(entry):
        child = bench.start(entry, counting=True)
        for key in entry.workloads:
            bench.check(child, entry, key)
        for key in entry.workloads:
            workload = all_workloads()[key]
            if workload.served or key not in bench.wanted:
                continue
            counts = bench.fleet.ask(child, "count", path=entry.path(key), warm_up=WARM_UP, number=COUNTED)
            bench.results.add("calls", key, entry.key, counts["calls"])
            if workload.database:
                bench.results.add("statements", key, entry.key, counts["statements"])
    bench.fleet.end_all()
