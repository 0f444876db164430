"""Content export: the texts of all parts, written so that a reader finds the old files or the new ones."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from fwsite.db.engine import reading
from fwsite.ops.content.parts import Part, parts
from fwsite.plugins.content import ContentError
from fwsite.plugins.toml_file import read_toml


class NotAnExport(Exception):
    """A file that is in the way and that no export wrote; it stays as it is."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


def texts(place: Path) -> dict[Part, dict[Path, str]]:
    """The text of each file: one part in one file where ``place`` ends in .toml, else all of them in a folder.

    A file of an extension's name has that extension's content, any other the first part's. Parts without content are
    left out.
    """
    everything = parts()
    if is_file(place):
        part = next((part for part in everything if part.name == place.stem), everything[0])
        with reading(), part.named():
            text = part.files.write_file()
        return {part: {place: text}} if text else {}
    found = {}
    for part in everything:
        with reading(), part.named():
            files = part.files.write()
            if strange := next((name for name in files if not part.owns(name)), None):
                raise ValueError(f"writes {strange!r}, which is none of its names")
        found[part] = {place / name: text for name, text in files.items()}
    return {part: files for part, files in found.items() if files}


def is_file(place: Path) -> bool:
    """Whether an export writes one file there, and not a folder."""
    return place.suffix == ".toml" and not place.is_dir()


def write(texts: Mapping[Part, Mapping[Path, str]], place: Path) -> Iterator[str]:
    """Put the files in ``place``, without those that are gone; yields a line for each that changed.

    Raises :class:`NotAnExport` and ``OSError``; nothing has been changed by then, unless the disk failed between
    two renames.
    """
    files = {path: text for of_part in texts.values() for path, text in of_part.items()}
    gone = set() if is_file(place) else {path for part in texts for path in part.files_in(place)} - set(files)
    keys = {key for part in texts for key in part.files.keys}
    for path in (*files, *gone):
        if path.exists() and not _is_exported(path, keys):
            raise NotAnExport(path)
    changed = {path: text for path, text in files.items() if not path.exists() or path.read_bytes() != text.encode()}
    _replace(changed)
    for path in sorted(gone):
        path.unlink()
    yield from (f"wrote {path}" for path in changed)
    yield from (f"removed {path}" for path in sorted(gone))
    if len(changed) < len(files):
        yield f"{len(files) - len(changed)} of {len(files)} had nothing to change"


def _is_exported(path: Path, keys: set[str]) -> bool:
    try:
        table = read_toml(path).table
    except ContentError:
        return False
    return not table or not keys.isdisjoint(table)


def _replace(files: Mapping[Path, str]) -> None:
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
