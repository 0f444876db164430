"""Metrics files: where several processes count, each in its own, which prometheus-client maps into its memory.

A system that has no room for what is written into a mapped file ends the process (SIGBUS). So the files lie in memory,
where there is a folder for that, and their room is taken before they are mapped, by a write that fails with an error.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - only for a folder that mkdtemp makes
_PREFIX = "fwsite-metrics-"
_PER_VIEW = {"counter": 1024, "histogram": 4096, "gauge_all": 64}
"""Bytes by the kind that a file's name begins with: more than the numbers of a view take."""


def new_folder(cache: Path) -> Path:
    """A folder for the processes that this one starts, which goes with it. Those that were left behind go now.

    A program that was replaced by this one, on SIGHUP, had the same process id: its folder is one of them.
    """
    parent = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else cache
    for left in parent.glob(f"{_PREFIX}*"):
        pid = left.name.removeprefix(_PREFIX).partition("-")[0]
        if pid == str(os.getpid()) or not Path("/proc", pid).exists():
            shutil.rmtree(left, ignore_errors=True)
    folder = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def reserve(folder: Path, number: int, views: int) -> None:
    """Take the room of the files of process ``number``, unless one that has ended has left them.

    Raises ``OSError`` where there is none.
    """
    for kind, size in _PER_VIEW.items():
        path = folder / f"{kind}_{number}.db"
        try:
            with path.open("ab") as file:
                file.write(bytes(max(0, size * views - file.tell())))
        except OSError:
            path.unlink(missing_ok=True)  # an empty one could be read by nobody
            raise
