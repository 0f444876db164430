"""Backup archive: a zip with a manifest that says what is in it, and the checks before anything is believed.

A backup comes from anywhere: what it says of itself is held against what is in it, and no name in it may lead out of
the folder that it is unpacked into.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

FORMAT = 2
"""The version of the file's format: 2 says which database it was made from."""
MARK = b"fwsite backup"
"""The zip's comment, at the very end of the file."""
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
"""The part that holds the database, by the kind of database."""
FOLDER = "instance"
"""Before the name of each file of the instance folder."""
CACHE = "cache"
"""The folder in it that the site makes anew by itself."""
DEEPEST = 60
"""Folders that a name may have in it: what walks a tree takes a call for each."""
_MANIFEST_LIMIT = 16 * 1024 * 1024
_CHUNK = 1024 * 1024


class BackupError(Exception):
    """A backup that cannot be made or used; the message says why and what to do."""


@dataclass(frozen=True)
class Part:
    """One file inside; ``mode`` are its permissions, ``sha256`` is of its bytes."""

    name: str
    size: int
    sha256: str
    mode: int


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    ``schemas`` has the revision of each timeline, ``rows`` the size of each table; ``origin`` names the database that
    it was made from, and is empty in backups from before that was written down.
    """

    fwsite: str
    made_at: str
    database: str
    schemas: Mapping[str, str]
    rows: Mapping[str, int]
    parts: tuple[Part, ...]
    origin: str = ""

    @property
    def answers(self) -> int:
        """How many visitors' answers are in it."""
        return self.rows.get("questionnaire_response", 0)

    @property
    def size(self) -> int:
        """Bytes of everything in it, unpacked."""
        return sum(part.size for part in self.parts)

    def document(self) -> bytes:
        """As it is written."""
        parts = [vars(part) for part in self.parts]
        whole = {"format": FORMAT, **vars(self), "parts": parts}
        return json.dumps(whole, indent=1, sort_keys=True).encode()

    @classmethod
    def read(cls, document: bytes) -> Manifest:
        """From what was written. Raises :class:`BackupError`."""
        try:
            given = json.loads(document)
            made_with = given.pop("format")
            if type(made_with) is not int:
                raise ValueError("format is no number")
            if made_with > FORMAT:
                raise BackupError(f"its format is {made_with} and this fwsite knows {FORMAT}; upgrade fwsite")
            parts = tuple(Part(**part) for part in given.pop("parts"))
            manifest = cls(**given, parts=parts)
            _refuse_odd_values(manifest)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise BackupError(f"its manifest cannot be read: {error}") from error
        return manifest


def _refuse_odd_values(manifest: Manifest) -> None:
    texts = (
        manifest.fwsite,
        manifest.made_at,
        manifest.origin,
        *manifest.schemas,
        *manifest.schemas.values(),
        *manifest.rows,
    )
    numbers = (*manifest.rows.values(), *(number for part in manifest.parts for number in (part.size, part.mode)))
    texts += tuple(text for part in manifest.parts for text in (part.name, part.sha256))
    if manifest.database not in DATABASES or not all(isinstance(text, str) and text.isprintable() for text in texts):
        raise ValueError("a value is not what it has to be")
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise ValueError("a number is not what it has to be")


class Writer:
    """Puts parts into an open file, one after the other."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self.parts: list[Part] = []

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, ValueError):  # it failed, and what is left of it is thrown away
            self._zip.close()

    def add(self, name: str, source: Path, *, mode: int | None = None, packed: bool = False) -> None:
        """Add a file; ``packed`` where it gains nothing by being compressed."""
        digest, size = hashlib.sha256(), 0
        with source.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode) if mode is None else mode
            entry = _entry(name, mode, zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED)
            with self._zip.open(entry, "w", force_zip64=True) as into:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    into.write(chunk)
        self.parts.append(Part(name, size, digest.hexdigest(), mode))

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest, and end the file."""
        self._zip.writestr(_entry(MANIFEST, 0o600, zipfile.ZIP_DEFLATED), manifest.document())
        self._zip.comment = MARK
        self._zip.close()


def _entry(name: str, mode: int, compression: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, time.localtime()[:6])
    entry.compress_type = compression
    entry.external_attr = (stat.S_IFREG | mode) << 16
    return entry


