"""Archive reader: texts of named files in a source archive or wheel, read as it streams by.

Nothing is unpacked to disk, so no path in an archive can lead anywhere; what is read is bounded in size and count.
"""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

FILE_MOST = 4_000_000
"""Bytes of one file that are looked at."""
UNPACKED_MOST = 600_000_000
"""Bytes that an archive may hold: twenty times the largest one that is cited."""
MEMBERS_MOST = 50_000
_TEXTS = (".txt", ".rst", ".md", ".py", ".pyi", ".toml", ".cfg", ".html", ".in")
_NAMED = ("README", "CHANGES", "CHANGELOG", "PKG-INFO", "METADATA", "LICENSE", "NEWS", "HISTORY")


class ArchiveProblem(Exception):
    """An archive that cannot be read; the message says why."""


def texts(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Path below the archive's own folder, and text, of each file that is ``wanted`` by that path.

    A file whose path leads out, a link and a device are passed over, as if they were not there.
    Raises :class:`ArchiveProblem`.
    """
    read = _of_zip if path.name.endswith((".zip", ".whl")) else _of_tar
    try:
        yield from read(path, wanted)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise ArchiveProblem(f"{path.name}: cannot be read: {error or type(error).__name__}") from error


def is_text(path: str) -> bool:
    """Whether a file is one that people read: documentation, code, metadata."""
    return path.endswith(_TEXTS) or path.rpartition("/")[2].startswith(_NAMED)


def _of_tar(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    with tarfile.open(path, "r|*") as archive:
        total = 0
        for number, member in enumerate(archive, 1):
            total += max(0, member.size)
            _refuse_endless(path, number, total)
            inner = _inner(member.name)
            if member.isreg() and inner and wanted(inner):
                file = archive.extractfile(member)
                if file is not None:
                    yield inner, _decoded(file)


def _of_zip(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(path) as archive:
        total = 0
        for number, member in enumerate(archive.infolist(), 1):
            total += member.file_size
            _refuse_endless(path, number, total)
            # a wheel has no folder of its own around everything
            inner = _inner(f"wheel/{member.filename}" if path.name.endswith(".whl") else member.filename)
            if not member.is_dir() and inner and wanted(inner):
                with archive.open(member) as file:
                    yield inner, _decoded(file)


def _decoded(file: IO[bytes]) -> str:
    return file.read(FILE_MOST).decode("utf-8", "replace")


def _refuse_endless(path: Path, members: int, total: int) -> None:
    if members > MEMBERS_MOST:
        raise ArchiveProblem(f"{path.name}: holds more than {MEMBERS_MOST:,} files; not used")
    if total > UNPACKED_MOST:
        raise ArchiveProblem(f"{path.name}: holds more than {UNPACKED_MOST:,} bytes; not used")


def _inner(name: str) -> str:
    """The path below the folder that every source archive has around everything; empty for one that leads out."""
    parts = name.replace("\\", "/").split("/")
    if (
        name.startswith("/")
        or ":" in parts[0]
        or any(part in ("", ".", "..") for part in parts[:-1])
        or parts[-1] == ".."
    ):
        return ""
    return "/".join(parts[1:])
