"""Atomic file writer: an edition on disk, so that a reader finds the old files or the new ones."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

from fwsite.blueprints.comparison.files.edition import FOLDER, LISTS, Edition, write_file, write_folder


class NotAnEdition(Exception):
    """A file that is in the way and that is none of an edition's; it stays as it is."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


def write(edition: Edition, place: Path) -> Iterator[str]:
    """Write one file where ``place`` ends in .toml, else a folder; yields a line for each file that changed.

    Raises :class:`NotAnEdition` and ``OSError``; nothing has been changed by then, unless the disk failed between
    two renames.
    """
    if place.suffix == ".toml" and not place.is_dir():
        files, gone = {place: write_file(edition)}, set[Path]()
    else:
        files = {place / name: text for name, text in write_folder(edition).items()}
        gone = set((place / FOLDER).glob("*.toml")) - set(files)
    for path in (*files, *gone):
        if path.exists() and not _is_of_an_edition(path):
            raise NotAnEdition(path)
    changed = {path: text for path, text in files.items() if not path.exists() or path.read_bytes() != text.encode()}
    _replace(changed)
    for path in sorted(gone):
        path.unlink()
    yield from (f"wrote {path}" for path in changed)
    yield from (f"removed {path}" for path in sorted(gone))
    if len(changed) < len(files):
        yield f"{len(files) - len(changed)} of {len(files)} had nothing to change"


def _is_of_an_edition(path: Path) -> bool:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError:
        return False
    return not table or not {"order", *LISTS.values()}.isdisjoint(table)


def _replace(files: dict[Path, str]) -> None:
    asides = {path: path.with_name(f".{path.name}.{os.getpid()}") for path in map(Path.resolve, files)}
    try:
        for (path, aside), text in zip(asides.items(), files.values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(text.encode())
        for path, aside in asides.items():
            aside.replace(path)
    finally:
        for aside in asides.values():
            aside.unlink(missing_ok=True)
