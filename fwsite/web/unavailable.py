"""Error pages for disk and database: nothing is said to be stored that is not, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import DatabaseError, InterfaceError, SQLAlchemyError, TimeoutError
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from fwsite.db.engine import db
from fwsite.db.errors import is_uncertain, outage_of, reason
from fwsite.web import form_recovery

RETRY_AFTER = 30
"""Seconds after which a visitor, or a program, may well try again."""
_HEADING = "This cannot be stored at the moment"
_SENTENCE = "The site cannot write at the moment. Nothing was stored. Everything you typed is still here. "
_UNCERTAIN = (
    "The site lost its database while it was storing this, and cannot tell whether it was stored. "
    "Everything you typed is still here; check before you send it again. "
)
_ONCE_MORE = "Wait a little, then send it again. Keep this page open until that has worked."
DATABASE_ERRORS = (DatabaseError, InterfaceError, TimeoutError)
"""What a view raises where the database cannot do what it is asked for."""
_PAGE = "fwsite.web.unavailable"


def init_app(app: Flask, error_page: Callable[[HTTPException], Any]) -> None:
    """Answer 503 to what the database cannot do; ``error_page`` makes the page where nothing was typed."""
    app.extensions[_PAGE] = error_page
    for error in DATABASE_ERRORS:
        app.register_error_handler(error, unavailable)


def unavailable(error: Exception) -> Any:
    """The answer to a request that failed for disk or database: 503, and with everything that was typed.

    What is left of the transaction is rolled back, and the cause is logged with what the host can do.
    """
    outage = outage_of(error)
    told = "database: %s: %s (%s %r); %s"
    current_app.logger.error(told, outage, reason(error), request.method, request.path, outage.remedy)
    setattr(g, _PAGE, True)
    with suppress(SQLAlchemyError):  # what is left of the transaction would fail whatever the page still asks
        db.session.rollback()
    if not form_recovery.kept_fields():
        return current_app.extensions[_PAGE](ServiceUnavailable(retry_after=RETRY_AFTER))
    response = _kept(sentence=(_UNCERTAIN if is_uncertain(error) else _SENTENCE) + _ONCE_MORE)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def is_unavailable() -> bool:
    """Whether this request found that the database cannot be used, so that nothing more should ask it."""
    return _PAGE in g


def _kept(sentence: str) -> Response:
    try:
        return form_recovery.kept_page_to_send_again(status=503, heading=_HEADING, sentence=sentence)
    except Exception:  # a template that asks the database
        current_app.logger.exception("the page for error 503 failed")
    lines = [f"{_HEADING}. {sentence}", "", *(f"{name}: {text}" for name, text in form_recovery.kept_fields()), ""]
    response = Response("\n".join(lines), 503, mimetype="text/plain")
    response.cache_control.no_store = True
    return response
