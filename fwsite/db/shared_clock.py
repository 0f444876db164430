"""Shared clock: one moment that all processes of a machine can set and read, eight bytes in a file."""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from pathlib import Path

_FORM = struct.Struct("d")


class SharedClock:
    """A number of seconds of the monotonic clock, which is one for all processes of a machine.

    It is read and written by ``pread`` and ``pwrite``: of a file that is cut short, gone or on a full disk the moment
    is this process's own, and nobody dies of it, as of a mapped file. A file that was left over from before the
    machine was started may hold any moment, so that whoever looks must doubt those far ahead.

    Reading lets the process' other threads go first, which costs a site a tenth of its pages a second: within ``every``
    seconds the file is read once. What this process moved itself it knows at once.
    """

    def __init__(self, file: Path, every: float = 0.0) -> None:
        self._every = every
        self._next = 0.0
        self._read = 0.0
        self._own = 0.0
        self._file: int | None = None
        with suppress(OSError):
            self._file = os.open(file, os.O_RDWR | os.O_CLOEXEC)

    def move(self, moment: float) -> None:
        """Let it be ``moment`` for all."""
        self._own = moment
        if self._file is not None:
            with suppress(OSError):
                os.pwrite(self._file, _FORM.pack(moment), 0)

    def value(self, now: float) -> float:
        """Where it was moved to last, by whomever, as known at ``now``; 0 where nobody did."""
        if self._file is not None and now >= self._next:
            self._next = now + self._every
            with suppress(OSError):
                read = os.pread(self._file, _FORM.size, 0)
                if len(read) == _FORM.size:
                    self._read = _FORM.unpack(read)[0]
        return max(self._read, self._own)

    def __del__(self) -> None:
        if self._file is not None:
            with suppress(OSError):
                os.close(self._file)
