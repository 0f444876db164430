"""Profiling counters: SQL statements and calls of Python functions, which are the same each time."""

from __future__ import annotations

import sqlite3
import sqlite3.dbapi2
import sys
import threading
from types import FrameType
from typing import Any

NO_WORK = frozenset("PRAGMA BEGIN COMMIT END ROLLBACK SAVEPOINT RELEASE --".split())
"""First words of statements that ask for no data."""


class Statements:
    """Counts the SQL statements of every SQLite connection that is opened from now on, by whatever library."""

    def __init__(self) -> None:
        self.count = 0
        connect = sqlite3.connect

        def traced(*given: Any, **named: Any) -> sqlite3.Connection:
            connection = connect(*given, **named)
            connection.set_trace_callback(self._ran)
            return connection

        sqlite3.connect = sqlite3.dbapi2.connect = traced  # type: ignore[assignment]

    def _ran(self, statement: str) -> None:
        words = statement.split(None, 1)
        if words and words[0].upper() not in NO_WORK:
            self.count += 1


class Calls:
    """Counts calls of Python functions while it is switched on, in threads that begin from now on, too."""

    def __init__(self, *left_out: str) -> None:
        """Functions of the files ``left_out`` do not count."""
        self.count = 0
        self._left_out = frozenset(left_out)
        self._is_on = False
        threading.setprofile(self._profile)

    def __enter__(self) -> Calls:
        self.count, self._is_on = 0, True
        sys.setprofile(self._profile)
        return self

    def __exit__(self, *_exception: object) -> None:
        sys.setprofile(None)
        self._is_on = False

    def _profile(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and self._is_on and frame.f_code.co_filename not in self._left_out:
            self.count += 1
