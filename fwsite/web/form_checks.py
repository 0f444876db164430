"""Single fields of a form that came more than once, as no browser sends them: nobody can say which one is meant."""

from __future__ import annotations

from flask import request

SENT_TWICE = "A part of the form was sent more than once, so nothing was done. Look at it and send it once more."


def sent_twice(*names: str) -> bool:
    """Whether the form of this request has any of these fields more than once, or its token."""
    return any(len(request.form.getlist(name)) > 1 for name in ("csrf_token", *names))
