"""The visitor's session, as Flask keeps it in a cookie."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, Response, g
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin


class Sessions(SecureCookieSessionInterface):
    """As Flask has it, but for two things that others must not be able to spoil."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Keeps the session where looking at it does not count as using it; Flask's own proxy marks it as used."""
        g.session_opened = super().open_session(app, request)
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
