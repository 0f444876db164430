"""Search views: the form with what was found, and the OpenSearch description for browsers."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template, request

from fwsite.blueprints.search.queries import library
from fwsite.blueprints.search.results import results
from fwsite.domain.search_words import MOST_CHARACTERS, MOST_WORDS, Query
from fwsite.extend import whole_page

SHORT_NAME = 16
"""Characters that OpenSearch allows for a name."""

bp = Blueprint("search", __name__, template_folder="templates")


@bp.get("/")
@whole_page(reads=("q", "page"))
def index() -> str | tuple[str, int]:
    """What is found for ``q``."""
    given = _typed(request.args.get("q", ""))
    query = Query.of(given)
    fault, there = _fault(given, query), library()
    found = None if fault or not query.terms else results(there.index, query, request.args.get("page", 1, type=int))
    page = render_template(
        "search/index.html",
        given=given,
        fault=fault,
        has_words=bool(query.terms),
        kinds=there.index.kinds,
        is_whole=there.is_whole,
        results=found,
    )
    return (page, 400) if fault else page


@bp.get("/opensearch.xml")
@whole_page
def opensearch() -> Response:
    """How a browser asks this site."""
    name = current_app.config["SITE_TITLE"][:SHORT_NAME].rstrip()
    described = render_template("search/opensearch.xml", name=name)
    return Response(described, mimetype="application/opensearchdescription+xml")


def _typed(text: str) -> str:
    """One line of what can be seen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _fault(given: str, query: Query) -> str:
    if len(given) > MOST_CHARACTERS:
        return f"That is {len(given):,} characters; a search takes {MOST_CHARACTERS}. Please shorten it."
    if query.is_too_long:
        return f"A search takes {MOST_WORDS} words. Please leave some out."
    return ""
