"""Backup verification: whether a file would restore, without restoring it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from fwsite.ops.backup import archive
from fwsite.ops.backup.archive import BackupError, Manifest
from fwsite.ops.backup.database_check import refuse_broken, refuse_broken_dump


def verify(path: Path) -> Manifest:
    """What the backup says of itself, once all of it was found to be so. Raises :class:`BackupError`."""
    if not path.is_file():
        raise BackupError(f"There is no file {path}.")
    try:
        with archive.opened(path) as inside, tempfile.TemporaryDirectory(prefix="fwsite-verify-") as folder:
            database = Path(folder) / "database"
            inside.verify(database)
            check = refuse_broken if inside.manifest.database == "sqlite" else refuse_broken_dump
            check(database, inside.manifest)
            return inside.manifest
    except BackupError as error:
        raise BackupError(f"{path} is not whole: {error}.") from error
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}: {error.filename or path}.") from error
