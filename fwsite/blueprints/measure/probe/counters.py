"""Profiling counters: SQL statements and calls of Python functions, which are the same each time."""

from __future__ import annotations

import re
import sqlite3
import sqlite3.dbapi2
import sys
import threading
from types import FrameType
from typing import Any

_OF_TABLES = re.compile(r"\b(from|into|update)\b", re.IGNORECASE)
"""What frameworks ask of the connection alone, such as PRAGMA, is left out."""


class Statements:
    """Counts the statements on tables of every SQLite connection that is opened from now on, by whatever library."""

    def __init__(self) -> None:
        self.count = 0
        connect = sqlite3.connect

        def traced(*given: Any, **named: Any) -> sqlite3.Connection:
            connection = connect(*given, **named)
            connection.set_trace_callback(self._ran)
            return connection

        sqlite3.connect = sqlite3.dbapi2.connect = traced  # type: ignore[assignment]

    def _ran(self, statement: str) -> None:
        self.count += bool(_OF_TABLES.search(statement))


class Calls:
    """Counts calls of Python functions while it is switched on, in threads that begin from now on, too."""

    def __init__(self, left_out: str) -> None:
        """Functions below the folder ``left_out`` do not count."""
        self.count = 0
        self._left_out = left_out
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
        if event == "call" and self._is_on and not frame.f_code.co_filename.startswith(self._left_out):
            self.count += 1
