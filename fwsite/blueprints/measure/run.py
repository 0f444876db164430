"""Benchmark run: preparation, checks, memory, waiting, processor time, and the document of what came out."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from fwsite.blueprints.measure import checking, memory, preparation, run_file, serving, timing
from fwsite.blueprints.measure.bench import Bench, Step
from fwsite.blueprints.measure.child import BOUND_MB
from fwsite.blueprints.measure.effort import Effort
from fwsite.blueprints.measure.interpreters import Interpreter
from fwsite.blueprints.measure.load import LoadMeter
from fwsite.blueprints.measure.progress import Progress
from fwsite.blueprints.measure.subjects import Subject

_SCRATCH = "run-"


class RunFault(Exception):
    """There can be no run; the message says why and what to do."""


@dataclass
class Request:
    """What is to be measured, and where."""

    subjects: Sequence[Subject]
    wanted: frozenset[str]
    effort: Effort
    interpreters: Sequence[Interpreter]
    cache: Path
    stamps: list[str] = field(default_factory=list)
    meter: Callable[[], LoadMeter] = LoadMeter
    bound_mb: float = BOUND_MB


def measure(request: Request, say: Callable[[str], None], progress: Progress) -> dict[str, Any]:
    """The run file's document. Raises :class:`RunFault` where nothing could be measured."""
    with _alone(request.cache):
        made, reasons = preparation.prepare(request.subjects, request.interpreters, request.cache / "environments", say)
        if not made:
            raise RunFault(
                "Nothing can be measured: "
                + "; ".join(f"{subject.name}: {reasons[subject.key]}" for subject in request.subjects)
            )
        with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=request.cache) as scratch:
            bench = Bench(request.subjects, made, request.wanted, request.effort, Path(scratch), request.bound_mb)
            started, meter = time.monotonic(), request.meter()
            partial_stamp = [] if _carry_out(bench, progress) else ["partial"]
            load = meter.processors()
        if next(bench.results.figures(), None) is None:
            raise RunFault(_nothing(bench, bool(partial_stamp)))
        stamps = [*request.stamps, *partial_stamp]
        return run_file.document(bench, reasons, stamps, time.monotonic() - started, load)


def _nothing(bench: Bench, stopped: bool) -> str:
    if stopped:
        return "Stopped before anything was measured."
    return "Nothing was measured: " + "; ".join(f"{key}: {why}" for key, why in bench.results.left_out.items())


def _carry_out(bench: Bench, progress: Progress) -> bool:
    """Whether all steps were done, and no reference failed on the way."""
    try:
        for phase in (checking.steps, _later):
            _all(phase(bench), progress)
        whole = True
    except KeyboardInterrupt:
        whole = False
    finally:
        progress.end()
        bench.fleet.end_all()
    if bench.reference is not None and bench.reference.key in bench.results.left_out:
        bench.results.forget("time")
    return whole and not bench.results.is_partial


def _later(bench: Bench) -> Iterator[Step]:
    """The steps that are planned once it is known which entries answer rightly."""
    return chain(memory.steps(bench), serving.steps(bench), timing.steps(bench))


def _all(steps: Iterator[Step], progress: Progress) -> None:
    plan = list(steps)
    progress.plan(sum(step.seconds for step in plan))
    for step in plan:
        progress.begin(step.label, step.seconds)
        step.act()


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """One run at a time, which clears away what one that was killed has left."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunFault("Another run is under way in this instance folder; two would disturb each other.") from None
        for left in cache.glob(f"{_SCRATCH}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
