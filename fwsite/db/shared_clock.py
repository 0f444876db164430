"""A moment that all processes of one machine share: each may move it, and looking at it costs nothing."""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path

_FORM = struct.Struct("d")


class SharedMoment:
    """A number of seconds of the monotonic clock, which is one for all processes of a machine.

    It lies in memory that a file is mapped into; where there is none, or that cannot be, it is this process's own. A
    file that was left over from before the machine was started may hold any moment, so that whoever looks must doubt
    those far ahead.
    """

    def __init__(self, file: Path) -> None:
        self._memory: mmap.mmap | bytearray = bytearray(_FORM.size)
        try:
            handle = os.open(file, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return
        try:
            if os.fstat(handle).st_size < _FORM.size:  # just made
                os.ftruncate(handle, _FORM.size)
            self._memory = mmap.mmap(handle, _FORM.size)
        except OSError:
            return
        finally:
            os.close(handle)

    def move(self, moment: float) -> None:
        """Let it be ``moment`` for all."""
        _FORM.pack_into(self._memory, 0, moment)

    @property
    def value(self) -> float:
        """Where it was moved to last, by whomever; 0 where nobody did."""
        moment: float = _FORM.unpack_from(self._memory)[0]
        return moment
