"""Measured facts: plain figures of the run in force by framework, as columns beside what extensions know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flask import url_for

from fwsite.blueprints.comparison.measured import judgements, runs
from fwsite.blueprints.comparison.measured.runs import Kept
from fwsite.domain.columns import Cell, FilledColumn
from fwsite.domain.evidence import Evidence
from fwsite.domain.measurement import NO_DIFFERENCE, Figure, Run
from fwsite.domain.measurement import Cell as Place
from fwsite.extend import absolute

MEASURES = {
    ("memory", "resident"): "Memory of one worker",
    ("distributions", "install"): "Packages that an install brings",
    ("disk", "install"): "Disk space",
}
"""The plain figures that a reader can use as they are, and what each is called."""
GROUP = "Weight"
"""What they stand under in the comparison's table."""


def columns(frameworks: Sequence[str]) -> tuple[FilledColumn, ...]:
    """The measured columns for these frameworks; none where no run is in force."""
    kept = runs.in_force()
    if kept is None or judgements.moved(kept.run):
        return ()
    beside = runs.reference() if kept.is_here else None
    return tuple(_filled(kept, beside, frameworks))


def _filled(kept: Kept, beside: Run | None, frameworks: Sequence[str]) -> Iterator[FilledColumn]:
    address = absolute(url_for("comparison.measured_run", run=kept.key))
    for (measure, workload), label in MEASURES.items():
        texts = {framework: _text(kept.run, beside, (measure, workload), framework) for framework in frameworks}
        cells = {key: Cell(text, Evidence.MEASURED, address) for key, text in texts.items() if text}
        if cells:
            yield FilledColumn(f"measured_{measure}", label, cells, GROUP)


def _text(run: Run, beside: Run | None, of: tuple[str, str], framework: str) -> str:
    """``33 MB, with SQLAlchemy 53 MB``; with what the shipped run has, where this host's does not agree with it."""
    here = _figures(run, of, framework)
    there = _figures(beside, of, framework) if beside else {}
    if any(_disagree(figure, there[name]) for name, figure in here.items() if name in there):
        return f"here {_said(here)}; reference {_said(there)}"
    return _said(here)


def _figures(run: Run, of: tuple[str, str], framework: str) -> dict[str, Figure]:
    """What was measured of a framework's subjects, by what a subject's name adds: ``with SQLAlchemy``."""
    subjects = [subject for subject in run.subjects.values() if subject.framework == framework]
    places = {subject.name.removeprefix(subjects[0].name).strip(): Place(*of, subject.key) for subject in subjects}
    return {name: run.figures[place] for name, place in places.items() if place in run.figures}


def _disagree(one: Figure, other: Figure) -> bool:
    if one.unit == "count":
        return one.value != other.value
    return abs(one.value - other.value) >= NO_DIFFERENCE * other.value


def _said(figures: Mapping[str, Figure]) -> str:
    return ", ".join(f"{name} {figure.amount}".strip() for name, figure in figures.items())
