"""A page for faults of all pages of the site."""

from flask import Blueprint

from fwsite.extend import Extension

bp = Blueprint("handles_every_fault", __name__)


@bp.app_errorhandler(404)
def lost(_error: Exception) -> str:
    return "stolen"


extension = Extension(name="handles_every_fault", title="Broken", blueprint=bp)
