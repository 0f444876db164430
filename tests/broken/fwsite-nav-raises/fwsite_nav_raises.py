"""An entry of the navigation whose address cannot be built while the site runs."""

from typing import Any

from flask import Blueprint

from fwsite.extend import Extension, NavItem

bp = Blueprint("nav_raises", __name__)


@bp.url_defaults
def language(_endpoint: str, values: dict[str, Any]) -> None:
    values["language"] = values["no such key"]


@bp.get("/")
def index() -> str:
    return "all the same"


extension = Extension(
    name="nav_raises",
    title="Broken",
    blueprint=bp,
    nav=(
        NavItem(label="Broken entry", endpoint="nav_raises.index"),
        NavItem(label="Broken entry", endpoint="nav_raises.index", place="foot"),
        NavItem(label="Broken entry", endpoint="nav_raises.index", role="maintainer"),
    ),
)
