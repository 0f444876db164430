"""Request echo: how the site sees a request behind its proxies, told to ``fwsite doctor`` alone."""

from __future__ import annotations

import hmac
import time

from flask import Request, Response, jsonify

from fwsite.web.signing import signature

HEADER = "X-Fwsite-Doctor"
GIVEN_HOST = "fwsite.given_host"
"""Where the Host header stands in the WSGI environment when the request is answered under another."""
VALID = 120
"""Seconds for which a question may be asked, so that one that was overheard is soon worth nothing."""


def question(secret: str, now: float | None = None) -> str:
    """The signed, expiring request header with which ``fwsite doctor`` asks."""
    moment = str(int(time.time() if now is None else now))
    return f"{moment}.{_signed(secret, moment)}"


def answer(request: Request, secret: str) -> Response | None:
    """What the site sees of the request; ``None`` for everybody who has not the secret, or asked too long ago."""
    moment, _, signature = request.headers.get(HEADER, "").partition(".")
    if not moment.isascii() or not moment.isdigit() or abs(time.time() - int(moment[:12])) > VALID:
        return None
    if not hmac.compare_digest(signature.encode("latin-1", "replace"), _signed(secret, moment).encode()):
        return None
    return jsonify(
        scheme=request.scheme,
        host=request.environ.get(GIVEN_HOST, request.environ.get("HTTP_HOST", "")),
        address=request.remote_addr or "",
        moment=int(time.time()),
    )


def _signed(secret: str, moment: str) -> str:
    return signature(secret, f"doctor {moment}")
