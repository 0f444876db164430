"""File writer: into a folder of the host's, where nothing that differs is lost."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class WouldOverwrite(Exception):
    """Files that are there and differ; nothing was written. ``difference`` shows how, file by file."""

    def __init__(self, paths: list[Path], difference: str) -> None:
        """The message names the files."""
        super().__init__(f"Nothing was written: {', '.join(map(str, paths))} would be changed, as shown.")
        self.difference = difference


class NotWritable(Exception):
    """The folder cannot be written; the message says why."""


@dataclass(frozen=True)
class Written:
    """One file, and whether it was changed or made."""

    path: Path
    changed: bool


def write(folder: Path, files: Mapping[str, str], *, force: bool = False) -> list[Written]:
    """Write all ``files`` or, where one that is there differs and ``force`` is not given, none.

    Raises :class:`WouldOverwrite` and :class:`NotWritable`.
    """
    try:
        there = {name: _text(folder / name) for name in files}
        differing = [name for name, text in there.items() if text not in (None, files[name])]
        if differing and not force:
            shown = "\n".join(_difference(folder / name, there[name] or "", files[name]) for name in differing)
            raise WouldOverwrite([folder / name for name in differing], shown)
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            if there[name] != text:
                (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise NotWritable(f"{error.filename} cannot be written: {error.strerror}. Choose another folder.") from error
    return [Written(folder / name, there[name] != text) for name, text in files.items()]


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else None


def _difference(path: Path, old: str, new: str) -> str:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), str(path), "as it would be", lineterm="", n=1)
    return "\n".join(lines)
