"""Rate limit storages: the counters of the library ``limits``, in the site's own database or in this process."""

from __future__ import annotations

import time
from threading import Lock
from typing import Any

from limits.storage import Storage
from sqlalchemy import ColumnElement, and_, case, delete, select
from sqlalchemy.exc import SQLAlchemyError

from fwsite.db.engine import db, dialect_insert
from fwsite.db.models import Throttle
from fwsite.web.signing import hidden_key

_WAITING = 60
"""Seconds; longer than any process waits for its turn to write."""
_SWEPT_AT = 1000
"""So many windows are kept, at least, before those that are over are looked for."""


class ProcessStorage(Storage):
    """Fixed windows in this process' memory.

    The library's own storage starts a thread for each hit, which goes through all counters.
    """

    STORAGE_SCHEME = None

    def __init__(self) -> None:
        super().__init__()
        self._windows: dict[str, tuple[int, float]] = {}
        """Count and end of each window."""
        self._lock = Lock()
        self._swept_at = _SWEPT_AT

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add ``amount`` and return the count; begins a new window of ``expiry`` seconds where none is open."""
        now = time.time()
        with self._lock:
            count, end = self._windows.get(key, (0, 0.0))
            if not now < end <= now + expiry:  # an end further off is of a clock that was wrong
                count, end = 0, now + expiry
                self._sweep(now)
            self._windows[key] = count + amount, end
        return count + amount

    def _sweep(self, now: float) -> None:
        """Forget windows that are over, now and then."""
        if len(self._windows) >= self._swept_at:
            self._windows = {key: window for key, window in self._windows.items() if now < window[1]}
            self._swept_at = max(_SWEPT_AT, 2 * len(self._windows))

    def get(self, key: str) -> int:
        """The count in the window that is open."""
        count, end = self._windows.get(key, (0, 0.0))
        return count if time.time() < end else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends, in epoch seconds; now where none is open."""
        return max(time.time(), self._windows.get(key, (0, 0.0))[1])

    def check(self) -> bool:
        """Always: there is nothing to reach."""
        return True

    def reset(self) -> int:
        """Forget everything; returns how many counts there were."""
        with self._lock:
            number = len(self._windows)
            self._windows = {}
        return number

    def clear(self, key: str) -> None:
        """Forget one count."""
        with self._lock:
            self._windows.pop(key, None)


class DatabaseStorage(Storage):
    """Fixed windows in the table ``throttle``. Each call is a transaction of its own, whatever the request does.

    Not to be called while the request's own session has a transaction open that writes: on SQLite the two would
    wait for each other.
    """

    STORAGE_SCHEME = None

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add ``amount`` and return the count; begins a new window of ``expiry`` seconds where none is open."""
        now = time.time()
        closed = ~_is_open(now, expiry)
        insert = dialect_insert(db.engine.dialect.name, Throttle)
        statement: Any = insert.values(key_hash=hidden_key(key), count=amount, expires_at=now + expiry)
        statement = statement.on_conflict_do_update(
            index_elements=[Throttle.key_hash],
            set_={
                "count": case((closed, amount), else_=Throttle.count + amount),
                "expires_at": case((closed, now + expiry), else_=Throttle.expires_at),
            },
        ).returning(Throttle.count)
        with db.engine.begin() as connection:
            count = connection.execute(statement).scalar_one()
            if count == amount:  # a good moment to forget windows that are over
                connection.execute(delete(Throttle).where(Throttle.expires_at <= now))
        return int(count)

    def get(self, key: str) -> int:
        """The count in the window that is open."""
        return int(self._value(Throttle.count, key) or 0)

    def get_expiry(self, key: str) -> float:
        """When the window ends, in epoch seconds; now where none is open."""
        return float(self._value(Throttle.expires_at, key) or time.time())

    def _value(self, column: Any, key: str) -> Any:
        query = select(column).where(Throttle.key_hash == hidden_key(key), Throttle.expires_at > time.time())
        with db.engine.begin() as connection:
            return connection.execute(query).scalar()

    def check(self) -> bool:
        """Whether the table can be read."""
        with db.engine.begin() as connection:
            connection.execute(select(Throttle.key_hash).limit(1))
        return True

    def reset(self) -> int:
        """Forget everything; returns how many counts there were."""
        with db.engine.begin() as connection:
            return connection.execute(delete(Throttle)).rowcount

    def clear(self, key: str) -> None:
        """Forget one count."""
        with db.engine.begin() as connection:
            connection.execute(delete(Throttle).where(Throttle.key_hash == hidden_key(key)))


def _is_open(now: float, expiry: int) -> ColumnElement[bool]:
    """A window that ends much later than one begun now comes from a clock that was wrong: it is not open either.

    A little later is right: another process may have begun it while this one waited for its turn to write.
    """
    return and_(Throttle.expires_at > now, Throttle.expires_at <= now + expiry + _WAITING)
