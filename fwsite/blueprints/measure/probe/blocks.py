"""Benchmark block: as many requests as fit into some milliseconds of the process clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

BATCH = 0.002
"""Seconds between two looks at the clock: short against a block, long against the look."""
WALL = 50
"""A block ends after so many times its length by the clock on the wall, for what waits instead of working."""


class Block(NamedTuple):
    """Processor seconds of the whole process, with threads that have ended, and the requests in them."""

    seconds: float
    requests: int


def run_block(run: Callable[[int], None], seconds: float, batch: int) -> Block:
    """Call ``run(batch)`` until so many seconds of the process clock are over."""
    run(batch)  # others have used the processor's caches meanwhile
    requests, end = 0, time.monotonic() + seconds * WALL
    started = time.process_time()
    while True:
        run(batch)
        requests += batch
        spent = time.process_time() - started
        if spent >= seconds or time.monotonic() >= end:
            return Block(spent, requests)


def fitting_batch(run: Callable[[int], None], seconds: float) -> int:
    """Warm up for so many seconds; the number of requests that take about :data:`BATCH`."""
    block = run_block(run, seconds, 1)
    return max(1, round(BATCH * block.requests / block.seconds)) if block.seconds else 1
