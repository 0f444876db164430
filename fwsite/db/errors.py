"""Database error classification: full, read-only, away; and what a host does about it."""

from __future__ import annotations

import errno
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, TimeoutError

ERRORS_OF_THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})
"""Numbers of errors that are no fault of the program: full, over quota, only to be read, too large."""


class Outage(StrEnum):
    """What is the matter; the value is what the log calls it."""

    FULL = "full"
    READ_ONLY = "read-only"
    AWAY = "away"
    BUSY = "busy"
    BROKEN = "broken"
    OTHER = "refused"

    @property
    def remedy(self) -> str:
        """What a host does."""
        return _REMEDIES[self]


_REMEDIES = {
    Outage.FULL: "free some space on the disk of the database; nothing has to be restarted",
    Outage.READ_ONLY: "let the site's user write the database and the folder around it (SQLite keeps its log beside "
    "the file), or make the PostgreSQL server writable",
    Outage.AWAY: "see that the database's folder or server is there and can be reached; nothing has to be restarted; "
    "see: fwsite db status",
    Outage.BUSY: "something holds the database for longer than requests wait; see which program it is",
    Outage.BROKEN: "the file is damaged, or its disk is: keep a copy of it, and see “Backups” in the host's guide",
    Outage.OTHER: "see: fwsite db status",
}
_SQLITE = {
    "SQLITE_FULL": Outage.FULL,
    "SQLITE_READONLY": Outage.READ_ONLY,
    "SQLITE_CANTOPEN": Outage.AWAY,
    "SQLITE_PERM": Outage.READ_ONLY,
    "SQLITE_BUSY": Outage.BUSY,
    "SQLITE_LOCKED": Outage.BUSY,
    "SQLITE_CORRUPT": Outage.BROKEN,
    "SQLITE_NOTADB": Outage.BROKEN,
    "SQLITE_IOERR": Outage.BROKEN,
}
"""By the beginning of SQLite's name for the error."""
_POSTGRESQL = {"25006": Outage.READ_ONLY, "53100": Outage.FULL, "53300": Outage.BUSY, "55P03": Outage.BUSY}
"""By SQLSTATE. Class 08 is that of connections, 57P that of servers that stop."""


def outage_of(error: BaseException) -> Outage:
    """What the error says. ``OTHER`` is the database refusing something else, without a table for example."""
    if isinstance(error, OSError):
        return Outage.READ_ONLY if error.errno == errno.EROFS else Outage.FULL
    if isinstance(error, TimeoutError):  # no connection of the pool came free
        return Outage.BUSY
    cause = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(cause, "sqlite_errorname", None)
    if name is not None:
        found = (outage for beginning, outage in _SQLITE.items() if name.startswith(beginning))
        return next(found, Outage.OTHER)
    state = getattr(cause, "sqlstate", None)
    if is_uncertain(error) or (state or "").startswith(("08", "57P")):
        return Outage.AWAY
    if state is None and type(cause).__name__ in ("OperationalError", "InterfaceError"):  # nobody answered
        return Outage.AWAY
    return _POSTGRESQL.get(state or "", Outage.OTHER)


def is_uncertain(error: BaseException) -> bool:
    """Whether the connection broke, so that nobody can tell whether the last change was taken in."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def is_of_the_disk(error: BaseException) -> bool:
    """Whether the operating system could not write."""
    return isinstance(error, OSError) and error.errno in ERRORS_OF_THE_DISK


def reason(error: BaseException) -> str:
    """The error's own words, in one line."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip() or type(cause).__name__).splitlines()[0]
