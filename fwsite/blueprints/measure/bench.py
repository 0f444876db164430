"""Test bench: the entries of a run, their processes, and what has come out so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

from fwsite.blueprints.measure.child import BOUND_MB, Child, ChildFault, Fleet
from fwsite.blueprints.measure.effort import Effort
from fwsite.blueprints.measure.environments import Environment
from fwsite.blueprints.measure.results import Results
from fwsite.blueprints.measure.subjects import Entry, Subject
from fwsite.blueprints.measure.workloads import all_workloads

REFERENCE = "django"
"""What the others are compared with, where it takes part."""


class Step(NamedTuple):
    """A part of a run: what it is, about how many seconds it takes, and how it is done."""

    label: str
    seconds: float
    act: Callable[[], None]


class Bench:
    """Everything that the steps of a run share."""

    def __init__(
        self,
        subjects: Sequence[Subject],
        environments: Mapping[str, Environment],
        wanted: frozenset[str],
        effort: Effort,
        scratch: Path,
        bound_mb: float = BOUND_MB,
    ) -> None:
        """``wanted`` are the keys of workloads, and ``memory``; ``scratch`` is an empty folder."""
        self.subjects = subjects
        self.environments = environments
        self.wanted = wanted
        self.effort = effort
        self.results = Results()
        self.fleet = Fleet(bound_mb)
        self._scratch = scratch
        self._numbers = count()
        self._folders = {subject.key: subject.folder for subject in subjects}
        self._reference: Entry | None = None

    def entries(self, workload: str | None = None) -> list[Entry]:
        """Those that are measured, or those of them that a workload suits."""
        return [
            entry
            for subject in self.subjects
            for entry in subject.entries
            if subject.key in self.environments
            and entry.key not in self.results.left_out
            and (self.wanted.intersection(entry.workloads) or ("memory" in self.wanted and entry.key == subject.key))
            and (workload is None or workload in entry.workloads)
        ]

    def main_entries(self) -> list[Entry]:
        """The entry of each subject that is the subject itself, whose memory is read."""
        return [entry for entry in self.entries() if entry.key == entry.subject]

    def timed(self) -> list[str]:
        """The workloads of which processor time is measured."""
        return [key for key, workload in all_workloads().items() if key in self.wanted and not workload.served]

    @property
    def reference(self) -> Entry | None:
        """What the others are compared with, chosen once all were checked."""
        if self._reference is None:
            main = sorted(self.main_entries(), key=lambda entry: (entry.key != REFERENCE, entry.interface != "wsgi"))
            self._reference = main[0] if main else None
        return self._reference

    def start(self, entry: Entry, *, counting: bool = False) -> Child:
        """A fresh process with the entry's application. Raises :class:`ChildFault`."""
        place = self._scratch / str(next(self._numbers))
        place.mkdir()
        environ = {**entry.environ, "MEASURE_DATABASE": str(place / "books.sqlite3")}
        child = self.fleet.start(self.environments[entry.subject].python, place / "log.txt", environ)
        folder = str(self._folders[entry.subject])
        self.fleet.ask(child, "load", folder=folder, target=entry.target, interface=entry.interface, counting=counting)
        self.fleet.keep_bound()
        return child

    def check(self, child: Child, entry: Entry, workload: str) -> None:
        """Ask once, and compare with the right answer. Raises :class:`ChildFault`."""
        answer = self.fleet.ask(child, "answer", path=entry.path(workload))
        if fault := all_workloads()[workload].fault(answer):
            raise ChildFault(fault)

    @contextmanager
    def guarded(self, entry: Entry) -> Iterator[None]:
        """What fails in here leaves the entry out, and nothing else."""
        try:
            yield
        except ChildFault as fault:
            self.results.leave_out(entry.key, str(fault))
