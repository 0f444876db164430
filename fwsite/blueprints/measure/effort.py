"""Repetitions: how often everything is measured, in a whole run and in a quick one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """How much is done; the run file carries it as ``settings``."""

    cycles: int = 15
    """Forward and backward passes of blocks in one round, of which the median counts."""
    block_ms: int = 40
    rounds: int = 4
    """Fresh processes; each gives a sample."""
    starts: int = 5
    """Fresh processes whose memory is read."""
    requests: int = 1000
    """Requests before memory is read."""
    connections: int = 64
    wait_ms: int = 50
    """How long a view waits; the subjects' own code says so, too."""
    waiting_seconds: float = 1.0
    """How long answers are counted."""
    warm_up_seconds: float = 0.12

    def document(self) -> dict[str, float]:
        """As the run file has it."""
        names = ("cycles", "block_ms", "rounds", "starts", "requests", "connections", "wait_ms")
        return {name: getattr(self, name) for name in names}


WHOLE = Effort()
QUICK = Effort(cycles=3, rounds=2, starts=2, requests=200, waiting_seconds=0.6, warm_up_seconds=0.08)
