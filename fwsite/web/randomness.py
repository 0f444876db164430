"""Random keys, many at once: asking the system for each would cost a thread its turn."""

from __future__ import annotations

import os
import secrets
from collections import deque

_BYTES = 16
_AT_ONCE = 64


def random_key() -> str:
    """128 random bits as 22 letters that may stand in an address. Each is given away once, and by one process."""
    while True:
        try:
            return _ready.pop()
        except IndexError:
            _ready.extend(secrets.token_urlsafe(_BYTES) for _ in range(_AT_ONCE))


_ready: deque[str] = deque()
os.register_at_fork(after_in_child=_ready.clear)
