"""A filter of Jinja's own, for all templates of the site."""

from flask import Blueprint

from fwsite.extend import Extension

bp = Blueprint("replaces_filter", __name__)


@bp.app_template_filter("join")
def join(_value: object, _between: str = "") -> str:
    return "stolen"


extension = Extension(name="replaces_filter", title="Broken", blueprint=bp)
