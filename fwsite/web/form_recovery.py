"""Form recovery: what a visitor typed comes back readable from a form that was refused, and can be sent once more."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime

from flask import Flask, Response, current_app, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, TooManyRequests

from fwsite.domain.field_labels import field_label

_KEPT_SENTENCE = "For your safety this form has to be sent again. Everything you typed is still here. "
_CARRIED = frozenset(
    {"again", "next", "submission", "version", "was", "do", "at", "back", "seen", "picked", "both", "settle", "undoes"}
)
"""Parts of the names of fields that nobody fills in."""
_COOKIES = "If this message comes again, allow cookies for this site."


def init_app(app: Flask) -> None:
    """Pages for a form without a valid token, and for one sent too often."""
    app.jinja_env.filters["as_typed"] = as_typed
    app.register_error_handler(CSRFError, _token_refused)
    app.register_error_handler(TooManyRequests, _too_often)


def kept_fields() -> list[tuple[str, str]]:
    """Names and texts of the form that this request brought, in its order, repeated names too.

    Without the token and without passwords. Empty where there is no form, or one too large to be read.
    """
    return [(name, text) for name, text in _sent() if name != "csrf_token" and not _is_password(name)]


def as_typed(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What somebody typed, under the labels of the form; not what the form carries for the site's own sake."""
    return [(field_label(name), text) for name, text in fields if text.strip() and not _is_carried(name)]


def _is_carried(name: str) -> bool:
    return not _CARRIED.isdisjoint(name.split("."))


def _sent() -> list[tuple[str, str]]:
    try:
        return list(request.form.items(multi=True))
    except HTTPException:  # this may run inside an error handler, where nobody would catch it
        return []


def _is_password(name: str) -> bool:
    return "password" in name.lower()


def kept_page(
    *, status: int, heading: str, sentence: str, action: str | None = None, label: str = "Send it again"
) -> Response:
    """A page that shows what was typed, and with ``action`` a button ``label`` that sends all of it there.

    ``action`` is a URL of this site. The page is only for this visitor: neither stored nor listed.
    """
    text = render_template(
        "kept_page.html",
        status=status,
        heading=heading,
        sentence=sentence,
        fields=kept_fields(),
        action=action,
        label=label,
        back=_address_of_the_form() if action is None else None,
    )
    response = make_response(text, status)
    response.cache_control.no_store = True
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def kept_page_to_send_again(*, status: int, heading: str, sentence: str) -> Response:
    """A :func:`kept_page` for what may work later: with a button that sends everything there once more.

    Without the button where the form had a password, or may come from another site.
    """
    return kept_page(status=status, heading=heading, sentence=sentence, action=_address_to_send_again())


def _token_refused(_error: CSRFError) -> Response:
    """Nothing was done. Only what comes from the site itself may be sent again by one click."""
    action = _address_to_send_again()
    if action:
        sentence = _KEPT_SENTENCE + _COOKIES
    else:
        sentence = f"Nothing was changed. Open its page again and fill in the form there. {_COOKIES}"
    return kept_page(status=400, heading="This form was not accepted", sentence=sentence, action=action)


def _too_often(error: TooManyRequests) -> Response | TooManyRequests:
    if error.response is not None:  # a view's own answer
        return error
    seconds = _seconds_to_wait(error)
    sentence = f"Please wait {_in_minutes(seconds)} and try again. Nothing was changed."
    response = kept_page(status=429, heading="Too many attempts", sentence=sentence, action=_address_to_send_again())
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    return response


def _seconds_to_wait(error: TooManyRequests) -> int | None:
    """What the error says; ``None`` where it does not."""
    if isinstance(error.retry_after, datetime):
        return max(1, math.ceil((error.retry_after - datetime.now(UTC)).total_seconds()))
    return error.retry_after


def _in_minutes(seconds: int | None) -> str:
    if seconds is None:
        return "a few minutes"
    minutes = max(1, math.ceil(seconds / 60))
    return f"{minutes} minute{'s' if minutes != 1 else ''}"


def _address_to_send_again() -> str | None:
    """Where this form goes once more; ``None`` for a foreign one, an empty one, and one that had a password."""
    whole = not any(_is_password(name) for name, _ in _sent())
    return _own_address() if whole and kept_fields() and not _is_foreign() else None


def _is_foreign() -> bool:
    """Whether another site may have sent this request.

    The browser's word goes first, as a page of the site that hides its address sends ``Origin: null``.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site == "same-origin":
        return False
    own = {root.rstrip("/") for root in (request.host_url, current_app.config["SITE_URL"])} - {""}
    return site not in (None, "same-site", "none") or (origin is not None and origin not in own)


def _own_address() -> str | None:
    """Path and query of this request, in the form that the site itself writes; ``None`` where it has no page."""
    if request.endpoint is None:
        return None
    path = url_for(request.endpoint, **(request.view_args or {}))
    query = request.query_string.decode("latin-1")
    return f"{path}?{query}" if query else path


def _address_of_the_form() -> str | None:
    """The address of this request, where it can be visited."""
    adapter = current_app.create_url_adapter(request)
    return _own_address() if adapter and adapter.test(method="GET") else None
