"""Results of a run: samples by measure, workload and entry, controls, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

UNITS = {"time": "ratio", "waiting": "ratio", "memory": "MB", "disk": "MB"}
"""The unit of each measure; the others are counts."""


class Figure(NamedTuple):
    """What was measured of one entry."""

    measure: str
    workload: str
    entry: str
    samples: tuple[float, ...]

    @property
    def unit(self) -> str:
        """``ratio``, ``MB`` or ``count``."""
        return UNITS.get(self.measure, "count")


@dataclass
class Results:
    """Filled while a run goes on."""

    controls: dict[str, list[float]] = field(default_factory=dict)
    is_partial: bool = False
    """Whether a comparison was dropped."""
    left_out: dict[str, str] = field(default_factory=dict)
    """Why an entry has no figures, by its key."""
    _samples: dict[tuple[str, str, str], list[float]] = field(default_factory=dict)

    def add(self, measure: str, workload: str, entry: str, value: float) -> None:
        """One sample more."""
        self._samples.setdefault((measure, workload, entry), []).append(round(value, 4))

    def add_control(self, measure: str, ratio: float) -> None:
        """One ratio more of the reference to itself."""
        self.controls.setdefault(measure, []).append(round(ratio, 4))

    def leave_out(self, entry: str, reason: str) -> None:
        """Give no figures of an entry, those it has neither; the first reason stays."""
        self.left_out.setdefault(entry, reason)

    def forget(self, *measures: str) -> None:
        """Drop what was compared with a reference that has failed since."""
        self.is_partial = True
        self._samples = {key: values for key, values in self._samples.items() if key[0] not in measures}
        for measure in measures:
            self.controls.pop(measure, None)

    def figures(self) -> Iterator[Figure]:
        """Those of entries that were not left out."""
        for (measure, workload, entry), samples in self._samples.items():
            if entry not in self.left_out:
                yield Figure(measure, workload, entry, tuple(samples))
