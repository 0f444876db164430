"""File state: what tells one state of a file from another, and what was made from it is kept by."""

from __future__ import annotations

import math
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
    those of deleted files are dropped when the others have doubled. What fails is not kept.
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
    """The state of single files, and of every file below some folders, looked at once in ``every`` seconds.

    With very many files it is looked at less often: one part in ``share`` of the time may go into it. What the files
    say may depend on the time, too: the state is another one from each moment that :meth:`change_at` was told of.
    A file counts as written to its end when nothing has changed it for ``settling`` seconds.
    """

    def __init__(
        self,
        *places: Path,
        every: float = 0.0,
        share: int = 0,
        settling: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places = places
        self._clock = clock
        self._every, self._share = every, share
        self.settling = settling
        self._state: State = ()
        self._next = 0.0
        self._passed: tuple[float, ...] = ()
        self._change = math.inf

    def change_at(self, moment: float) -> None:
        """Let the state be another one from this moment on, in seconds since 1970."""
        self._change = min(self._change, moment)

    def state(self) -> State:
        """As they are, or as they were a moment ago."""
        now = self._clock()
        is_time = time.time() >= self._change
        if is_time:  # whoever waits for another moment says so when the pages are made anew
            self._passed, self._change = (self._change,), math.inf
        if now >= self._next or is_time:
            found = (*self._passed, *(state for place in self._places for state in _states(str(place))))
            if found != self._state:  # the same object is compared in no time
                self._state = found
            after = self._clock()
            self._next = after + max(self._every, self._share * (after - now))
        return self._state


def _states(place: str) -> Iterator[tuple[str, int, int, int]]:
    """Links to folders are not followed: they may lead in circles, and what they lead to stands elsewhere."""
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from _states(entry.path)
                else:
                    yield _state(entry)
    except NotADirectoryError:
        yield _state(Path(place))
    except OSError:  # not there, or gone meanwhile
        return


def _state(entry: os.DirEntry[str] | Path) -> tuple[str, int, int, int]:
    try:
        status = entry.stat()
    except OSError:  # a link that leads nowhere, or in a circle; or gone meanwhile
        return os.fspath(entry), 0, 0, 0
    return os.fspath(entry), status.st_mtime_ns, status.st_size, status.st_ino


def init_app(app: Flask, intervals: Intervals) -> None:
    """Look at the articles, pictures, static files and content files of the application's instance folder, and at
    whether it is read-only.
    """
    instance = Instance(Path(app.instance_path))
    app.extensions[_FILES] = Files(
        instance.articles,
        instance.media,
        instance.static,
        instance.maintenance_file,
        *instance.own_content_files,
        every=intervals.host_files,
        share=intervals.host_files_share,
        settling=intervals.host_file_settling,
    )


def files_of(app: Flask) -> Files:
    """The files that the application looks at."""
    files: Files = app.extensions[_FILES]
    return files


def files_state() -> State:
    """What tells one state of the host's articles, pictures and files from another; up to a fifth of a second old."""
    return files_of(current_app).state()


def files_change_at(moment: float) -> None:
    """Timed change: from this moment on, in seconds since 1970, what is kept by :func:`files_state` is made again.

    For what a file says about a time, such as the day of its publication. Call it each time a page is made.
    """
    files_of(current_app).change_at(moment)


def is_settling(state: State) -> bool:
    """Torn read: whether a file in this :func:`state_of` may be half of what is being saved.

    It may be for a moment after its last change; after that, what is kept by :func:`files_state` is made again.
    """
    files, now = files_of(current_app), time.time()
    until = state[1] / 1e9 + files.settling
    if not now < until <= now + files.settling:  # a time to come is a wrong clock's
        return False
    files.change_at(until)
    return True
