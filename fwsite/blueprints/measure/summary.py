"""Summary of a run, as a terminal shows it: ratios with their range, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

ALIKE = 0.10
"""Ratios nearer to 1 than this are no difference."""
_TITLES = {"time": "Processor time a request", "waiting": "Answers while views wait", "memory": "Memory after requests"}


def lines(run: Mapping[str, Any]) -> Iterator[str]:
    """The lines to print."""
    names = {entry["key"]: entry["name"] for entry in run["entries"]}
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for figure in run["figures"]:
        if figure["measure"] in _TITLES and figure["workload"] != "unique":
            groups.setdefault((figure["measure"], figure["workload"]), []).append(figure)
    for (measure, workload), figures in groups.items():
        unit = "MB resident" if measure == "memory" else f"ratio to {_reference(figures, names)}"
        better = "more" if measure == "waiting" else "less"
        yield f"{_TITLES[measure]}{'' if measure != 'time' else f', {workload}'} ({unit}; {better} is better)"
        for figure in figures:
            yield f"  {names[figure['entry']]:36} {_value(figure)}"
        yield ""
    for left in (*run["subjects"], *run["entries"]):
        if left["left_out"] and not (left in run["entries"] and left["left_out"] == _of_subject(run, left)):
            yield f"Left out: {left['name']}: {left['left_out']}"
    for control in run["controls"]:
        yield f"Control, {control['measure']}: {_range(control['samples'], 2)}"
    yield f"Other programs kept {run['load']:.2f} processors busy."
    yield from (f"Stamped: {stamp}" for stamp in run["stamps"])


def _of_subject(run: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    return next((each["left_out"] for each in run["subjects"] if each["key"] == entry["subject"]), "")


def _reference(figures: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    return next((names[figure["entry"]] for figure in figures if set(figure["samples"]) == {1.0}), "the reference")


def _value(figure: Mapping[str, Any]) -> str:
    samples = figure["samples"]
    if figure["unit"] != "ratio":
        return _range(samples, 1)
    if set(samples) == {1.0}:
        return "1"
    alike = ", no difference" if abs(median(samples) - 1) < ALIKE else ""
    return f"{_range(samples, 2)}{alike}"


def _range(samples: Sequence[float], digits: int) -> str:
    return f"{median(samples):.{digits}f} ({min(samples):.{digits}f} to {max(samples):.{digits}f})"
