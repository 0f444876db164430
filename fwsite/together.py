"""Work for several threads that one of them does for all.

The interpreter runs one thread at a time anyway. Threads that compete for it take it from each other many times for
each piece of work, which on several cores takes as long as the work; and a database commits many rows as fast as one.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from threading import Lock
from typing import Generic, TypeVar

AT_MOST = 100
"""Pieces of work that are finished together."""
_GATHERING = (0.0001, 0.0002, 0.0004)
"""Seconds between two looks for who comes, where several came the last time: those are on their way again."""
Given = TypeVar("Given")


class _Place(Generic[Given]):
    """Where a thread waits until its piece is done, or until it is its turn to do them all."""

    def __init__(self, piece: Given) -> None:
        self.piece = piece
        self.is_done = False
        self._news = Lock()
        self._news.acquire()

    def wait(self) -> None:
        self._news.acquire()

    def wake(self) -> None:
        self._news.release()


class Together(Generic[Given]):
    """``work`` is called with the pieces that there are, and those that come while it goes through them."""

    def __init__(self, work: Callable[[Iterator[Given]], None]) -> None:
        self._work = work
        self._waiting: deque[_Place[Given]] = deque()
        self._door = Lock()
        self._is_busy = False
        self._last = 1

    def do(self, piece: Given) -> None:
        """Returns when it is done, by this thread or another one."""
        place = _Place(piece)
        with self._door:
            self._waiting.append(place)
            waits, self._is_busy = self._is_busy, True
        if waits:
            place.wait()
        if not place.is_done:
            self._do_all()

    def _do_all(self) -> None:
        """Do what waits, what this thread has brought before all; then let the first of those that came later do it."""
        taken = [self._waiting.popleft()]
        try:
            self._work(self._coming(taken))
        finally:
            self._last = len(taken)
            with self._door:
                following = self._waiting[0] if self._waiting else None
                self._is_busy = following is not None
            for place in taken[1:]:
                place.is_done = True
                place.wake()
            if following is not None:
                following.wake()

    def _coming(self, taken: list[_Place[Given]]) -> Iterator[Given]:
        yield taken[0].piece
        pauses = iter(_GATHERING)
        while len(taken) < AT_MOST:
            if self._waiting:
                taken.append(self._waiting.popleft())
                yield taken[-1].piece
                continue
            pause = next(pauses, None) if len(taken) < self._last else None
            if pause is None:
                return
            time.sleep(pause)
