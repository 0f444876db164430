"""Online backup: made while the site serves."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from fwsite import __version__
from fwsite.db.engine import db
from fwsite.instance import Instance, current_instance
from fwsite.ops.backup import dumps
from fwsite.ops.backup.archive import DATABASES, DEEPEST, FOLDER, BackupError, Manifest, Writer, is_too_deep
from fwsite.ops.backup.contents import contents, contents_of_file
from fwsite.ops.backup.holdings import ASIDE, LAST, files, leads_out
from fwsite.ops.backup.snapshot import snapshot
from fwsite.ops.database_name import named

_QUIET = 2.0
"""Seconds between two words on how far it is."""


@dataclass(frozen=True)
class Made:
    """A backup that is in place; ``size`` in bytes."""

    path: Path
    size: int
    manifest: Manifest


class Progress:
    """Says how far it is, but not more often than every two seconds."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._next = time.monotonic() + _QUIET

    def of(self, what: str) -> Callable[[float], None]:
        """Takes the part done, from 0 to 1."""

        def tell(part: float) -> None:
            if time.monotonic() >= self._next:
                self._next = time.monotonic() + _QUIET
                self._say(f"{what}: {part:.0%}")

        return tell


def database_file() -> Path | None:
    """The SQLite file that the application uses; ``None`` on PostgreSQL."""
    url = db.engine.url
    # SQLite's own addresses say what may be done with the file, too: file:/srv/ledger.sqlite3?mode=ro
    return Path((url.database or "").removeprefix("file:")) if url.get_backend_name() == "sqlite" else None


def make(app: Flask, to: Path, *, force: bool, say: Callable[[str], None]) -> Made:
    """Write the installation of ``app`` into the new file ``to``; with ``force`` in the place of one that is there.

    It comes there in one step, when it is whole. Raises :class:`BackupError`.
    """
    to = to.parent.resolve() / to.name
    if to.is_dir() or (to.exists() and not force):
        step = "choose the name of a file" if to.is_dir() else "choose another name, or say --force"
        raise BackupError(f"{to} is there already; {step}.")
    try:
        with tempfile.TemporaryDirectory(prefix=ASIDE, dir=to.parent) as folder, app.app_context():
            aside = Path(folder) / "backup"
            manifest = _write(Instance(Path(app.instance_path)), aside, Path(folder), Progress(say))
            db.engine.dispose()
            size = aside.stat().st_size
            _put(aside, to, force)
    except OSError as error:
        raise BackupError(f"The backup cannot be written: {error.strerror}: {error.filename or to}") from error
    _note(Instance(Path(app.instance_path)), to, size, manifest)
    return Made(to, size, manifest)


def _write(instance: Instance, aside: Path, folder: Path, progress: Progress) -> Manifest:
    found = _files(instance)
    kind = db.engine.url.get_backend_name()
    copy = folder / DATABASES[kind]
    made_at = datetime.now(UTC)
    schemas, rows = _copy_database(copy, progress)
    with os.fdopen(os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file, Writer(file) as writer:
        writer.add(copy.name, copy, mode=0o600, packed=kind == "postgresql")
        tell = progress.of("files")
        for number, path in enumerate(found):
            _add(writer, instance, path)
            tell(number / len(found))
        manifest = Manifest(
            __version__,
            made_at.isoformat(timespec="seconds"),
            kind,
            schemas,
            rows,
            tuple(writer.parts),
            named(db.engine.url),
        )
        writer.finish(manifest)
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _files(instance: Instance) -> list[Path]:
    """What goes into it. Raises :class:`BackupError` where a link would take in what is not the installation's."""
    found = files(instance, database_file())
    outside = [instance.path / path for path in found if leads_out(instance.path, instance.path / path)]
    if outside:
        listed = ", ".join(f"{path} -> {path.resolve()}" for path in outside[:5])
        raise BackupError(
            f"Symbolic links lead out of {instance.path}, to what is not the site's: {listed}. Delete them, or put the "
            "files in their place; articles, media, templates and static themselves may be links to folders elsewhere."
        )
    return found


def _add(writer: Writer, instance: Instance, path: Path) -> None:
    name = f"{FOLDER}/{path.as_posix()}"
    if not name.isprintable() or "\\" in name or is_too_deep(name):
        raise BackupError(
            f"{instance.path / path!s:.200} has a name that a backup cannot hold: a backslash, a control character, or "
            f"more than {DEEPEST} folders. Rename the file."
        )
    with suppress(FileNotFoundError):  # deleted in the meantime
        writer.add(name, instance.path / path)


def _copy_database(copy: Path, progress: Progress) -> tuple[dict[str, str], dict[str, int]]:
    source = database_file()
    if source is not None:
        if not source.is_file():
            raise BackupError(f"There is no database at {source} yet. {current_instance().upgrade_step()}")
        snapshot(source, copy, progress.of("database"))
        return contents_of_file(copy)
    # The programs read the moment that this transaction holds, so that the numbers are those of the dump.
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        moment = connection.scalar(select(func.pg_export_snapshot()))
        found = contents(connection)
        dumps.dump(db.engine.url, copy, str(moment))
    return found


def _put(aside: Path, to: Path, force: bool) -> None:
    """Into place in one step; without ``force`` the name is taken first, so that nobody else's file is lost."""
    if not force:
        try:
            os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            raise BackupError(f"{to} is there already; choose another name, or say --force.") from None
    aside.replace(to)
    handle = os.open(to.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _note(instance: Instance, to: Path, size: int, manifest: Manifest) -> None:
    """For ``fwsite doctor``; where the folder cannot be written, it does not know."""
    noted = {"file": str(to), "made_at": manifest.made_at, "size": size}
    with suppress(OSError):
        (instance.path / LAST).write_text(json.dumps(noted) + "\n")
