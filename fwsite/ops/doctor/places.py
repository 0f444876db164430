"""Disk checks: how full the places are, what kind they are of, and when they were changed."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fwsite.instance import Instance
from fwsite.ops.backup.holdings import LAST, sides
from fwsite.ops.doctor.finding import Finding, advice, fine, wrong
from fwsite.web.maintenance import maintenance_of

_MEGABYTE = 1_000_000
LEAST_FREE = 50 * _MEGABYTE
"""Bytes that a site needs to go on at all."""
_LEAST_INODES = 1000
_FUTURE = 120
"""Seconds that clocks of machines may be apart."""
_OLD = timedelta(days=7)
_REMOTE = ("nfs", "cifs", "smb", "fuse.sshfs", "afs", "ceph")
_MOUNTS = Path("/proc/mounts")


def look(instance: Instance, database: Path | None) -> list[Finding]:
    """Everything about the places; ``database`` is the SQLite file, ``None`` on PostgreSQL."""
    found = list(_disk(instance.path))
    if database is not None and database.parent != instance.path:
        found += list(_disk(database.parent))
    if database is not None:
        found += list(_remote(database))
    return [
        *found,
        *_clock(instance, database),
        *_backup(instance),
        *_left_behind(instance, database),
        *_maintenance(instance),
    ]


def _disk(folder: Path) -> Iterator[Finding]:
    area, free = "disk", shutil.disk_usage(folder).free
    used = sum(path.stat().st_size for path in folder.glob("*.sqlite3*") if path.is_file())
    inodes = os.statvfs(folder)
    shown = f"{free // _MEGABYTE:,} MB are free on the disk of {folder}"
    if free < LEAST_FREE:
        yield wrong(area, shown, "free some space before forms are answered with error 503")
    elif inodes.f_files and inodes.f_favail < _LEAST_INODES:
        yield wrong(area, f"the disk of {folder} can hold {inodes.f_favail} further files", "delete some files")
    elif free < 2 * used + LEAST_FREE:
        yield advice(area, f"{shown}, and a backup takes up to {2 * used // _MEGABYTE:,} MB", "free some space")
    else:
        yield fine(area, shown)


def _remote(database: Path) -> Iterator[Finding]:
    """SQLite's log needs memory that all processes share, which no network brings from one machine to another."""
    kind = file_system(database.resolve())
    if kind.startswith(_REMOTE):
        yield wrong(
            "disk", f"{database} is on a network ({kind}): SQLite may lose answers there", "use a disk of its own"
        )


def file_system(path: Path) -> str:
    """The kind of file system that a file is on; empty where the system does not tell."""
    best, kind = "", ""
    with suppress(OSError):
        for line in _MOUNTS.read_text(errors="replace").splitlines():
            _, mount, found, *_ = line.split(" ")
            if len(mount) >= len(best) and path.is_relative_to(mount):
                best, kind = mount, found
    return kind


def _clock(instance: Instance, database: Path | None) -> Iterator[Finding]:
    now = time.time()
    watched = [instance.secret_file, instance.config_file, database, Path(__file__)]
    for path in (path for path in watched if path is not None and path.is_file()):
        if path.stat().st_mtime > now + _FUTURE:
            changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            yield wrong(
                "clock",
                f"{path} was changed on {changed:%Y-%m-%d %H:%M} UTC, which is in the future",
                "set this machine's clock, and keep it right (NTP); sessions and limits depend on it",
            )
            return
    yield fine("clock", f"it is {datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M} UTC, and no file is from the future")


def _backup(instance: Instance) -> Iterator[Finding]:
    area, step = "backup", f"{instance.command('backup FILE')}, every night, and keep the file on another machine"
    try:
        last = json.loads((instance.path / LAST).read_text())
        made_at = datetime.fromisoformat(last["made_at"])
        age = datetime.now(UTC) - made_at
    except (OSError, ValueError, KeyError, TypeError):
        yield advice(area, "none was made by fwsite backup", step)
        return
    shown = f"the last one is of {made_at:%Y-%m-%d %H:%M} UTC: {last.get('file')}"
    yield advice(area, shown, step) if age > _OLD else fine(area, shown)


def _left_behind(instance: Instance, database: Path | None) -> Iterator[Finding]:
    """The database from before a move: it keeps what visitors delete in the other one."""
    file = instance.database_file
    if file.exists() and (database is None or not (database.exists() and file.samefile(database))):
        listed = " ".join(shlex.quote(str(path)) for path in sides(file))
        what = f"{file} is not the database that the site uses, and still has all its content, visitors’ answers too"
        yield advice("database", what, f"once you do not need it any more: rm {listed}")


def _maintenance(instance: Instance) -> Iterator[Finding]:
    holds = maintenance_of(instance)
    if holds is not None:
        yield advice(
            "maintenance",
            f"the site is read-only{holds}: every form gets error 503",
            instance.command("maintenance off"),
        )
