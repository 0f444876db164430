"""Documentation views: the list of guides, one guide, pictures."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, abort, redirect, render_template, send_from_directory, url_for
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.docs import catalogue
from fwsite.extend import SitemapEntry, Text, TextsContext, path_for, whole_page
from fwsite.markup import plain_text

ONE_HOUR = 3600

bp = Blueprint("docs", __name__, template_folder="templates")


@bp.get("/")
@whole_page
def index() -> str:
    """The list of guides."""
    return render_template("docs/index.html", guides=catalogue.everything())


@bp.get("/<guide>")
@whole_page
def show(guide: str) -> str | AnyResponse:
    """One guide; by the name of its file it leads to its address."""
    found = catalogue.find(guide.removesuffix(".md"))
    if found is None:
        abort(404)
    if found.name != guide:
        return redirect(url_for(".show", guide=found.name), code=308)
    return render_template("docs/guide.html", guide=found)


@bp.get("/pictures/<path:picture>")
def picture(picture: str) -> Response:
    """A picture of the guides."""
    return send_from_directory(catalogue.PICTURES, picture, max_age=ONE_HOUR)


def texts(context: TextsContext) -> Iterator[Text]:
    """Every guide, as plain text."""
    for guide in catalogue.everything():
        if context.wants(guide.name):
            body, anchors = plain_text(guide.html())
            path = path_for("docs.show", guide=guide.name)
            yield Text(key=guide.name, kind="Guide", title=guide.title, body=body, path=path, anchors=anchors)


def sitemap() -> Iterator[SitemapEntry]:
    """The list and every guide."""
    yield SitemapEntry(path=url_for("docs.index"))
    for guide in catalogue.everything():
        yield SitemapEntry(path=url_for("docs.show", guide=guide.name))
