"""A hook for all pages of the site."""

from flask import Blueprint

from fwsite.extend import Extension

bp = Blueprint("hooks_every_page", __name__)


@bp.before_app_request
def fail() -> None:
    raise RuntimeError("for every page")


extension = Extension(name="hooks_every_page", title="Broken", blueprint=bp)
