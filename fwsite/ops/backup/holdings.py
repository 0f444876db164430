"""Backup file list: what belongs to an installation in its instance folder, but for its database and backups."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from fwsite.instance import Instance
from fwsite.ops.backup.archive import CACHE, is_backup

KEPT = "before-restore-"
"""Begins the name of the folder, or file, that keeps what a restore has replaced."""
ASIDE = ".fwsite-aside-"
"""Begins the name of what is being written."""
LAST = "last_backup.json"
SIDES = ("", "-wal", "-shm", "-journal")
"""What SQLite adds to the name of its file."""


def sides(database: Path) -> list[Path]:
    """The files of an SQLite database that are there: its own, its log."""
    return [path for side in SIDES if (path := Path(f"{database}{side}")).exists()]


_OWN = ("articles", "media", "templates", "static")
"""Folders that the host may keep on another disk, by a link in their place."""


def files(instance: Instance, database: Path | None) -> list[Path]:
    """The files of an installation, relative to its folder, in order, and the links in it that lead out.

    Links within the folder are followed, but not in circles; what lies behind one that leads out belongs to somebody
    else. See :func:`leads_out`.
    """
    databases = {f"{path}{side}" for path in (instance.database_file, database) if path for side in SIDES}
    return sorted(
        path.relative_to(instance.path)
        for path in _walk(instance.path)
        if str(path) not in databases
        and path.name != LAST
        and path != instance.maintenance_file
        and (path.is_file() or leads_out(instance.path, path))
        and not is_backup(path)
    )


def leads_out(top: Path, path: Path) -> bool:
    """Whether a symbolic link leads out of the instance folder, to something that is there."""
    if not path.is_symlink() or not path.exists() or (path.parent == top and path.name in _OWN and path.is_dir()):
        return False
    roots = [top, *(top / name for name in _OWN)]
    return not any(path.resolve().is_relative_to(root.resolve()) for root in roots)


def _walk(top: Path) -> Iterator[Path]:
    seen: set[Path] = set()
    for folder, below, names in os.walk(top, followlinks=True):
        place = Path(folder)
        if place.resolve() in seen:
            below.clear()
            continue
        seen.add(place.resolve())
        below[:] = [name for name in below if not _is_left_alone(name) and place / name != top / CACHE]
        outside = {name for name in below if leads_out(top, place / name)}
        below[:] = [name for name in below if name not in outside]
        yield from (place / name for name in [*names, *outside] if not _is_left_alone(name))


def _is_left_alone(name: str) -> bool:
    return name.startswith((KEPT, ASIDE)) or f".{KEPT}" in name
