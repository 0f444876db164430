"""Database check of a backup: the copy or dump opens, is sound, and holds what the manifest says."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from fwsite.ops.backup import dumps
from fwsite.ops.backup.archive import BackupError, Manifest
from fwsite.ops.backup.contents import contents_of_file
from fwsite.plugins.migrations import VERSION_PREFIX


def refuse_broken(database: Path, manifest: Manifest) -> None:
    """Raises :class:`BackupError` where an SQLite file is damaged, or has other contents than were backed up."""
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            faults = [row[0] for row in opened.execute("PRAGMA integrity_check(1)")]
            broken = opened.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"its database is damaged: {error}") from error
    if faults != ["ok"]:
        raise BackupError(f"its database is damaged: {faults[0]}")
    if broken:
        raise BackupError(f"its database is damaged: a row of {broken[0]} refers to a missing one of {broken[2]}")
    schemas, rows = contents_of_file(database)
    _refuse_other_tables(set(rows), manifest)
    if (schemas, rows) != (dict(manifest.schemas), dict(manifest.rows)):
        raise BackupError("its database does not have the rows and schemas that its manifest names")


def refuse_broken_dump(dumped: Path, manifest: Manifest) -> None:
    """Raises :class:`BackupError` where a dump cannot be read to its end, or has other tables than were backed up."""
    tables = dumps.tables(dumped)
    _refuse_other_tables({name for name in tables if not name.startswith(VERSION_PREFIX)}, manifest)


def _refuse_other_tables(tables: set[str], manifest: Manifest) -> None:
    if not tables:
        raise BackupError("its database is empty")
    differing = sorted(tables ^ set(manifest.rows))
    if differing:
        raise BackupError(f"its database does not have the tables that its manifest names: {', '.join(differing[:5])}")
