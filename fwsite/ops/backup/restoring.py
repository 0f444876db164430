"""Restore: a backup in the place of an installation. Until everything in it was looked at, nothing is changed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import URL, NullPool, create_engine, inspect

from fwsite.db.engine import db
from fwsite.instance import Instance
from fwsite.ops.backup import archive, dumps, in_use
from fwsite.ops.backup.archive import DATABASES, FOLDER, BackupError, Manifest
from fwsite.ops.backup.holdings import ASIDE, KEPT, SIDES, files
from fwsite.ops.backup.moves import Moves, moving
from fwsite.plugins import migrations

_ROOM = 1.1
"""How much more than its contents a restore needs on the disk."""
Build = Callable[[Path], Flask]
"""Makes the application on an instance folder."""


@dataclass(frozen=True)
class Restored:
    """What was done. ``kept`` are the places of what was there before; none where nothing was."""

    manifest: Manifest
    kept: tuple[Path, ...]
    strangers: tuple[str, ...]
    """Names of extensions that have data in it and are not installed."""


@dataclass(frozen=True)
class Unpacked:
    """A backup that was looked at and found whole, beside the installation; ``url`` is where its database goes."""

    manifest: Manifest
    instance: Instance
    folder: Path
    url: URL
    strangers: tuple[str, ...]

    @property
    def database(self) -> Path:
        """The database as it came."""
        return self.folder / DATABASES[self.manifest.database]

    @property
    def database_file(self) -> Path | None:
        """The SQLite file that it becomes; ``None`` on PostgreSQL."""
        return Path(self.url.database or "") if self.manifest.database == "sqlite" else None


@contextmanager
def unpacked(path: Path, instance: Instance, build: Build) -> Iterator[Unpacked]:
    """The backup, unpacked and checked. Raises :class:`BackupError` where it cannot be used here."""
    if not path.is_file():
        raise BackupError(f"There is no file {path}.")
    with ExitStack() as stack:
        made = not instance.path.exists()
        with _said_of(path), archive.opened(path) as inside:
            _refuse_without_room(inside.manifest, _existing(instance.path))
            instance.path.mkdir(parents=True, exist_ok=True)
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=ASIDE, dir=instance.path)))
            if made:
                stack.callback(_remove_if_empty, instance.path)
            inside.unpack(folder)
            found = _checked(inside.manifest, instance, folder, build)
        yield found


@contextmanager
def _said_of(path: Path) -> Iterator[None]:
    """Errors of looking at the backup, with its name."""
    try:
        yield
    except BackupError as error:
        raise BackupError(f"{path} cannot be used: {error}. Nothing was changed.") from error
    except OSError as error:
        raise BackupError(
            f"{path} cannot be unpacked: {error.strerror}: {error.filename}. Nothing was changed."
        ) from error


def _refuse_without_room(manifest: Manifest, where: Path) -> None:
    free = shutil.disk_usage(where).free
    if manifest.size * _ROOM > free:
        raise BackupError(f"unpacked it has {manifest.size:,} bytes, and the disk of {where} has {free:,} free")


def _existing(path: Path) -> Path:
    return next(place for place in (path, *path.parents) if place.exists())


def _remove_if_empty(path: Path) -> None:
    if path.is_dir() and all(each.name.startswith(ASIDE) for each in path.iterdir()):
        shutil.rmtree(path)


def _checked(manifest: Manifest, instance: Instance, folder: Path, build: Build) -> Unpacked:
    (folder / FOLDER).mkdir(exist_ok=True)
    app = build(folder / FOLDER)  # what is set where it comes from may differ from what is set here
    with app.app_context():
        url = _moved(db.engine.url, folder / FOLDER, instance.path)
        if url.get_backend_name() != manifest.database:
            raise BackupError(
                f"its database is {manifest.database}, and DATABASE_URL names {url.get_backend_name()}; restore it on "
                "its own kind of database, and move it with: fwsite db copy"
            )
        strangers = _known_schemas(app, manifest)
        db.engine.dispose()
    found = Unpacked(manifest, instance, folder, url, strangers)
    if manifest.database == "sqlite":
        _refuse_broken(found.database)
    return found


def _moved(url: URL, folder: Path, instance: Path) -> URL:
    """A file in the folder that was unpacked is one in the instance folder."""
    if url.get_backend_name() != "sqlite" or not Path(url.database or "").is_relative_to(folder):
        return url
    return url.set(database=str(instance / Path(url.database or "").relative_to(folder)))


def _known_schemas(app: Flask, manifest: Manifest) -> tuple[str, ...]:
    """Who has tables in it and is not installed. Raises :class:`BackupError` for schemas from the future."""
    lines = {line.name: line for line in migrations.timelines(app)}
    for name, revision in manifest.schemas.items():
        if name in lines and not lines[name].knows(revision):
            owner = lines[name].package or "fwsite"
            raise BackupError(f"its schema {name} is at {revision}, which this {owner} does not know; upgrade {owner}")
    if "core" not in manifest.schemas:
        raise BackupError("its database has no schema of fwsite")
    return tuple(sorted(name for name in manifest.schemas if name not in lines))


def _refuse_broken(database: Path) -> None:
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


def put_in_place(found: Unpacked, app: Flask | None) -> Restored:
    """Keep what there is aside, and put the backup in its place: all of it, or nothing.

    ``app`` is the application on what is there now; ``None`` where that is so broken that there is none. Raises
    :class:`BackupError` where somebody uses it.
    """
    time = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    kept = found.instance.path / f"{KEPT}{time}"
    if app is not None:
        in_use.refuse_server(app.config)
    with ExitStack() as stack:
        if found.database_file is None:
            stack.enter_context(_empty_database(found.url))
        for file in {found.database_file, _file_of(app)} - {None}:
            stack.enter_context(in_use.alone_with(Path(file or "")))
        stack.enter_context(_undone_said())
        moves = stack.enter_context(moving())
        _move_files(found, kept, moves)
        if found.database_file is None:
            dumps.load(found.url, found.database)
            places = [kept]
        else:
            places = [kept, *_move_database(found, found.database_file, kept, time, moves)]
        _hand_over(found)
    outside = [place for place in places if place == kept or not place.is_relative_to(kept)]
    return Restored(found.manifest, tuple(place for place in outside if place.exists()), found.strangers)


@contextmanager
def _undone_said() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = f"{error.strerror}: {error.filename}"
        raise BackupError(f"The backup cannot be put in place: {reason}. Everything is as it was.") from error


def _hand_over(found: Unpacked) -> None:
    """What root has put there belongs to whom the folder belongs to, who is the site's user."""
    if os.geteuid() != 0:
        return
    names = [part.name.removeprefix(f"{FOLDER}/") for part in found.manifest.parts if part.name.startswith(FOLDER)]
    paths = {found.instance.path / name for name in names}
    paths |= {above for path in paths for above in path.parents if above.is_relative_to(found.instance.path)}
    owner = found.instance.path.stat()
    for path in paths | ({found.database_file} if found.database_file else set()):
        os.chown(path, owner.st_uid, owner.st_gid)


