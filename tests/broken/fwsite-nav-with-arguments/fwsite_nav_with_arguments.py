"""An entry of the navigation whose page takes arguments."""

from flask import Blueprint

from fwsite.extend import Extension, NavItem

bp = Blueprint("nav_with_arguments", __name__)


@bp.get("/<name>")
def show(name: str) -> str:
    return name


extension = Extension(
    name="nav_with_arguments",
    title="Broken",
    blueprint=bp,
    nav=(NavItem(label="Broken entry", endpoint="nav_with_arguments.show"),),
)
