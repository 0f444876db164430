"""Form checks: the CSRF token, and single fields that were sent more than once."""

from __future__ import annotations

from flask import request
from flask_wtf.csrf import generate_csrf

SENT_TWICE = "A part of the form was sent more than once, so nothing was done. Check it and send it again."
"""What a form says of a field that came twice: see :func:`sent_twice`."""


def csrf_token() -> str:
    """The visitor's CSRF token for a form, signed for each page."""
    token: str = generate_csrf()
    return token


def sent_twice(*names: str) -> bool:
    """Whether the form of this request has any of these fields more than once, or its token: no browser sends that,
    and nobody can say which one is meant.
    """
    return any(len(request.form.getlist(name)) > 1 for name in ("csrf_token", *names))