def _file_of(app: Flask | None) -> Path | None:
    if app is None:
        return None
    with app.app_context():
        url = db.engine.url
        db.engine.dispose()
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


@contextmanager
def _empty_database(url: URL) -> Iterator[None]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        in_use.refuse_others(connection)
        if inspect(connection).get_table_names():
            raise BackupError(
                f"The database {url.database} is not empty, and is left as it is. Make a new one (createdb), name it "
                "in FWSITE_DATABASE_URL, and restore again."
            )
    yield


def _move_files(found: Unpacked, kept: Path, moves: Moves) -> None:
    instance = found.instance
    for path in files(instance, found.database_file):
        moves.move(instance.path / path, kept / path)
    if kept.exists():
        kept.chmod(0o700)
    for part in found.manifest.parts:
        if part.name.startswith(f"{FOLDER}/"):
            moves.move(found.folder / part.name, instance.path / part.name.removeprefix(f"{FOLDER}/"))


def _move_database(found: Unpacked, to: Path, kept: Path, time: str, moves: Moves) -> list[Path]:
    """Where the old one is kept: with the other files, or beside its own place where that is elsewhere."""
    inside = to.is_relative_to(found.instance.path)
    aside = kept / to.relative_to(found.instance.path) if inside else to.with_name(f"{to.name}.{KEPT}{time}")
    for side in SIDES:
        if Path(f"{to}{side}").exists():
            moves.move(Path(f"{to}{side}"), Path(f"{aside}{side}"))
    if inside:
        moves.move(found.database, to)
    else:  # maybe on another disk
        new = to.with_name(f"{ASIDE}{to.name}")
        shutil.copyfile(found.database, new)
        new.chmod(0o600)
        moves.move(new, to)
    return [aside]
