"""Memory tuning: keeps a process small."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

_M_ARENA_MAX = -8
"""``man 3 mallopt``"""
_WHILE_SERVING = (700, 10, 10)
"""A request leaves little behind that only the collector finds, so that it need not look during each."""


def few_arenas() -> None:
    """Let all threads share one heap, before there are any: only one of them runs at a time anyway.

    GNU's allocator gives each thread a heap of its own, of which each keeps what its largest page ever took. Another
    allocator has no such switch, and goes on as it is.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def settle() -> None:
    """What lives as long as the process need not be looked at, nor copied by a child, whenever memory is cleaned up.
    What the start left over goes back.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_WHILE_SERVING)
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
