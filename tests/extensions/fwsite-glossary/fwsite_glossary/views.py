"""The glossary's page, and what others are told of it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, render_template

from fwsite.extend import SitemapEntry, Text, TextsContext, path_for

from . import queries

bp = Blueprint("glossary", __name__, template_folder="templates", static_folder="static")


@bp.get("/")
def index() -> str:
    """All terms, for everybody."""
    return render_template("glossary/index.html", entries=queries.entries())


def sitemap() -> Iterator[SitemapEntry]:
    """The page."""
    yield SitemapEntry(path=path_for("glossary.index"), changed=queries.last_change())


def texts(context: TextsContext) -> Iterator[Text]:
    """Every term with its other spellings and its definition."""
    page = path_for("glossary.index")
    for entry in queries.entries():
        if context.wants(entry.slug):
            body = ". ".join(filter(None, (", ".join(entry.aliases), entry.plain)))
            yield Text(key=entry.slug, kind="Term", title=entry.term, body=body, path=f"{page}#{entry.anchor}")
