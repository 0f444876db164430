"""Response headers: the security policy and caching."""

from __future__ import annotations

from typing import cast

from flask import Flask, Response, current_app, g, request

from fwsite.web import page_cache
from fwsite.web.compression import compress
from fwsite.web.sessions import Sessions
from fwsite.web.vary import TrackingRequest

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",  # no page connects to anything; auditing tools read robots.txt from inside the page
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
POLICY = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("X-Content-Type-Options", "nosniff"),
)
"""What every answer says, unless its page says something else."""
_OWN_SCRIPTS = "; script-src 'self'"
_OWN_FONTS = "; font-src 'self'"
ONE_YEAR = 31_536_000


def init_app(app: Flask) -> None:
    """Track what pages look at, and finish each response by the steps in :data:`STEPS`."""
    app.request_class = TrackingRequest
    app.session_interface = Sessions()
    app.after_request(_finish)


def _finish(response: Response) -> Response:
    steps = STEPS if request.method in ("GET", "HEAD") else STEPS_OF_FORMS
    for step in steps:
        response = step(response)
    return response


def allow_scripts() -> None:
    """Let the page that answers this request run the site's own script files. For private pages only."""
    g.scripts_allowed = True


def allow_fonts() -> None:
    """Let the page that answers this request load fonts of this site, for the host's style sheet; its own has none."""
    g.fonts_allowed = True


def _security(response: Response) -> Response:
    headers = response.headers
    more = (_OWN_SCRIPTS if g.get("scripts_allowed") else "") + (_OWN_FONTS if g.get("fonts_allowed") else "")
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY + more)
    for name, value in POLICY:
        headers.setdefault(name, value)
    headers["X-Content-Type-Options"] = "nosniff"
    if request.is_secure or current_app.config["SESSION_COOKIE_SECURE"]:  # behind a proxy the request itself is not
        headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
    return response


def _compress(response: Response) -> Response:
    return compress(response, tightly=page_cache.will_be_asked_again(response))


def _caching(response: Response) -> Response:
    """A page that used the session, or looked at anything of its visitor but the query, belongs to that one; every
    other page may be cached whole. Caches keep it and ask before each use, so that a change shows at once.
    """
    cache = response.cache_control
    if cache.no_store or cache.max_age is not None:  # the view has said it, or the file's address has its hash
        return response
    session = g.get("session_opened")
    if (session is not None and session.accessed) or cast("TrackingRequest", request).is_personal:
        cache.no_store = True
    elif request.method in ("GET", "HEAD") and response.status_code == 200:
        cache.public = True
        cache.no_cache = True
        if not response.is_streamed:
            response.add_etag()
    return response


def _answer_conditional(response: Response) -> Response:
    if request.method in ("GET", "HEAD") and response.status_code == 200 and "ETag" in response.headers:
        response.make_conditional(request)
    return response


STEPS = (_security, _caching, page_cache.store_donut, _compress, page_cache.store_page, _answer_conditional)
"""What is done to each response, in this order, after the hooks of its blueprint."""
STEPS_OF_FORMS = (_security, _caching, _compress, page_cache.name_endpoint)
"""The same for what nobody reads a second time."""
