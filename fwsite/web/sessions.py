"""The visitor's session, as Flask keeps it in a cookie."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from wsgiref.types import WSGIEnvironment

from flask import Flask, Request, Response, current_app, g, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadData, Serializer, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode
from werkzeug.http import parse_cookie

from fwsite.web.randomness import random_key

_SHORT = 200
"""Bytes; what is packed is hardly shorter."""


class _Serializer(URLSafeTimedSerializer):
    """Does not try to pack what is short: the packer lets other threads go first, and that takes longer than all else.
    Reads what was packed.
    """

    def dump_payload(self, obj: Any) -> bytes:
        json = Serializer.dump_payload(self, obj)
        return base64_encode(json) if len(json) <= _SHORT else super().dump_payload(obj)


class Sessions(SecureCookieSessionInterface):
    """As Flask has it, but that others must not be able to spoil it, and that signing takes half the time."""

    _serializer: _Serializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """One for all requests, where Flask makes one for each use."""
        if self._serializer is None:
            made = super().get_signing_serializer(app)
            if made is None:
                return None
            self._serializer = _Serializer(
                made.secret_keys,
                salt=made.salt,
                serializer=made.serializer,
                signer_kwargs=made.signer_kwargs,
            )
        return self._serializer

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


def is_visitors_own(app: Flask, environ: WSGIEnvironment, fields: Mapping[str, list[str]]) -> bool:
    """Whether a form was sent by the visitor whom its page was made for: what :class:`flask_wtf.csrf.CSRFProtect` says,
    without a request, which takes four times as long. False also where that may say yes: of forms that it finds their
    token in another place for, and sessions whose cookie is made anew with each answer.
    """
    config = app.config
    name = config["WTF_CSRF_FIELD_NAME"]
    interface = app.session_interface
    serializer = interface.get_signing_serializer(app) if isinstance(interface, Sessions) else None
    sent, cookies = fields.get(name, ()), parse_cookie(environ.get("HTTP_COOKIE"))
    cookie = cookies.get(config["SESSION_COOKIE_NAME"])
    if len(sent) != 1 or not cookie or serializer is None or not config["WTF_CSRF_ENABLED"]:
        return False
    if environ["wsgi.url_scheme"] == "https" and config["WTF_CSRF_SSL_STRICT"]:  # then the Referer counts, too
        return False
    try:
        session = serializer.loads(cookie, max_age=int(app.permanent_session_lifetime.total_seconds()))
        signed = _csrf_serializer(str(app.secret_key)).loads(sent[0], max_age=config["WTF_CSRF_TIME_LIMIT"])
    except BadData:
        return False
    known = session.get(name)
    return not session.get("_permanent") and bool(known) and hmac.compare_digest(known, signed)


@lru_cache(maxsize=4)
def _csrf_serializer(secret: str) -> URLSafeTimedSerializer:
    """As :func:`flask_wtf.csrf.validate_csrf` makes it each time."""
    return URLSafeTimedSerializer(secret, salt="wtf-csrf-token")


def csrf_token() -> str:
    """The visitor's token for forms, as :func:`flask_wtf.csrf.generate_csrf` gives it; what it signs is made here where
    the session has none yet, as that function asks the system each time.
    """
    name = current_app.config["WTF_CSRF_FIELD_NAME"]
    if name not in session:
        session[name] = random_key()
    token: str = generate_csrf()
    return token
