"""Content version: a number in the database, raised in the same transaction by whatever changes what pages show.

What was made from the content at one version need not be made again before the next: :func:`per_content_version`.
Tables whose rows no page for everybody shows, such as answers, are marked :data:`NOT_CONTENT` and raise nothing; those
with a cache tag raise the number of their tag and leave that of the whole site, see :mod:`fwsite.db.cache_tags`.
"""

from __future__ import annotations

import os
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, TypeVar, overload
from urllib.parse import quote
from weakref import WeakKeyDictionary

from flask import Flask, current_app
from sqlalchemy import Connection, Engine, event, inspect
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from fwsite.db.cache_tags import CONTENT, carried_apart, carry_tag, raise_tags, tag_of
from fwsite.db.engine import db, metadata, reading, session_apart
from fwsite.db.shared_clock import SharedClock
from fwsite.instance import Instance
from fwsite.intervals import Intervals

NOT_CONTENT: dict[str, Any] = {"content": False}
"""``__table_args__ = {"info": NOT_CONTENT}`` for a table whose changes change no page that everybody sees alike."""
CERTAIN_FOR = 5.0
"""Seconds during which all ask each time, after one has changed something: longer than a commit takes."""
Numbers = Mapping[str, int]
"""The number of each tag that anything was written under, and of :data:`CONTENT`."""
_P = ParamSpec("_P")
_T = TypeVar("_T")
READ = "SELECT '' AS tag, number FROM content_version UNION ALL SELECT tag, number FROM cache_tag"
_RAISE = "UPDATE content_version SET number = number + 1"
_CHANGED = "fwsite.content_changed"
_MIGRATING = "fwsite.migrating"
_WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE|COPY|WITH)\b", re.IGNORECASE)


class ContentVersion:
    """Where the numbers are read: now and then, and for a while each time where a process of this machine, be it this
    one or another on the same instance folder, has changed something.

    Asking lets other threads of the process go first, so that asking each time would halve the pages a second.
    """

    def __init__(self, ask: Callable[[], Numbers | None], every: float, certain_until: SharedClock) -> None:
        """``ask`` raises ``LookupError`` where the database cannot say; ``every`` is in seconds."""
        self._ask_database = ask
        self._every = every
        self._last: Numbers | None = None
        self._next = 0.0
        self._certain_until = certain_until
        self._asking = threading.Lock()

    def current(self) -> Numbers | None:
        """The numbers; the last ones known where the database cannot be asked, and ``None`` where none are known."""
        now = time.monotonic()
        if now < self._certain_until.value(now) <= now + CERTAIN_FOR:
            return self._ask()
        if now >= self._next and self._asking.acquire(blocking=False):  # one asks; the others need not wait for it
            try:
                self._ask()
                self._next = time.monotonic() + self._every
            finally:
                self._asking.release()
        return self._last

    def changed(self) -> None:
        """Tell all that this process is about to commit a change."""
        self._certain_until.move(time.monotonic() + CERTAIN_FOR)

    def _ask(self) -> Numbers | None:
        """What the database says to this thread, though another may have been told something older meanwhile."""
        with suppress(LookupError):
            self._last = asked = self._ask_database()
            return asked
        return self._last


class _File:
    """An SQLite file, asked without SQLAlchemy: that takes a tenth of the time."""

    def __init__(self, path: str) -> None:
        self._address = f"file:{quote(path)}?mode=rw"
        self._own = threading.local()

    def __call__(self) -> Numbers | None:
        try:
            rows = self._connection().execute(READ).fetchall()
        except sqlite3.Error as error:
            self._own.connection = None
            if str(error).startswith("no such table"):
                return None
            raise LookupError(str(error)) from error
        return _numbers(rows)

    def _connection(self) -> sqlite3.Connection:
        kept: _Closing | None = getattr(self._own, "connection", None)
        if kept is None or self._own.process != os.getpid():  # must not be carried into another process
            kept = _Closing(self._address)
            self._own.connection, self._own.process = kept, os.getpid()
        return kept.connection


class _Closing:
    """A connection that is closed when its thread has ended; left to itself it earns a warning from Python 3.13 on."""

    def __init__(self, address: str) -> None:
        # Only its own thread asks it, but any may be the one that closes it.
        self.connection = sqlite3.connect(address, uri=True, timeout=1.0, isolation_level=None, check_same_thread=False)
        self.connection.execute("PRAGMA query_only=ON")

    def __del__(self) -> None:
        if connection := getattr(self, "connection", None):
            connection.close()


def _asked_by(engine: Engine) -> Callable[[], Numbers | None]:
    def ask() -> Numbers | None:
        try:
            with engine.connect() as connection:
                rows = connection.exec_driver_sql(READ).all()
        except ProgrammingError:  # there is no such table
            return None
        except SQLAlchemyError as error:
            raise LookupError(str(error)) from error
        return _numbers(rows)

    return ask


def _numbers(rows: Iterable[Any]) -> Numbers | None:
    found: dict[str, int] = dict(map(tuple, rows))
    return found if CONTENT in found else None


