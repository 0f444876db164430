"""An address with a converter that nobody has."""

from flask import Blueprint

from fwsite.extend import Extension

bp = Blueprint("bad_converter", __name__)


@bp.get("/<slug:name>")
def show(name: str) -> str:
    return name


extension = Extension(name="bad_converter", title="Broken", blueprint=bp)
