"""A fault in the template of its own page."""

from flask import Blueprint, render_template

from fwsite.extend import Extension, NavItem

bp = Blueprint("template_error", __name__, template_folder="templates")


@bp.get("/")
def index() -> str:
    return render_template("template_error/index.html")


extension = Extension(
    name="template_error",
    title="Broken",
    blueprint=bp,
    nav=(NavItem(label="A broken page", endpoint="template_error.index"),),
)