def init_app(app: Flask, intervals: Intervals) -> None:
    """Watch what the application writes, and keep where its number is read."""
    with app.app_context():
        engine = db.engine
    is_file = engine.dialect.name == "sqlite"
    ask: Callable[[], Numbers | None] = _File(str(engine.url.database)) if is_file else _asked_by(engine)
    certain_until = SharedClock(Instance(Path(app.instance_path)).changed_file, intervals.shared_clock)
    every = intervals.content_on_sqlite if is_file else intervals.content_on_postgresql
    found = ContentVersion(ask, every, certain_until)
    app.extensions["fwsite.content_version"] = found
    _watch(engine, found)


def content_version() -> int | None:
    """The running application's content version, which every change raises, under a cache tag or not; ``None``
    if the database cannot say.
    """
    found: ContentVersion = current_app.extensions["fwsite.content_version"]
    numbers = found.current()
    return None if numbers is None else sum(numbers.values())


class _Result(NamedTuple):
    value: Any
    tags: frozenset[str]


class _Kept(NamedTuple):
    number: int
    results: dict[Any, _Result]


@overload
def per_content_version(call: Callable[_P, _T]) -> Callable[_P, _T]: ...
@overload
def per_content_version(*, most: int) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]: ...
def per_content_version(call: Callable[_P, _T] | None = None, *, most: int = 64) -> Any:
    """Memo by content version: keeps what a function gives, by its arguments, until the content changes.

    Right for a function of the content and its arguments alone, whose result nobody changes: nothing in it may come
    from the visitor, the clock, a file or a row of :data:`NOT_CONTENT`, and no object of the session may leave it.

    It is called in a session of its own, which is begun after the number was read and sees only what is committed:
    thus nothing is ever kept under a newer number than that of what it was made from, whatever transaction the caller
    is in. While the database cannot be asked, the last known result is used; where the number is not known at all,
    nothing is kept. What fails is not kept either. ``most`` results are kept at once; the oldest is dropped first.
    """
    return (lambda call: _memo(call, most)) if call is None else _memo(call, most)


def _memo(call: Callable[_P, _T], most: int) -> Callable[_P, _T]:
    kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()
    keeping = threading.Lock()

    @wraps(call)
    def kept_or_called(*given: _P.args, **named: _P.kwargs) -> _T:
        number, engine, key = content_version(), db.engine, (given, tuple(sorted(named.items())))
        if number is None:
            return call(*given, **named)
        known = kept.get(engine)
        if known is not None and known.number == number:
            result = known.results.get(key)
            if result is not None:
                for tag in result.tags:
                    carry_tag(tag)
                value: _T = result.value
                return value
        with session_apart(), reading(), carried_apart() as tags:
            made = call(*given, **named)
        with keeping:
            known = kept.get(engine)
            if known is None or known.number != number:
                known = kept[engine] = _Kept(number, {})
            elif len(known.results) >= most:
                known.results.pop(next(iter(known.results)))
            known.results[key] = _Result(made, frozenset(tags))
        return made

    return kept_or_called


def purge_pages(extension: str) -> None:
    """Cache purge: every page in which the extension has a part is made again once this transaction is committed.

    For rows that were deleted from a table of :data:`NOT_CONTENT`, if a kept page may show them.
    """
    db.session.connection().info.setdefault(_CHANGED, set()).add(extension)


@contextmanager
def migrating(connection: Connection) -> Iterator[None]:
    """While tables are made and changed: the number's own table may not be there before, and is raised after."""
    connection.info[_MIGRATING] = True
    try:
        yield
        if connection.info.pop(_CHANGED, None):
            _raise(connection, {CONTENT})
    finally:
        connection.info.pop(_MIGRATING, None)
        connection.info.pop(_CHANGED, None)


def _watch(engine: Engine, version: ContentVersion) -> None:
    tagged = [(table.name, tag) for table in metadata.tables.values() if (tag := tag_of(table))]

    @event.listens_for(engine, "before_cursor_execute")
    def notice(
        connection: Connection, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool
    ) -> None:
        for name, shown_by in tagged:
            if name in statement:
                carry_tag(shown_by)
        if (tag := _changed_by(statement, context)) is not None:
            connection.info.setdefault(_CHANGED, set()).add(tag)

    @event.listens_for(engine, "commit")
    def raise_it(connection: Connection) -> None:
        if connection.info.get(_MIGRATING):
            return
        if tags := connection.info.pop(_CHANGED, None):
            version.changed()
            _raise(connection, tags)

    @event.listens_for(engine, "rollback")
    def forget(connection: Connection) -> None:
        if not connection.invalidated:  # one that is lost has nothing to be asked for
            connection.info.pop(_CHANGED, None)


def _raise(connection: Connection, tags: set[str]) -> None:
    has_table = inspect(connection).has_table  # they are not there before the first upgrade
    if tags != {CONTENT} and not has_table("cache_tag"):
        tags = {CONTENT}
    if CONTENT in tags and has_table("content_version"):
        connection.exec_driver_sql(_RAISE)
    if others := tags - {CONTENT}:
        raise_tags(connection, metadata.tables["cache_tag"], others)


def _changed_by(statement: str, context: Any) -> str | None:
    """The tag under which the statement changes something; ``None`` where it changes nothing that pages show."""
    if context.compiled is None or context.is_text:
        return CONTENT if _WRITES.match(statement) is not None and statement != _RAISE else None
    if not (context.isinsert or context.isupdate or context.isdelete):
        return None
    return tag_of(getattr(context.compiled.statement, "table", None))
