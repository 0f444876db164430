"""The page of numbers, for whoever has the token."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, abort, current_app, request

from fwsite.extend import traffic

bp = Blueprint("metrics", __name__)


@bp.get("/", strict_slashes=False)
def index() -> Response:
    """All numbers; error 404 where none are counted, and 401 without the token."""
    counted = traffic()
    if counted is None:
        abort(404)
    if not _may_read(current_app.config["METRICS_TOKEN"]):
        response = Response("The token is missing or wrong.\n", 401, mimetype="text/plain")
        response.headers["WWW-Authenticate"] = "Bearer"
    else:
        from prometheus_client import generate_latest  # off on most sites

        from fwsite.blueprints.metrics.numbers import Numbers

        page = generate_latest(Numbers(counted))
        response = Response(page, content_type="text/plain; version=0.0.4; charset=utf-8")
    response.cache_control.no_store = True
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _may_read(token: str) -> bool:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode())
