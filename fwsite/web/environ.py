"""WSGI environ: what a request asks for, as its environment says it."""

from __future__ import annotations

from wsgiref.types import WSGIEnvironment

ENDPOINT = "fwsite.endpoint"
"""Where the environment says which view has answered, now or when its page was made."""


def address_of(environ: WSGIEnvironment) -> tuple[str, ...]:
    """Scheme, host and path. The query is not part of it."""
    host = environ.get("HTTP_HOST", "")
    return environ["wsgi.url_scheme"], host, environ.get("SCRIPT_NAME", ""), environ["PATH_INFO"]
