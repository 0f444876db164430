"""Transactional file moves: files that change places together, all of them or none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class Moves:
    """Renames that were made, in order."""

    def __init__(self) -> None:
        self._made: list[tuple[Path, Path]] = []

    def move(self, source: Path, to: Path) -> None:
        """Rename one file; the folder it goes to is made."""
        to.parent.mkdir(parents=True, exist_ok=True)
        if to.exists() or to.is_symlink():
            raise FileExistsError(17, "is there already", str(to))
        shutil.move(source, to)  # a folder of the instance may be a link to another disk
        self._made.append((source, to))

    def undo(self) -> None:
        """Everything back to where it was, the last first."""
        while self._made:
            source, to = self._made.pop()
            source.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(to, source)
            _remove_empty(to.parent)


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        while True:
            folder.rmdir()  # refuses what is not empty
            folder = folder.parent


@contextmanager
def moving() -> Iterator[Moves]:
    """Renames that are undone where anything fails inside."""
    moves = Moves()
    try:
        yield moves
    except BaseException:
        with suppress(OSError):
            moves.undo()
        raise
