"""Page shell: where templates come from, navigation, slots, links, error pages."""

from __future__ import annotations

import hashlib
import os
from datetime import date
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, render_template, request, send_from_directory, url_for
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from fwsite.db.errors import is_of_the_disk
from fwsite.instance import Instance
from fwsite.markup import inline
from fwsite.plugins.hooks import Point, PointKind, SlotContext
from fwsite.plugins.registry import registry_of
from fwsite.web import form_recovery, headers, navigation, own_files, unavailable
from fwsite.web.bytecode_cache import CompiledTemplates
from fwsite.web.file_state import per_file_state

ERRORS = {
    400: ("This request cannot be answered", "This page does not understand the URL or the form."),
    403: (
        "You may not open this page",
        "It is for people with another role, or for those who are signed in. Nothing was changed.",
    ),
    404: (
        "There is no page at this URL",
        "It may have moved or been deleted, or part of the URL may be missing.",
    ),
    405: (
        "This URL cannot be used that way",
        "It accepts only a visit, or the form on its own page.",
    ),
    409: (
        "Somebody else was here first",
        "Somebody has changed the same thing in the meantime. Nothing was stored; open its page again.",
    ),
    413: (
        "That is more than this site reads",
        "The form was larger than any form on this site. Nothing was stored.",
    ),
    414: (
        "That URL is too long",
        "No page of this site has a URL of this length. Nothing was changed.",
    ),
    415: (
        "That is not one of this site’s forms",
        "Send the fields as a browser does: application/x-www-form-urlencoded or multipart/form-data. "
        "Nothing was stored.",
    ),
    429: (
        "Too many attempts",
        "Please wait a few minutes and try again. Nothing was changed.",
    ),
    500: (
        "Something went wrong here",
        "The error is ours, not yours, and has been logged. Please try again.",
    ),
    503: (
        "The site is not ready",
        "Its database cannot be used at the moment. Nothing was stored; please try again.",
    ),
}
"""Status -> heading and sentence."""

POINTS = (
    Point(
        kind=PointKind.SLOT,
        name="site.head",
        help="At the end of the head of every page: links to style sheets and the like.",
    ),
    Point(
        kind=PointKind.SLOT,
        name="site.header",
        help="At the top of every page, before the main navigation. Keep it on one line of a phone.",
    ),
    Point(
        kind=PointKind.SLOT,
        name="site.footer",
        help="At the foot of every page, under the site’s name. A line at most.",
    ),
)
"""What the shell itself offers to extensions."""
ONE_DAY = 86_400
_NOTHING = Markup("")
csrf = CSRFProtect()
bp = Blueprint("site", __name__)


def init_app(app: Flask) -> None:
    """Templates, helpers, error pages, and the addresses that no extension owns."""
    _set_up_templates(app, Instance(Path(app.instance_path)))
    app.before_request(_refuse_long_addresses)
    app.before_request(_forms_only)
    app.before_request(_refuse_nameless)
    app.after_request(_kept_for_good)
    csrf.init_app(app)
    app.register_blueprint(bp)
    app.register_blueprint(own_files.bp)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _fault)
    form_recovery.init_app(app)
    unavailable.init_app(app, _http_error)
    app.context_processor(_helpers)


def _is_own() -> bool:
    """Whether the address is one of the site's own; extensions may take what they like."""
    blueprint = current_app.blueprints.get(request.blueprint or "")
    return blueprint is not None and blueprint.import_name.startswith("fwsite.")


def _refuse_long_addresses() -> None:
    """What comes behind ``?`` may be a list of thousands, which costs seconds; nginx lets through no more, either.

    Read from the environment, as this is not what a page is made of.
    """
    if len(request.environ.get("QUERY_STRING", "")) > _LONGEST_QUERY and _is_own():
        abort(414)


_LONGEST_QUERY = 8192
"""Bytes."""


def _forms_only() -> None:
    """The site's own addresses take what a form sends and nothing else: to a form, the fields of JSON would be there,
    and to the check and the limit before it they would not.
    """
    if request.method not in ("POST", "PUT") or not _is_own():
        return
    if (request.content_length or request.is_json) and request.mimetype not in _FORMS:
        abort(415)


_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def _refuse_nameless() -> None:
    """A part of a form without a name: Werkzeug calls it ``None``, which no view expects, and no browser sends it."""
    if request.method == "POST" and (None in request.form or None in request.files):
        abort(400)


def _set_up_templates(app: Flask, instance: Instance) -> None:
    """The host's templates first, then the shell, then the extensions'; ``fwsite:`` names the shell's own."""
    shell = FileSystemLoader(Path(app.root_path) / "templates")
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(instance.templates), shell, PrefixLoader({"fwsite": shell}, delimiter=":")]
    )
    if os.access(instance.cache, os.W_OK):
        app.jinja_env.bytecode_cache = CompiledTemplates(instance.cache)  # compiling takes longer than all else
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(day=long_date, moment=moment, inline=inline)
    app.jinja_env.globals["slot"] = slot  # and no helper of the page: macros have slots, too


def long_date(value: date) -> str:
    """As people write it: 22 November 2026."""
    return f"{value.day} {value:%B %Y}"


