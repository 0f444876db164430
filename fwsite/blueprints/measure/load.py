"""Load of the machine: what processors were busy with beside the measurement."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

CONTROL_BOUND = 0.05
"""How far a control may be from 1."""
LOAD_BOUND = 0.25
"""How many processors others may keep busy."""
_BUSY = (0, 1, 2, 5, 6, 7)
"""Columns of /proc/stat: user, nice, system, irq, softirq, steal."""


def busy_seconds() -> float:
    """Seconds that all processors together were busy since the machine started."""
    columns = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    return sum(int(columns[index]) for index in _BUSY) / os.sysconf("SC_CLK_TCK")


def own_seconds() -> float:
    """Processor seconds of this process, and of its children that have ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


class LoadMeter:
    """Foreign load between two moments at which no child is running."""

    def __init__(self, busy: Callable[[], float] = busy_seconds) -> None:
        self._busy = busy
        self._start = busy(), own_seconds(), time.monotonic()

    def processors(self) -> float:
        """How many processors others kept busy since the start, on average."""
        busy, own, now = self._busy(), own_seconds(), time.monotonic()
        foreign = (busy - self._start[0]) - (own - self._start[1])
        return max(0.0, foreign / max(now - self._start[2], 1e-9))


def noise(controls: dict[str, float], load: float) -> list[str]:
    """Why a run is noisy, one stamp for each reason; ``controls`` has the median of each control."""
    stamps = [
        f"noisy: the control of {measure} is off by {abs(ratio - 1):.0%}"
        for measure, ratio in controls.items()
        if abs(ratio - 1) > CONTROL_BOUND
    ]
    if load > LOAD_BOUND:
        stamps.append(f"noisy: other programs kept {load:.2f} processors busy")
    return stamps
