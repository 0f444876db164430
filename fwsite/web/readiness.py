"""Which parts of the site wait for their tables: they answer 503 and are not called, and the rest goes on."""

from __future__ import annotations

import logging
import time
from threading import Lock

from flask import Flask, Response, current_app, make_response, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from fwsite.db.engine import reading
from fwsite.plugins import migrations
from fwsite.plugins.registry import registry_of
from fwsite.web.form_recovery import kept_fields, kept_page

RECHECK = 2.0
"""Seconds between two looks at the database while something is pending."""
ALWAYS = frozenset({"site.healthz", "site.readyz"})
"""Pages that say how the site is: they look by themselves, or not at all."""
_HEADING = "This part of the site is not ready"
_SENTENCE = "It is being set up; the other parts work. Nothing was stored. Please try again in a few minutes."
log = logging.getLogger(__name__)


class _Watch:
    """When this process looks next; never again once everything is there."""

    def __init__(self) -> None:
        self.next_look: float | None = 0.0
        self.core_is_there = False
        self.lock = Lock()

    def is_due(self) -> bool:
        """Whether it is this request's turn to look."""
        if self.next_look is None:
            return False
        with self.lock:
            now = time.monotonic()
            if self.next_look is None or now < self.next_look:
                return False
            self.next_look = now + RECHECK
            return True


def init_app(app: Flask) -> None:
    """Look before the first request, and then until nothing is pending."""
    app.extensions["fwsite.web.readiness"] = _Watch()
    app.before_request(_refuse_what_is_pending)


def refresh(app: Flask) -> bool:
    """Ask the database which extensions wait for a migration, and whether the site's own tables are there.

    Needs the application's context.
    """
    registry = registry_of(app)
    states = {state.name: state for state in migrations.status(app)}
    pending = {
        extension.name: states[extension.name].reason
        for extension in registry.extensions
        if extension.name in states and states[extension.name].is_in_the_way
    }
    for extension in registry.extensions:  # in load order: what waits for another one is later
        waits_for = [name for name in extension.after if name in pending]
        if waits_for:
            pending[extension.name] = (
                f"after: waits for the extension {waits_for[0]}, which is pending; mend that one first"
            )
    registry.pending = pending
    watch: _Watch = app.extensions["fwsite.web.readiness"]
    watch.core_is_there = is_there = not states["core"].is_in_the_way
    watch.next_look = None if is_there and not pending else time.monotonic() + RECHECK
    return is_there


def look(app: Flask) -> bool:
    """Look if it is time to, and say whether the site's own tables are there; what is pending is in the registry.

    Needs the application's context. Raises what the database raises.
    """
    watch: _Watch = app.extensions["fwsite.web.readiness"]
    if watch.is_due():
        _look(app)
    return watch.core_is_there


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
    watch: _Watch = current_app.extensions["fwsite.web.readiness"]
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
