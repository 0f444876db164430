"""Response headers: the security policy and caching."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request

from fwsite.web import page_cache
from fwsite.web.compression import compress
from fwsite.web.sessions import Sessions

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
ONE_YEAR = 31_536_000


def init_app(app: Flask) -> None:
    """Flask runs these last to first, so what is registered first here sees the response last."""
    app.session_interface = Sessions()
    app.after_request(_answer_conditional)
    app.after_request(page_cache.keep)
    app.after_request(_compress)
    app.after_request(_caching)
    app.after_request(_security)


def allow_scripts() -> None:
    """Let the page that answers this request run the site's own script files. For private pages only."""
    g.scripts_allowed = True


def _security(response: Response) -> Response:
    headers = response.headers
    if g.get("scripts_allowed"):
        headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY + _OWN_SCRIPTS)
    for name, value in POLICY:
        headers.setdefault(name, value)
    headers["X-Content-Type-Options"] = "nosniff"
    if request.is_secure or current_app.config["SESSION_COOKIE_SECURE"]:  # behind a proxy the request itself is not
        headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
    return response


def _compress(response: Response) -> Response:
    page_cache.keep_around_gaps(response)
    return compress(response, tightly=page_cache.may_be_kept(response))


def _caching(response: Response) -> Response:
    """A page that used the session belongs to one visitor; every other page may be cached whole.

    Caches keep it and ask before each use, so that a change shows at once.
    """
    cache = response.cache_control
    if cache.no_store or cache.max_age is not None:  # the view has said it, or the file's address has its hash
        return response
    session = g.get("session_opened")
    if session is not None and session.accessed:
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
