"""Service lock: whoever serves an installation shares it for as long as he lives; a restore takes it for itself alone.

A server need not have opened the database to be one. The lock is on the folder itself, so that no file has to be kept
in order, and the system lets go of it when the last process has ended, however that ended. A database that stands
outside of the instance folder has a lock of its own beside it, as several instance folders may name it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flask import Flask

from fwsite.server.failures import BeingRestored

_KEPT = "fwsite.service_lock"
_LOCK = ".{}.serving"


class Serving(Exception):
    """Somebody serves this installation; the message names the place."""


def hold(app: Flask) -> None:
    """Share the locks until this process and those that it forks have ended. Raises :class:`BeingRestored`."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    database = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
    app.extensions[_KEPT] = held = []
    for place in _places(Path(app.instance_path), [database] if database else []):
        descriptor = _open(place)
        if descriptor is None:
            continue
        held.append(descriptor)
        if not _locked(descriptor, fcntl.LOCK_SH):
            raise BeingRestored(
                f"A backup is being restored into {database if place.is_file() else place}. Wait until it is in place, "
                "and start again."
            )


@contextmanager
def alone(instance: Path, databases: Collection[Path]) -> Iterator[None]:
    """Nobody serves the installation meanwhile, nor begins to. Raises :class:`Serving`."""
    with ExitStack() as stack:
        for place in _places(instance, databases):
            descriptor = _open(place)
            if descriptor is None:
                continue
            stack.callback(os.close, descriptor)
            if not _locked(descriptor, fcntl.LOCK_EX):
                raise Serving(str(place))
        yield


def _places(instance: Path, databases: Collection[Path]) -> list[Path]:
    """The folder; and where a database stands elsewhere, the folder of another instance, or a file beside it."""
    found = [instance]
    for database in databases:
        if database.is_absolute() and database.parent != instance:
            is_instance = (database.parent / "secret_key").exists()
            found.append(database.parent if is_instance else database.with_name(_LOCK.format(database.name)))
    return list(dict.fromkeys(found))


def _open(place: Path) -> int | None:
    """A descriptor to lock; ``None`` where there is nothing to serve yet, or nothing may be written beside it."""
    try:
        if place.is_dir():
            return os.open(place, os.O_RDONLY | os.O_DIRECTORY)
        return os.open(place, os.O_RDWR | os.O_CREAT, 0o600) if place.name.endswith(".serving") else None
    except OSError:
        return None


def _locked(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks: the other checks are left
        return True
    return True
