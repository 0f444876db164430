"""Signal handlers: they only take a note, and the loop acts on it."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

_ALL = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Signals:
    """Notes of SIGTERM and SIGINT (stop), and of SIGHUP (reload)."""

    def __init__(self) -> None:
        self.stops = 0
        self.reload = False
        self._at_a_terminal = os.isatty(sys.__stdin__.fileno()) if sys.__stdin__ else False

    @property
    def stop(self) -> bool:
        """Whether to stop, and first to answer what was taken."""
        return self.stops > 0

    @property
    def hurry(self) -> bool:
        """Whether to stop at once: a second signal came."""
        return self.stops > 1

    def expect_reload(self) -> None:
        """Take note of SIGHUP while the site starts; the other signals end it as they always do."""
        signal.signal(signal.SIGHUP, self._note)

    def obey(self) -> None:
        """Take note of every signal, also of those that were held back."""
        for number in _ALL:
            signal.signal(number, self._note)
        release()

    def obey_parent(self) -> None:
        """As :meth:`obey` for a process whose parent passes on what concerns it.

        Who signals the whole group, as a terminal and systemd do, tells parent and child: that is no second signal.
        """
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._note_once)
        release()

    def request_stop(self) -> None:
        """Stop, for another reason than a signal."""
        self.stops = max(self.stops, 1)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGHUP:
            self.stops += 1
        elif self._at_a_terminal and not os.isatty(0):  # the terminal was closed
            self.request_stop()
        else:
            self.reload = True

    def _note_once(self, _number: int, _frame: FrameType | None) -> None:
        self.request_stop()


def hold_back() -> None:
    """Let signals wait while nobody could take note of them: across a fork and the start of another program."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _ALL)


def release() -> None:
    """Deliver what was held back, and hold back no more."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ALL)
