"""The page of results, and the description for browsers."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template, request

from . import lookup
from .words import MOST_CHARACTERS, MOST_WORDS

SHORT_NAME = 16
"""Characters that OpenSearch allows for a name."""
ONE_DAY = 86_400

bp = Blueprint("fulltext", __name__, template_folder="templates", static_folder="static")


@bp.get("/")
def index() -> Response:
    """What is found for ``q``, or what can be found."""
    query = " ".join("".join(sign if sign.isprintable() else " " for sign in request.args.get("q", "")).split())
    results = lookup.look_for(
        query, page=request.args.get("page", 1, type=int), length=current_app.config["FULLTEXT_PAGE_LENGTH"]
    )
    page = render_template(
        "fulltext/index.html",
        query=query[:MOST_CHARACTERS],
        results=results,
        first=(results.page - 1) * current_app.config["FULLTEXT_PAGE_LENGTH"] + 1,
        kinds=lookup.numbers_by_kind() if not results.total else {},
        most=MOST_CHARACTERS,
        most_words=MOST_WORDS,
    )
    response = make_response(page)
    # Each query is another page: among those that the site keeps packed for everybody they would only be in the way.
    response.cache_control.private = True
    response.cache_control.max_age = 0
    return response


@bp.get("/opensearch.xml")
def opensearch() -> Response:
    """How a browser asks this site."""
    name = current_app.config["SITE_TITLE"][:SHORT_NAME].rstrip()
    response = Response(render_template("fulltext/opensearch.xml", name=name))
    response.mimetype = "application/opensearchdescription+xml"
    response.cache_control.max_age = ONE_DAY
    return response
