"""SQLite snapshot: the database as it is at one moment, while others write to it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from fwsite.db.engine import SQLITE_TIMEOUT
from fwsite.ops.backup.archive import BackupError

_PAGES = 2048
"""Between two words on how far it is."""


def snapshot(source: Path, to: Path, progress: Callable[[float], None]) -> None:
    """Copy ``source`` into the new file ``to``, and look at the copy; ``progress`` gets the part done, from 0 to 1.

    The transaction that is open meanwhile holds the moment: without it SQLite would begin the copy anew whenever
    somebody writes, and never end among many writers. In a write-ahead log, reading holds up nobody.
    """
    try:
        with (
            closing(
                sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=SQLITE_TIMEOUT)
            ) as database,
            closing(sqlite3.connect(to, isolation_level=None)) as copy,
        ):
            database.isolation_level = None
            database.execute("BEGIN")
            database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            copy.execute("PRAGMA synchronous=OFF")  # the file is synced once, at the end
            database.backup(copy, pages=_PAGES, progress=lambda _, left, all_: progress(1 - left / (all_ or 1)))
            database.execute("ROLLBACK")
            copy.execute("PRAGMA journal_mode=DELETE")
            faults = [row[0] for row in copy.execute("PRAGMA quick_check(1)")]
    except sqlite3.Error as error:
        raise BackupError(f"The database {source} cannot be copied: {error}") from error
    if faults != ["ok"]:
        raise BackupError(f"The database {source} is damaged: {faults[0]}. No backup was made of it.")
    with to.open("rb") as file:
        os.fsync(file.fileno())