def is_backup(path: Path) -> bool:
    """Whether a file is a backup, by its end."""
    try:
        with path.open("rb") as file:
            file.seek(-len(MARK), os.SEEK_END)
            return file.read() == MARK
    except OSError:  # shorter than that, or gone
        return False


class Archive:
    """A backup that was opened, and whose names were checked."""

    def __init__(self, opened: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip = opened
        self.manifest = manifest

    def unpack(self, folder: Path) -> None:
        """Write every part below ``folder``. Raises :class:`BackupError` at the first that is not as it was written."""
        for part in self.manifest.parts:
            to = folder / part.name
            to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _whole():
                self._unpack(part, to)

    def verify(self, database: Path) -> None:
        """Read every part against its checksum, and write nothing but the database, into the new file ``database``."""
        for part in self.manifest.parts:
            is_database = part.name == DATABASES[self.manifest.database]
            with _whole():
                if is_database:
                    self._unpack(part, database)
                else:
                    self._copy(part, None)

    def _unpack(self, part: Part, to: Path) -> None:
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            self._copy(part, file)
            file.flush()
            os.fsync(file.fileno())
        to.chmod(part.mode & 0o755 | 0o600)  # whatever it says, nobody else may write

    def _copy(self, part: Part, to: IO[bytes] | None) -> None:
        digest, left = hashlib.sha256(), part.size
        with self._zip.open(part.name) as source:
            while chunk := source.read(min(_CHUNK, left + 1)):
                left -= len(chunk)
                if left < 0:
                    break
                digest.update(chunk)
                if to is not None:
                    to.write(chunk)
        if left or digest.hexdigest() != part.sha256:
            raise BackupError(f"{part.name} in it is damaged")


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A backup, for reading. Raises :class:`BackupError` where it is none, is damaged, or names what it must not."""
    with ExitStack() as stack:
        with _whole():
            inside = stack.enter_context(zipfile.ZipFile(path))
            if inside.comment != MARK:
                raise zipfile.BadZipFile("the end is missing, or it is another kind of file")
            _refuse_odd_entries(inside.infolist())
            if inside.getinfo(MANIFEST).file_size > _MANIFEST_LIMIT:
                raise BackupError("its manifest is too large")
            manifest = Manifest.read(inside.read(MANIFEST))
            _refuse_what_differs(inside.infolist(), manifest)
        yield Archive(inside, manifest)


@contextmanager
def _whole() -> Iterator[None]:
    """What the zip's reader raises where the file is not what was written."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, ValueError) as error:
        raise BackupError(f"it is not a complete backup of fwsite ({str(error) or type(error).__name__})") from error


def _refuse_odd_entries(entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG) or entry.is_dir() or entry.flag_bits & 1:
            raise BackupError(f"{entry.filename!r} in it is no plain file")
        if not is_safe(entry.filename):
            raise BackupError(f"{entry.filename!r} in it would lead out of the instance folder")
        if is_too_deep(entry.filename):
            raise BackupError(
                f"{entry.filename[:80]!r}... in it is more than {DEEPEST} folders deep, or too long a name"
            )


def is_safe(name: str) -> bool:
    """Whether a name stays below the folder that it is unpacked into."""
    return (
        name.isprintable()
        and "\\" not in name
        and all(part not in ("", ".", "..") for part in name.split("/"))
        and not PurePosixPath(name).is_absolute()
    )


def is_too_deep(name: str) -> bool:
    """Whether a name is one that no instance folder has, and that a file system or a walk through it would break at."""
    parts = name.split("/")
    return len(parts) > DEEPEST or any(len(os.fsencode(part)) > 255 for part in parts)


def _refuse_what_differs(entries: list[zipfile.ZipInfo], manifest: Manifest) -> None:
    there = sorted((entry.filename, entry.file_size) for entry in entries if entry.filename != MANIFEST)
    named = sorted((part.name, part.size) for part in manifest.parts)
    if there != named or len({name for name, _ in named}) != len(named):
        raise BackupError("what is in it is not what its manifest says")
    if DATABASES[manifest.database] not in {name for name, _ in named}:
        raise BackupError("it has no database")
    for name, _ in named:
        is_cache = name.startswith(f"{FOLDER}/{CACHE}/")  # compiled templates, which are run
        if is_cache or (name not in DATABASES.values() and not name.startswith(f"{FOLDER}/")):
            raise BackupError(f"{name!r} in it belongs nowhere")
