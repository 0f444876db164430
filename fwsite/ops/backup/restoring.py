"""Restore: a backup in the place of an installation. Until everything in it was looked at, nothing is changed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import URL, NullPool, create_engine, inspect

from fwsite.db.engine import db
from fwsite.instance import Instance
from fwsite.ops.backup import archive, dumps, in_use, target
from fwsite.ops.backup.archive import DATABASES, FOLDER, BackupError, Manifest
from fwsite.ops.backup.database_check import refuse_broken
from fwsite.ops.backup.holdings import ASIDE, KEPT, SIDES, files
from fwsite.ops.backup.moves import Moves, moving
from fwsite.ops.backup.target import Target
from fwsite.ops.database_name import named
from fwsite.plugins import migrations

_ROOM = 1.1
"""How much more than its contents a restore needs on the disk."""
Build = Callable[[Path, str], Flask]
"""Makes the application on an instance folder and a database, named as DATABASE_URL names it."""


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
    target: Target
    strangers: tuple[str, ...]

    @property
    def database(self) -> Path:
        """The database as it came."""
        return self.folder / DATABASES[self.manifest.database]

    @property
    def database_file(self) -> Path | None:
        """The SQLite file that it becomes; ``None`` on PostgreSQL."""
        return Path(self.url.database or "") if self.manifest.database == "sqlite" else None

    @property
    def names(self) -> list[str]:
        """Its files, relative to the instance folder."""
        names = {part.name.removeprefix(f"{FOLDER}/") for part in self.manifest.parts if part.name.startswith(FOLDER)}
        return sorted(names | ({"config.toml"} if self.target.is_written else set()))


@contextmanager
def unpacked(path: Path, instance: Instance, given: str, build: Build) -> Iterator[Unpacked]:
    """The backup, unpacked and checked. Raises :class:`BackupError` where it cannot be used here.

    ``given`` is the database that it is to go into, as far as somebody has said so; see :func:`target.choose`.
    """
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
            (folder / FOLDER).mkdir(exist_ok=True)
            chosen = target.choose(given, folder, inside.manifest.database)
            found = _checked(inside.manifest, instance, folder, chosen, build)
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


def _checked(manifest: Manifest, instance: Instance, folder: Path, chosen: Target, build: Build) -> Unpacked:
    app = build(folder / FOLDER, chosen.address)
    with app.app_context():
        url = _moved(db.engine.url, folder / FOLDER, instance.path)
        if url.get_backend_name() != manifest.database:
            raise BackupError(
                f"its database is {manifest.database}, and it is to go into {url.get_backend_name()}; restore it on "
                "its own kind of database, with --database URL, and move it with: fwsite db copy"
            )
        strangers = _known_schemas(app, manifest)
        db.engine.dispose()
    found = Unpacked(manifest, instance, folder, url, chosen, strangers)
    if manifest.database == "sqlite":
        refuse_broken(found.database, manifest)
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


def refuse_where_used(found: Unpacked, app: Flask | None) -> None:
    """Raises :class:`BackupError` where somebody uses what the backup would replace; changes nothing."""
    with _alone(found, app):
        pass


@contextmanager
def _alone(found: Unpacked, app: Flask | None) -> Iterator[None]:
    """Nobody serves the installation, or has its database open, meanwhile."""
    if app is not None:
        in_use.refuse_server(app.config)
    databases = {file for file in (found.database_file, _file_of(app)) if file is not None}
    with ExitStack() as stack:
        stack.enter_context(in_use.out_of_service(found.instance, databases))
        if found.database_file is None:
            _refuse_full_database(found.url)
        for file in databases:
            stack.enter_context(in_use.alone_with(file))
        yield


def put_in_place(found: Unpacked, app: Flask | None) -> Restored:
    """Keep what there is aside, and put the backup in its place: all of it, or nothing.

    ``app`` is the application on what is there now; ``None`` where that is so broken that there is none. Raises
    :class:`BackupError` where somebody uses it.
    """
    time = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    kept = found.instance.path / f"{KEPT}{time}"
    with ExitStack() as stack:
        stack.enter_context(_alone(found, app))
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
    paths = {found.instance.path / name for name in found.names}
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


def _refuse_full_database(url: URL) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        if inspect(connection).get_table_names():
            raise BackupError(
                f"{named(url)} is not empty, and is left as it is. Create a new one (createdb), and name it with "
                "--database or FWSITE_DATABASE_URL."
            )
        in_use.refuse_others(connection)


def _move_files(found: Unpacked, kept: Path, moves: Moves) -> None:
    instance = found.instance
    for path in files(instance, found.database_file):
        moves.move(instance.path / path, kept / path)
    if kept.exists():
        kept.chmod(0o700)
    for name in found.names:
        moves.move(found.folder / FOLDER / name, instance.path / name)


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
