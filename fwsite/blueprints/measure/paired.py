"""Paired measurement: blocks of all candidates side by side, so that what disturbs one disturbs all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from fwsite.blueprints.measure.probe.blocks import Block

Ask = Callable[[str], Block | None]
"""Runs one block of a candidate; ``None`` where it has failed, and is out of it from then on."""


def paired_ratios(candidates: Sequence[str], reference: str, ask: Ask, cycles: int) -> dict[str, float]:
    """The median over the cycles of each candidate's time a request against the reference's in the same cycle.

    A cycle goes forward and back, A to F and F to A: what grows steadily meanwhile adds alike to all of them. Each
    cycle begins with another candidate, so that none is always the one that goes twice in a row.
    Empty where the reference fails.
    """
    ratios: dict[str, list[float]] = {key: [] for key in candidates}
    for number in range(cycles):
        start = number % len(candidates)
        order = [key for key in (*candidates[start:], *candidates[:start]) if key in ratios]
        times = _cycle(order, ask)
        if reference not in times:
            return {}
        ratios = {key: [*ratios[key], time / times[reference]] for key, time in times.items()}
    return {key: median(ratios[key]) for key in candidates if key in ratios}


def _cycle(candidates: Sequence[str], ask: Ask) -> dict[str, float]:
    """Seconds a request of each candidate that did not fail."""
    seconds, requests = dict.fromkeys(candidates, 0.0), dict.fromkeys(candidates, 0)
    failed = set()
    for key in (*candidates, *reversed(candidates)):
        block = None if key in failed else ask(key)
        if block is None:
            failed.add(key)
            continue
        seconds[key] += block.seconds
        requests[key] += block.requests
    return {key: seconds[key] / requests[key] for key in candidates if key not in failed}
