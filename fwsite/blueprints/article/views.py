"""Article views: the lead, one article, the list, the feed, pictures."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, send_file, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.article import catalogue
from fwsite.blueprints.article.catalogue import Article
from fwsite.blueprints.article.pictures import figure, media_file
from fwsite.extend import (
    DirectiveContext,
    DirectiveError,
    SitemapEntry,
    emit,
    run_directive,
    run_transform,
    whole_page,
)
from fwsite.markup import Directive, Picture

FEED_LENGTH = 30
"""So many articles, the newest, stand in the feed."""

log = logging.getLogger(__name__)
bp = Blueprint("article", __name__, template_folder="templates")


@whole_page
def home() -> str | Response:
    """The lead article, or the list where the setting names none that exists."""
    article = catalogue.find(current_app.config["ARTICLE_LEAD"])
    return page(article) if article and not article.matter.draft else index()


@bp.get("/")
@whole_page
def index() -> str:
    """All articles, by category."""
    articles = catalogue.everything()
    categories = sorted({category for article in articles for category in article.matter.categories})
    groups = [(category, [a for a in articles if category in a.matter.categories]) for category in categories]
    others = [article for article in articles if not article.matter.categories]
    return render_template("article/index.html", groups=groups, others=others)


@bp.get("/<slug>")
@whole_page
def show(slug: str) -> str | AnyResponse:
    """One article; the lead's own address is the home page."""
    article = catalogue.find(slug)
    if article is None or article.matter.draft:
        abort(404)
    if slug == current_app.config["ARTICLE_LEAD"]:
        return redirect(url_for("article.home"), code=308)
    return page(article)


def page(article: Article) -> str:
    """The article's page, with live data in its directives."""

    def fill(directive: Directive) -> Markup:
        try:
            context = DirectiveContext(name=directive.name, text=directive.text)
            return run_directive(context)
        except DirectiveError as error:
            log.warning("%s", catalogue.directive_problem(article, directive, error))
            return Markup("")

    lead = None
    if article.matter.images:
        alt = article.matter.image_alts[0] if article.matter.image_alts else ""
        lead = figure(Picture(article.matter.images[0], alt, "", alone=True))
    text = run_transform("article.text", article.document.html(fill, figure), slug=article.slug)
    if request.method == "GET":  # nobody reads what HEAD asks for
        emit("article.shown", slug=article.slug)
    return render_template(
        "article/show.html",
        article=article,
        lead_picture=lead,
        text=text,
        address=address(article),
        linked_data=linked_data(article),
    )


def linked_data(article: Article) -> dict[str, Any]:
    """The article for machines: schema.org's Article as JSON-LD."""
    matter = article.matter
    kind = "Organization" if matter.author == current_app.config["SITE_TITLE"] else "Person"
    data = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": article.title,
        "description": matter.description,
        "author": {"@type": kind, "name": matter.author} if matter.author else None,
        "datePublished": matter.date and matter.date.isoformat(),
        "dateModified": article.changed and article.changed.isoformat(),
        "citation": [source.url for source in matter.sources if source.url],
    }
    return {name: value for name, value in data.items() if value}


def address(article: Article) -> str:
    """Where the article stands."""
    if article.slug == current_app.config["ARTICLE_LEAD"]:
        return url_for("article.home")
    return url_for("article.show", slug=article.slug)


@bp.get("/media/<path:name>")
def media(name: str) -> Response:
    """A picture of the host's."""
    path = media_file(name)
    if path is None:
        abort(404)
    return send_file(path, conditional=True, max_age=3600)


@whole_page
def feed() -> Response:
    """The articles as an Atom feed."""
    articles = [article for article in catalogue.everything() if article.matter.date]
    text = render_template("article/feed.xml", articles=articles[:FEED_LENGTH], address=address)
    return Response(text, mimetype="application/atom+xml")


def sitemap() -> Iterator[SitemapEntry]:
    """The list and every article."""
    yield SitemapEntry(path=url_for("article.index"))
    for article in catalogue.everything():
        yield SitemapEntry(path=address(article), changed=article.changed)
