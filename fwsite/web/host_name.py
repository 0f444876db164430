"""Host name of a request, in its one spelling: without capitals, and without the dot at its end that DNS allows."""

from __future__ import annotations

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask


def middleware(_app: Flask, inner: WSGIApplication) -> WSGIApplication:
    """Everything behind it compares, keeps and repeats the one spelling."""

    def canonical(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given = environ.get("HTTP_HOST")
        if given:
            environ["HTTP_HOST"] = host_in_one_spelling(given)
        return inner(environ, start_response)

    return canonical


def host_in_one_spelling(host: str) -> str:
    """``Ledger.Example.ORG.:8000`` as ``ledger.example.org:8000``."""
    name, colon, port = host.lower().partition(":") if "[" not in host else (host.lower(), "", "")
    return f"{name[:-1] if name.endswith('.') and len(name) > 1 else name}{colon}{port}"
