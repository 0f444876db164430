"""Health checks: whether the process answers, and whether it is ready, for systemd, load balancers and watchers.

Both are answered whatever the Host header says: load balancers ask by address. No page is made of what it says, and
neither answer tells more than words of this file.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, current_app, jsonify, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from fwsite.db.engine import db, reading
from fwsite.db.errors import reason
from fwsite.plugins.registry import registry_of
from fwsite.web import echo, readiness

ADDRESSES = frozenset({"/healthz", "/readyz"})
log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Add the two addresses."""
    app.add_url_rule("/healthz", "site.healthz", healthz)
    app.add_url_rule("/readyz", "site.readyz", readyz)


def middleware(app: Flask, inner: WSGIApplication) -> WSGIApplication:
    """See to it that nothing stands between these questions and their answers."""
    return _Front(app, inner)


class _Front:
    """WSGI middleware: asks the application itself how it is, under a host that it answers to."""

    def __init__(self, app: Flask, inner: WSGIApplication) -> None:
        self._app = app
        self._inner = inner
        self._host = (app.config["TRUSTED_HOSTS"] or [""])[0].lstrip(".")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] not in ADDRESSES:
            return self._inner(environ, start_response)
        given = environ.get("HTTP_HOST", "")
        environ.update({echo.GIVEN_HOST: given, "HTTP_HOST": self._host or given})
        return Flask.wsgi_app(self._app, environ, start_response)


def healthz() -> Response:
    """The process answers; nothing else is asked."""
    seen = echo.answer(request, current_app.config["SECRET_KEY"])
    return _unkept(seen or Response("ok\n", mimetype="text/plain"))


def readyz() -> Response:
    """Database, schema and required extensions: 200, or 503 naming which of the three is not ready."""
    parts = {"database": False, "schema": False, "extensions": False}
    try:
        with reading():
            db.session.execute(text("SELECT 1"))
            parts["database"] = True
            there = readiness.look(current_app)
    except SQLAlchemyError as error:
        log.warning("not ready: the database cannot be asked: %s", reason(error))
    else:
        registry = registry_of(current_app)
        waiting = set(registry.pending)
        parts["schema"] = there and not waiting - registry.third_parties
        parts["extensions"] = there and not waiting.intersection(current_app.config["EXTENSIONS_REQUIRED"])
    return _unkept(jsonify(ready=all(parts.values()), **parts), all(parts.values()))


def _unkept(response: Response, is_fine: bool = True) -> Response:
    response.cache_control.no_store = True
    if not is_fine:
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    return response
