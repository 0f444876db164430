"""Retry: going on where the connection to the database was lost, as a server that restarts is back within seconds."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError

from fwsite.db.engine import db

AT_MOST = 5.0
"""Seconds for which it is tried again, before the visitor is told."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 0.8
_ENDED_BY_THE_SERVER = ("57P01", "57P02", "57P03")
"""SQLSTATE: shut down by its administrator, crashed, not up yet. Class 08 is that of connections."""
Result = TypeVar("Result")
log = logging.getLogger(__name__)


def is_connection_lost(error: DBAPIError) -> bool:
    """Whether the database was gone, rather than that it refused something. An SQLite file is never gone like that."""
    if error.connection_invalidated:
        return True
    if not isinstance(error, OperationalError):
        return False
    state: str | None = getattr(error.orig, "sqlstate", "other")
    return state is None or state.startswith("08") or state in _ENDED_BY_THE_SERVER  # none: nobody answered


def retried(work: Callable[[], Result]) -> Result:
    """What ``work`` returns; if the connection is lost, it is done again from the beginning.

    For work that does no harm when it is done twice: whether the database had taken it in is not known when the answer
    is lost. The session is rolled back before each further try, and nothing of it may be kept from one to the next.
    After five seconds the error is raised.
    """
    pauses = _pauses(time.monotonic() + AT_MOST)
    while True:
        try:
            return work()
        except DBAPIError as error:
            db.session.rollback()
            pause = next(pauses, None) if is_connection_lost(error) else None
            if pause is None:
                raise
            log.warning("the database is gone, trying again: %s", str(error.orig).strip().partition("\n")[0])
            time.sleep(pause)


def _pauses(until: float) -> Iterator[float]:
    pause = _FIRST_PAUSE
    while time.monotonic() + pause < until:
        yield pause
        pause = min(2 * pause, _LONGEST_PAUSE)
