"""Calling foreign code: whatever it raises or leaves behind, the page goes on as if it had not been called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar

from flask import Response, after_this_request, g, has_app_context, has_request_context
from sqlalchemy.orm import Session

from fwsite.db.engine import db
from fwsite.plugins.contract import Extension
from fwsite.plugins.discovery import said
from fwsite.plugins.fault_log import note

_T = TypeVar("_T")
_IN_ERROR = 3
"""PostgreSQL's word for a transaction in which a statement has failed, so that all others will."""
_running: ContextVar[frozenset[tuple[str, str]]] = ContextVar("running", default=frozenset())
"""What is being called at the moment: of which extension, and what."""


def guarded(extension: Extension, what: str, otherwise: _T, call: Callable[..., _T], *context: object) -> _T:
    """What the call gives, or ``otherwise`` where it fails; that is logged.

    One that leads to itself, such as a slot of every page that renders a whole page, fails as a whole.
    """
    if is_running(extension, what):
        raise RecursionError(f"{what} calls itself")
    had_changes = has_app_context() and _has_changes(db.session())
    token = _running.set(_running.get() | {(extension.name, what)})
    try:
        with afterthoughts_checked(extension, what):
            value = call(*context)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # sys.exit(), and tasks that were cancelled, too
        report(extension, what, error)
        return otherwise
    finally:
        _running.reset(token)
    if has_app_context() and (left := _left_behind(db.session(), had_changes)):
        note(extension.name, what, f"leaves {left} in the session, which is not its own")
        db.session.rollback()
    return value


def staying(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view; where it calls sys.exit() it fails like any other, instead of leaving its visitor without an answer."""
    if iscoroutinefunction(view):
        return view

    @wraps(view)
    def called(*args: Any, **values: Any) -> Any:
        try:
            return view(*args, **values)
        except (Exception, KeyboardInterrupt):
            raise
        except BaseException as error:
            raise RuntimeError(f"raises {said(error)}, which ends a thread") from error

    return called


def is_running(extension: Extension, what: str) -> bool:
    """Whether this is being called already."""
    return (extension.name, what) in _running.get()


@contextmanager
def afterthoughts_checked(extension: Extension, what: str) -> Iterator[None]:
    """What is asked for inside by ``after_this_request`` may forget to return the response: it stays as it was then.

    Flask calls what was asked for in that order, so that a function before and one after see what those between do.
    """
    if not has_request_context():
        yield
        return
    before: list[Response] = []

    @after_this_request
    def keep(response: Response) -> Response:
        before.append(response)
        return response

    try:
        yield
    finally:

        @after_this_request
        def mend(response: Any) -> Response:
            if isinstance(response, Response):
                return response
            report(extension, f"{what}, after the request,", TypeError(f"gives {response!r} instead of the response"))
            return before.pop()


def report(extension: Extension, what: str, error: BaseException) -> None:
    """Log what failed, and free the session from it."""
    note(extension.name, what, f"failed: {said(error)}", error, kind="failed")
    if has_app_context():
        g.is_incomplete = True  # the page goes without what failed, and the next one may not
    if has_app_context() and db.session().in_transaction():
        db.session.rollback()  # a failed statement would make those after it fail, too


def _has_changes(session: Session) -> bool:
    return bool(session.new or session.dirty or session.deleted)


def _left_behind(session: Session, had_changes: bool) -> str:
    """What the next query of the page would stumble over; empty where there is nothing."""
    if not session.is_active:
        return "a failed statement"
    if session.in_transaction() and session.get_bind().dialect.name == "postgresql":
        client = getattr(session.connection().connection.driver_connection, "info", None)
        if getattr(client, "transaction_status", None) == _IN_ERROR:
            return "a failed statement"
    return "" if had_changes or not _has_changes(session) else "changes without a commit"
