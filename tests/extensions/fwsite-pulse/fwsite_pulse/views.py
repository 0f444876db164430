"""The page of counts, and a line on the first page of whoever is signed in."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, current_app, render_template
from markupsafe import Markup
from sqlalchemy import select

from fwsite.extend import Framework, Role, SlotContext, db, role_required

from . import counting
from .counting import NOBODY, Kind

bp = Blueprint("pulse", __name__, template_folder="templates", static_folder="static")

CHANGED: Mapping[str, str] = {
    "claim": "Pros and cons",
    "criterion": "Criteria",
    "framework": "Frameworks",
    "rating": "Ratings",
    "source": "Sources",
}
"""What maintainers call each kind of item."""


@bp.after_request
def keep_private(response: Response) -> Response:
    """The page is for maintainers, and its numbers are those of the moment; style sheets are for everybody."""
    if response.mimetype == "text/html":
        response.cache_control.no_store = True
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/")
@role_required(Role.MAINTAINER)
def index() -> str:
    """All counts of this process."""
    now = counting.process.snapshot()
    listed = now.most(Kind.ARTICLES, current_app.config["PULSE_TOP"])
    frameworks = {NOBODY: "Nothing met every must", **_names()}
    return render_template(
        "pulse/index.html",
        now=now,
        articles=listed,
        articles_left=len(now.counts[Kind.ARTICLES]) - len(listed),
        shown_left=now.total(Kind.ARTICLES) - sum(times for _, times in listed),
        answers=[(frameworks.get(key, key), times) for key, times in now.most(Kind.ANSWERS)],
        changes=[(CHANGED.get(kind, kind), times) for kind, times in now.most(Kind.CHANGES)],
        suggestions=[(frameworks.get(key, key), times) for key, times in now.most(Kind.SUGGESTIONS)],
    )


def _names() -> dict[str, str]:
    return {row.key: row.name for row in db.session.execute(select(Framework.key, Framework.name))}


def account_home(_context: SlotContext) -> Markup:
    """The totals in one line."""
    now = counting.process.snapshot()
    totals = {kind.value: now.total(kind) for kind in Kind}
    return Markup(render_template("pulse/_account_home.html", now=now, **totals))
