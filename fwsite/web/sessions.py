"""Visitor's session: Flask's signed cookie, hardened."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, Request, Response, g
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from fwsite.web.vary import TrackingRequest


class Sessions(SecureCookieSessionInterface):
    """Flask's session interface, but that no extension can spoil a visitor's session for all other pages."""

    _serializer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """One for all requests: making one takes longer than signing, and each form needs it."""
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Keeps the session where looking at it does not count as using it; Flask's own proxy marks it as used."""
        asked = cast("TrackingRequest", request)
        before = set(asked.looked_at)
        g.session_opened = super().open_session(app, request)
        asked.looked_at = before  # who uses the session is noted by itself
        return g.session_opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Leaves out what no cookie can hold: whoever put it there, it would cost every page of this visitor."""
        try:
            super().save_session(app, session, response)
        except TypeError:
            for name in [name for name, value in session.items() if not self._fits(app, value)]:
                app.logger.error("session: %r is of a type that no cookie can hold, and was left out", name)
                del session[name]
            super().save_session(app, session, response)

    def _fits(self, app: Flask, value: Any) -> bool:
        serializer = self.get_signing_serializer(app)
        try:
            return serializer is None or bool(serializer.dumps(value))
        except TypeError:
            return False
