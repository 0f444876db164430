"""File state: what tells one state of a file from another, and what was made from it is kept by."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, current_app

from fwsite.instance import Instance
from fwsite.intervals import Intervals

State = tuple[Any, ...]
"""Names, times and sizes of the files; equal as long as nothing has changed."""
_Place = TypeVar("_Place", str, Path)
_T = TypeVar("_T")
_LEAST_KEPT = 64
_FILES = "fwsite.files"


def state_of(place: str | Path) -> State:
    """The state of one file. Raises :class:`OSError` where there is none."""
    status = os.stat(place)  # noqa: PTH116 - with thousands of files, making paths takes longer than all else
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def per_file_state(read: Callable[[_Place], _T]) -> Callable[[_Place], _T]:
    """Memo by file state: keeps what a function makes of a file until the file is another one than it was.

    Right for a function of the file alone, whose result nobody changes. As many results are kept as there are files;
    those of files that are gone go when the others have doubled. What fails is not kept.
    """
    kept: dict[_Place, tuple[State, _T]] = {}
    most = _LEAST_KEPT

    @wraps(read)
    def kept_or_read(place: _Place) -> _T:
        nonlocal most
        state, known = state_of(place), kept.get(place)
        if known is not None and known[0] == state:
            return known[1]
        made = read(place)
        kept[place] = state, made
        if len(kept) > most:
            for gone in [each for each in list(kept) if not os.path.exists(each)]:  # noqa: PTH110
                kept.pop(gone, None)
            most = max(_LEAST_KEPT, 2 * len(kept))
        return made

    return kept_or_read


class Files:
    """The state of every file below some folders, looked at once in ``every`` seconds.

    With very many files it is looked at less often: one part in ``share`` of the time may go into it.
    """

    def __init__(
        self, *folders: Path, every: float = 0.0, share: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folders = folders
        self._clock = clock
        self._every, self._share = every, share
        self._state: State = ()
        self._next = 0.0

    def state(self) -> State:
        """As they are, or as they were a moment ago."""
        now = self._clock()
        if now >= self._next:
            found = tuple(state for folder in self._folders for state in _states(str(folder)))
            if found != self._state:  # the same object is compared in no time
                self._state = found
            after = self._clock()
            self._next = after + max(self._every, self._share * (after - now))
        return self._state


def _states(folder: str) -> Iterator[tuple[str, int, int, int]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir():
                    yield from _states(entry.path)
                else:
                    status = entry.stat()
                    yield entry.path, status.st_mtime_ns, status.st_size, status.st_ino
    except OSError:  # not there, or gone meanwhile
        return


def init_app(app: Flask, intervals: Intervals) -> None:
    """Look at the articles and pictures of the application's instance folder."""
    instance = Instance(Path(app.instance_path))
    app.extensions[_FILES] = Files(
        instance.articles, instance.media, every=intervals.host_files, share=intervals.host_files_share
    )


def files_of(app: Flask) -> Files:
    """The files that the application looks at."""
    files: Files = app.extensions[_FILES]
    return files


def files_state() -> State:
    """What tells one state of the host's articles and pictures from another; up to a fifth of a second old."""
    return files_of(current_app).state()