def moment(value: date | None) -> str:
    """The beginning of a day as Atom writes it; without a day, the beginning of time."""
    return f"{(value or date(1970, 1, 1)).isoformat()}T00:00:00Z"


def asset(filename: str, of: str | None = None) -> str:
    """The address of a static file, with its content hash, so that it can be cached for good.

    ``of`` names the extension in whose static folder it is, or ``own``, the host's; without it, it is one of the
    site's own.
    """
    endpoint = f"{of}.static" if of else "static"
    return url_for(endpoint, filename=filename, v=_hash_of(filename, of))


def _hash_of(filename: str, of: str | None) -> str:
    if of == own_files.NAME:
        return _digest(own_files.folder() / filename)
    folder = current_app.blueprints[of].static_folder if of else current_app.static_folder
    return _digest(Path(folder or "") / filename)


def _own_style() -> str | None:
    """The address of the host's style sheet, where there is one."""
    if not own_files.has(own_files.STYLE):
        return None
    headers.allow_fonts()
    return asset(own_files.STYLE, of=own_files.NAME)


@per_file_state
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def _kept_for_good(response: Response) -> Response:
    """Caches keep a static file for good only under an address that has the hash of this very file.

    While machines are upgraded one after the other, an older one may be asked for a newer file's address.
    """
    of, _, name = (request.endpoint or "").rpartition(".")
    if name != "static" or response.status_code not in (200, 206, 304):
        return response
    response.expires = None  # Cache-Control says it
    cache, given = response.cache_control, request.args.get("v")
    try:
        if given and given == _hash_of((request.view_args or {})["filename"], of or None):
            cache.immutable = True
            response.headers.pop("Content-Disposition", None)  # the address has the name
        else:
            cache.max_age, cache.no_cache = None, True
    except (OSError, KeyError):  # a view of an extension that only has the name of Flask's own
        pass
    return response


def absolute(path: str) -> str:
    """``path`` with the site's public URL before it."""
    root = current_app.config["SITE_URL"] or request.host_url
    return f"{root.rstrip('/')}{path}"


def site_editors() -> str:
    """Who answers for the site: the host's setting, or else the site's name."""
    return str(current_app.config["SITE_EDITORS"].strip() or current_app.config["SITE_TITLE"])


def optional_url(endpoint: str) -> str | None:
    """The address of a page, or ``None`` where no extension in force has it."""
    return url_for(endpoint) if endpoint in current_app.view_functions else None


def slot(name: str, /, **values: Any) -> Markup:
    """What extensions put into the slot ``name``; nothing where they would ask a database that cannot be used.

    A page may have thousands that nobody fills.
    """
    registry = registry_of(current_app)
    if not registry.fills(name) or unavailable.is_unavailable():
        return _NOTHING
    return registry.slot(SlotContext(name=name, values=values))


def _helpers() -> dict[str, Any]:
    return {
        "nav": navigation.main,
        "foot": navigation.foot,
        "asset": asset,
        "absolute": absolute,
        "optional_url": optional_url,
        "own_style": _own_style,
        "legal": own_files.legal_links,
        "site_title": current_app.config["SITE_TITLE"],
        "editors": site_editors(),
        "strapline": current_app.config["SITE_STRAPLINE"],
    }


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """Every public address that extensions name."""
    entries = registry_of(current_app).sitemap()
    return Response(render_template("sitemap.xml", entries=entries), mimetype="application/xml")


@bp.get("/robots.txt")
def robots() -> Response:
    """Everything may be read; results ask by themselves not to be listed."""
    lines = ["User-agent: *", "Disallow:", f"Sitemap: {absolute(url_for('.sitemap'))}", ""]
    return Response("\n".join(lines), mimetype="text/plain")


@bp.get("/favicon.ico")
def favicon() -> Response:
    """For browsers that ask without reading the page."""
    return send_from_directory(current_app.static_folder or "", "icon.svg", max_age=ONE_DAY)


def _http_error(error: HTTPException) -> HTTPException | Response:
    status = error.code or 500
    if status < 400 or error.response is not None:  # redirects are exceptions, too, and so is abort(Response(...))
        return error
    heading, sentence = ERRORS.get(status, (error.name, error.description or ""))
    response = Response(f"{heading}. {sentence}\n", status, mimetype="text/plain")
    response.headers.extend((name, value) for name, value in error.get_headers() if name != "Content-Type")
    if isinstance(error, SecurityError):  # an untrusted Host header: no address can be built, so no page
        return response
    try:
        response.set_data(render_template("error.html", status=status, heading=heading, sentence=sentence))
        response.mimetype = "text/html"
    except Exception:  # a fault in the host's own base.html, for example
        current_app.logger.exception("the page for error %s failed", status)
    return response


def _fault(error: Exception) -> Any:
    if is_of_the_disk(error):
        return unavailable.unavailable(error)
    owner = (request.endpoint or "").partition(".")[0]
    where = f"extension {owner}: " if owner in registry_of(current_app).prefixes else ""
    current_app.logger.error("%s%s %r failed", where, request.method, request.path, exc_info=error)
    return _http_error(InternalServerError())
