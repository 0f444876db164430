"""Who listens to what Flask and SQLAlchemy tell of every page: such a listener that raises would break all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import ref

import flask.signals
import flask_login.signals
from blinker import NamedSignal
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from sqlalchemy.pool import Pool

from fwsite.db.engine import db

_SIGNALS = [
    signal
    for module in (flask.signals, flask_login.signals)
    for signal in vars(module).values()
    if isinstance(signal, NamedSignal)
]
_SHARED = (Connection, Engine, Pool, Session, scoped_session, sessionmaker)
"""Where listening means listening to the whole site; own engines, and own classes of sessions, are another matter."""


@contextmanager
def refused_by_the_database() -> Iterator[None]:
    """Inside it ``sqlalchemy.event`` refuses listeners to all connections or sessions with a :class:`TypeError`.

    The setting of pragmas that SQLAlchemy's guide shows, for example, would break every page on PostgreSQL. What
    listens already cannot be found by its fault later, and SQLAlchemy has no way to ask who listens.
    """
    listen, listens_for = event.listen, event.listens_for

    def checked(given: Callable[..., Any]) -> Callable[..., Any]:
        def call(target: Any, identifier: str, *args: Any, **named: Any) -> Any:
            _refuse_shared(target, identifier)
            return given(target, identifier, *args, **named)

        return call

    event.listen, event.listens_for = checked(listen), checked(listens_for)
    try:
        yield
    finally:
        event.listen, event.listens_for = listen, listens_for


def _refuse_shared(target: Any, identifier: str) -> None:
    is_library = getattr(target, "__module__", "").startswith(("sqlalchemy.", "flask_sqlalchemy."))
    if target is db.session or (isinstance(target, type) and issubclass(target, _SHARED) and is_library):
        raise TypeError(f"must not listen to {identifier} of all of the site; listen to models of its own")


@contextmanager
def taken_away() -> Iterator[list[str]]:
    """Take away the listeners that are added inside, whatever is raised; the list gets what is wrong with them."""
    wrong: list[str] = []
    before = {signal: set(signal.receivers) for signal in _SIGNALS}
    try:
        yield wrong
    finally:
        for signal in _SIGNALS:
            if _disconnected(signal, before[signal]):
                wrong.append(f"signals: listens to {signal.name} of all pages; use the blueprint's own hooks")


def _disconnected(signal: NamedSignal, before: set[object]) -> bool:
    added = [receiver for key, receiver in signal.receivers.items() if key not in before]
    for receiver in added:
        listener = receiver() if isinstance(receiver, ref) else receiver
        if listener is not None:
            signal.disconnect(listener)
    return bool(added)
