"""About view: one page, which says of other parts what they do where they are in force."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, current_app, render_template, url_for

from fwsite.extend import SitemapEntry, Text, TextsContext, path_for, whole_page

bp = Blueprint("about", __name__, template_folder="templates")


@bp.get("/")
@whole_page
def index() -> str:
    """Who answers for this site, and how it works."""
    config = current_app.config
    return render_template(
        "about/index.html", contact=config["ABOUT_CONTACT"].strip(), money=config["ABOUT_MONEY"].strip()
    )


def sitemap() -> Iterator[SitemapEntry]:
    """The page."""
    yield SitemapEntry(path=url_for("about.index"))


def texts(context: TextsContext) -> Iterator[Text]:
    """The page, for the search."""
    if context.wants("page"):
        body = (
            "Why believe this site? Who answers for it, how claims come to be here, what their evidence is, how it "
            "measures, how far to trust it, who pays for it, and how to correct or contact it."
        )
        yield Text(key="page", kind="Page", title="About this site", body=body, path=path_for("about.index"))
