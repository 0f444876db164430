"""Log redaction: addresses without what would open a visitor's result, and on one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote

MASK = "***"
_RUN = re.compile(r"(?<=[/=%])[A-Za-z0-9_-]{20,}")
_HEX = re.compile(r"[0-9a-f-]+|[0-9A-F-]+")
_NAMED = re.compile(r"\b(from|view|submission|[a-z_]*(?:token|password|secret|key))=[^&]*", re.I)
_SAFE = "/?&=:+,;@!$'()*~.-_%[]"


def address(environ: Mapping[str, Any]) -> str:
    """The path and query of a request, masked, in printable ASCII without blanks."""
    path, query = str(environ.get("PATH_INFO") or "/"), str(environ.get("QUERY_STRING") or "")
    for secret in _of_the_view(environ):
        path = path.replace(secret, MASK)
    if query:
        # What is encoded twice, or only partly, must not get past the rules for what is written plainly.
        query = unquote(query, "latin-1") if "%" in query else query
        path = f"{path}?{_NAMED.sub(_mask_named, query)}"
    return _printable(_RUN.sub(_mask_run, path))


def text(message: str, environ: Mapping[str, Any] | None = None) -> str:
    """A message of the log, masked; ``environ`` is the request that it is about."""
    if environ is not None:
        for secret in _of_the_view(environ):
            message = message.replace(secret, MASK)
    return _RUN.sub(_mask_run, message)


def _of_the_view(environ: Mapping[str, Any]) -> Iterable[str]:
    """What the address that Flask found calls a token."""
    arguments = getattr(environ.get("werkzeug.request"), "view_args", None) or {}
    return [value for name, value in arguments.items() if name.endswith("token") and isinstance(value, str) and value]


def _mask_named(match: re.Match[str]) -> str:
    return f"{match[1]}={MASK}"


def _mask_run(match: re.Match[str]) -> str:
    """Random letters are of both cases, or hexadecimal; names in addresses are neither."""
    run = match[0]
    return MASK if not (run.islower() or run.isupper()) or _HEX.fullmatch(run) else run


def _printable(path: str) -> str:
    if path.isascii() and path.isprintable() and " " not in path:
        return path
    return quote(path.encode("latin-1", "replace"), safe=_SAFE)
