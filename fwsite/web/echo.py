"""How the site sees a request that came through proxies: told to ``fwsite doctor`` alone, who has the site's secret."""

from __future__ import annotations

import hashlib
import hmac
import time

from flask import Request, Response, jsonify

HEADER = "X-Fwsite-Doctor"
GIVEN_HOST = "fwsite.given_host"
"""Where the Host header stands in the WSGI environment when the request is answered under another."""
VALID = 120
"""Seconds for which a question may be asked, so that one that was overheard is soon worth nothing."""


def question(secret: str, now: float | None = None) -> str:
    """The header by which who has the secret asks."""
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
    return hmac.new(secret.encode(), f"doctor {moment}".encode(), hashlib.sha256).hexdigest()
