"""Memory measurement: resident and unique megabytes of fresh processes that have answered some requests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from fwsite.blueprints.measure.bench import Bench, Step
from fwsite.blueprints.measure.subjects import Entry

ASKED = ("json", "row", "page")
"""In turn, before memory is read."""


def steps(bench: Bench) -> Iterator[Step]:
    """A step for each start of each subject, and for the reference once more."""
    if "memory" not in bench.wanted:
        return
    for number in range(1, bench.effort.starts + 1):
        for entry in bench.main_entries():
            seconds = 0.5 + 0.0006 * bench.effort.requests
            yield Step(f"memory, start {number}: {entry.name}", seconds, partial(_read, bench, entry))
        yield Step(f"memory, start {number}: control", 2, partial(_control, bench))


def _read(bench: Bench, entry: Entry) -> None:
    if entry.key in bench.results.left_out:
        return
    with bench.guarded(entry):
        found = _megabytes(bench, entry)
        for kind in ("resident", "unique"):
            bench.results.add("memory", kind, entry.key, found[kind])
    bench.fleet.end_all()


def _control(bench: Bench) -> None:
    """The reference twice, one after the other."""
    entry = bench.reference
    if entry is None or entry.key in bench.results.left_out:
        return
    with bench.guarded(entry):
        first = _megabytes(bench, entry)["resident"]
        bench.fleet.end_all()
        bench.results.add_control("memory", _megabytes(bench, entry)["resident"] / first)
    bench.fleet.end_all()


def _megabytes(bench: Bench, entry: Entry) -> dict[str, float]:
    child = bench.start(entry)
    workloads = [key for key in ASKED if key in entry.workloads] or entry.workloads
    for key in workloads:
        bench.check(child, entry, key)
    paths = [entry.path(key) for key in workloads]
    bench.fleet.ask(child, "requests", paths=paths, number=bench.effort.requests)
    return bench.fleet.ask(child, "memory")
