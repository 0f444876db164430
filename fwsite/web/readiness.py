"""Readiness: parts of the site that wait for a migration answer 503 and are not called, and the rest goes on."""

from __future__ import annotations

import logging
import time
from threading import Lock

from flask import Flask, Response, current_app, make_response, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from fwsite.db.engine import reading
from fwsite.intervals import Intervals
from fwsite.plugins.pending import refresh
from fwsite.plugins.registry import Registry, registry_of
from fwsite.web.form_recovery import kept_fields, kept_page

ALWAYS = frozenset({"site.healthz", "site.readyz"})
"""Pages that say how the site is: they look by themselves, or not at all."""
_WATCH = "fwsite.readiness"
_HEADING = "This part of the site is not ready"
_SENTENCE = "It is being set up; the other parts work. Nothing was stored. Please try again in a few minutes."
log = logging.getLogger(__name__)


class _Watch:
    """When this process looks next; never again once everything is there."""

    def __init__(self, registry: Registry, every: float) -> None:
        self._registry = registry
        self._every = every
        self._next_look = 0.0
        self._lock = Lock()

    def is_due(self) -> bool:
        """Whether it is this request's turn to look."""
        if self._registry.has_core_tables and not self._registry.pending:
            return False
        with self._lock:
            now = time.monotonic()
            if now < self._next_look:
                return False
            self._next_look = now + self._every
            return True


def init_app(app: Flask, intervals: Intervals) -> None:
    """Look before the first request, and then until nothing is pending."""
    app.extensions[_WATCH] = _Watch(registry_of(app), intervals.pending)
    app.before_request(_refuse_what_is_pending)


def look(app: Flask) -> bool:
    """Look if it is time to, and say whether the site's own tables are there; what is pending is in the registry.

    Needs the application's context. Raises what the database raises.
    """
    watch: _Watch = app.extensions[_WATCH]
    if watch.is_due():
        _look(app)
    return registry_of(app).has_core_tables


def _look(app: Flask) -> None:
    registry = registry_of(app)
    before = set(registry.pending)
    if not refresh(app):  # nothing was ever upgraded: each page that needs the database says so by itself
        registry.pending = {}
    for name, reason in registry.pending.items():
        if name not in before:
            log.warning("extension %s is pending: %s", name, reason)


def _refuse_what_is_pending() -> Response | None:
    if request.endpoint in ALWAYS:
        return None
    watch: _Watch = current_app.extensions[_WATCH]
    if watch.is_due():
        try:
            with reading():
                _look(current_app)
        except SQLAlchemyError as error:
            log.warning("the database could not be asked for its schema: %s", getattr(error, "orig", error))
    name = (request.endpoint or "").partition(".")[0]
    return _not_ready() if name in registry_of(current_app).pending else None


def _not_ready() -> Response:
    if kept_fields():
        response = kept_page(status=503, heading=_HEADING, sentence=_SENTENCE)
    else:
        page = render_template("error.html", status=503, heading=_HEADING, sentence=_SENTENCE)
        response = make_response(page, 503)
    response.headers["Retry-After"] = "60"
    return response
