"""Extension list view: what is installed, in which state, and why."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from markupsafe import Markup

from fwsite.extend import Role, SlotContext, State, listed_extensions, role_required

bp = Blueprint("extensions", __name__, template_folder="templates")


@bp.after_request
def keep_private(response: Response) -> Response:
    """What is installed is nobody else's business."""
    response.cache_control.no_store = True
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/")
@role_required(Role.MAINTAINER)
def index() -> str:
    """Every extension with its state; the same as ``fwsite extensions list``."""
    found = listed_extensions()
    builtin = [record for record in found if not record.package]
    return render_template(
        "extensions/index.html", builtin=builtin, installed=[record for record in found if record.package]
    )


def account_home(_context: SlotContext) -> Markup:
    """For maintainers: what is installed and does not work."""
    broken = [record for record in listed_extensions() if record.state in (State.FAILED, State.PENDING)]
    if not broken:
        return Markup("")
    return Markup(render_template("extensions/_account_home.html", broken=broken))  # noqa: S704 - Jinja has escaped it
