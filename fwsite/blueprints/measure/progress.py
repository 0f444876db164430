"""Progress line: what is being done, and about how long it will take."""

from __future__ import annotations

import time
from collections.abc import Callable

QUIET_SECONDS = 10.0
"""Between two lines where they cannot be written over one another."""
_WIDTH = 78


class Progress:
    """Says time left by the pace so far."""

    def __init__(
        self, write: Callable[[str], None], *, terminal: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``write`` takes text as it stands; on a ``terminal`` each line replaces the one before."""
        self._write, self._terminal, self._clock = write, terminal, clock
        self._left = self._planned = 0.0
        self._started = self._said = clock()

    def plan(self, seconds: float) -> None:
        """Begin a part of the run that should take so many seconds."""
        self._left, self._planned, self._started = seconds, 0.0, self._clock()
        self._said = self._started - QUIET_SECONDS

    def begin(self, label: str, seconds: float) -> None:
        """A step that should take so many seconds."""
        now = self._clock()
        if self._terminal:
            self._write(f"\r{self._line(label, now):{_WIDTH}.{_WIDTH}}")
        elif now - self._said >= QUIET_SECONDS:
            self._said = now
            self._write(f"{self._line(label, now)}\n")
        self._planned += seconds
        self._left -= seconds

    def end(self) -> None:
        """Leave the line free."""
        if self._terminal:
            self._write(f"\r{'':{_WIDTH}}\r")

    def _line(self, label: str, now: float) -> str:
        pace = (now - self._started) / self._planned if self._planned >= 5 else 1.0
        minutes, seconds = divmod(round(max(0.0, self._left * pace)), 60)
        return f"{minutes}:{seconds:02d} left - {label}"
