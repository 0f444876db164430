"""Forms that come at the same time are handled by one thread.

The interpreter runs one thread at a time anyway. Threads that compete for it take it from each other many times for
each form, which on several cores takes as long as the work; and a database commits many rows as fast as one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Protocol
from wsgiref.types import WSGIEnvironment

from fwsite.web.alike import FormsAlike, was_handled

AT_MOST = 100
"""Forms that are handled together."""
_GATHERING = (0.0001, 0.0002, 0.0004)
"""Seconds between two looks for who comes, where several came the last time: those are on their way again."""
_log = logging.getLogger(__name__)


class Channel(Protocol):
    """A connection on which a request waits for its answer."""

    requests: list[Any]

    def begin(self) -> WSGIEnvironment | None:
        """What its first request asks for; none where that is not known for sure."""

    def service(self) -> None:
        """Answer the first request."""

    def cancel(self) -> None:
        """Never mind."""


class Together:
    """Stands where a server's tasks are handed to its threads, and is a task itself: the forms that wait."""

    def __init__(self, forms: FormsAlike, hand_over: Callable[[Any], None], wake_loop: Callable[[], None]) -> None:
        """``hand_over`` gives a task to some thread, ``wake_loop`` has the loop look at its connections."""
        self._forms, self._hand_over, self._wake_loop = forms, hand_over, wake_loop
        self._waiting: deque[Channel] = deque()
        self._door = threading.Lock()
        self._has_thread = False
        self._answering: int | None = None
        """The thread that answers several, and wakes the loop afterwards."""
        self._last = 1

    def add_task(self, channel: Channel) -> None:
        """Have its first request answered, by some thread."""
        request = channel.requests[0]
        if request.error or request.command != "POST" or not self._forms.may_handle(request.path):
            self._hand_over(channel)
            return
        with self._door:
            self._waiting.append(channel)
            had_thread, self._has_thread = self._has_thread, True
        if not had_thread:
            self._hand_over(self)

    def pull_trigger(self) -> None:
        """Have the loop look at its connections; once for all that are answered together."""
        if threading.get_ident() != self._answering:
            self._wake_loop()

    def service(self) -> None:
        """Handle what waits; one thread at a time does so. What comes later is for the next turn, whoever takes it."""
        taken: list[tuple[Channel, WSGIEnvironment]] = []
        try:
            self._forms.handle(self._coming(taken))
        except Exception:
            _log.exception("forms could not be handled together; each is left to its view")
        finally:
            self._last = len(taken)
            self._answer(taken)
            with self._door:
                self._has_thread = bool(self._waiting)
            if self._has_thread:
                self._hand_over(self)

    def cancel(self) -> None:
        """The server ends."""
        while self._waiting:
            self._waiting.popleft().cancel()

    def _coming(self, taken: list[tuple[Channel, WSGIEnvironment]]) -> Iterator[WSGIEnvironment]:
        pauses = iter(_GATHERING)
        while len(taken) < AT_MOST:
            if self._waiting:
                channel = self._waiting.popleft()
                environ = channel.begin()
                if environ is None:
                    self._hand_over(channel)
                else:
                    taken.append((channel, environ))
                    yield environ
                continue
            pause = next(pauses, None) if len(taken) < self._last else None
            if pause is None:
                return
            time.sleep(pause)

    def _answer(self, taken: list[tuple[Channel, WSGIEnvironment]]) -> None:
        """Those that were handled. The others go to their views, which may take long, each in a thread of its own."""
        self._answering = threading.get_ident()
        try:
            for channel, environ in taken:
                if was_handled(environ):
                    self._service(channel)
                else:
                    self._hand_over(channel)
        finally:
            self._answering = None
            self._wake_loop()

    def _service(self, channel: Channel) -> None:
        try:
            channel.service()
        except Exception:  # as waitress does; the others are to be answered
            _log.exception("Exception when servicing %r", channel)
