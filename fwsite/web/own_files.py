"""Host's own files and pages: what is in ``static/`` of the instance folder, and in its ``templates/own/``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, Response, abort, current_app, render_template, send_from_directory

from fwsite.instance import current_instance

NAME = "own"
"""The blueprint, as in ``asset("logo.svg", of="own")``, and the first part of the addresses."""
STYLE = "site.css"
"""The style sheet in it that every page has, after all others."""
_PAGE = re.compile(r"[a-z0-9][a-z0-9-]*")
bp = Blueprint(NAME, __name__)


class LegalLink(NamedTuple):
    """One entry of SITE_LEGAL."""

    label: str
    url: str


@bp.get("/own/<path:filename>", endpoint="static")
def own_file(filename: str) -> Response:
    """A file of the host's, or one of his pages."""
    if has(filename):
        return send_from_directory(folder(), filename)
    if not _PAGE.fullmatch(filename) or not (current_instance().templates / NAME / f"{filename}.html").is_file():
        abort(404)
    return Response(render_template(f"{NAME}/{filename}.html"), mimetype="text/html")


def folder() -> Path:
    """Where the files are."""
    return current_instance().static


def has(filename: str) -> bool:
    """Whether there is such a file, that is not hidden, and that no link leads out of the folder to."""
    if any(part.startswith(".") for part in filename.split("/")):
        return False
    try:
        path = folder() / filename
        return path.is_file() and path.resolve().is_relative_to(folder().resolve())
    except (OSError, ValueError, RuntimeError):  # a name too long, or with a NUL; a link in a circle
        return False


def legal_links() -> list[LegalLink]:
    """The links that SITE_LEGAL names."""
    split = (entry.partition("=") for entry in current_app.config["SITE_LEGAL"])
    return [LegalLink(label.strip(), url.strip()) for label, _, url in split]
