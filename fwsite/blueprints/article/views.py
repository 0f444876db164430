"""Article views: the lead, one article, the list, the feed, pictures, drafts."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from fwsite.blueprints.article import catalogue, categories, links
from fwsite.blueprints.article.catalogue import Article
from fwsite.blueprints.article.content_check import directive_problem
from fwsite.blueprints.article.pictures import address, figure, file_named, is_elsewhere
from fwsite.blueprints.article.publication import Publication
from fwsite.extend import (
    DirectiveContext,
    DirectiveError,
    Role,
    SitemapEntry,
    absolute,
    current_instance,
    current_person,
    emit,
    role_required,
    run_directive,
    run_transform,
    site_editors,
    whole_page,
)
from fwsite.markup import Directive, Picture

QUESTION_LENGTH = 120
"""Characters of the question on the home page, at most."""
FEED_LENGTH = 30
"""So many articles, the newest, stand in the feed."""

log = logging.getLogger(__name__)
bp = Blueprint("article", __name__, template_folder="templates")


def one_line(value: str) -> str | None:
    """What is wrong with a text for a heading."""
    is_line = value.isprintable() and len(value) <= QUESTION_LENGTH
    return None if is_line else f"must be one line of at most {QUESTION_LENGTH} characters"


@whole_page
def home() -> str | Response:
    """The question with a short answer, then the lead article; the list where no article of that name is public."""
    article = catalogue.find(current_app.config["ARTICLE_LEAD"])
    if article is None or not article.is_public:
        return index()
    return page(article, question=current_app.config["ARTICLE_QUESTION"].strip())


@bp.get("/")
@whole_page
def index() -> str:
    """All articles, by category."""
    articles = catalogue.everything()
    others = [article for article in articles if not article.matter.categories]
    return render_template("article/index.html", groups=categories.sections(articles), others=others)


@bp.get("/<slug>")
@whole_page
def show(slug: str) -> str | AnyResponse:
    """One article; the lead alone, where the home page has a question above it, and else the home page."""
    article = catalogue.find(slug)
    if article is None or not article.is_public:
        return preview(article)
    if catalogue.is_home(slug):
        return redirect(url_for("article.home"), code=308)
    return page(article)


def preview(article: Article | None) -> Response:
    """An article that visitors do not see, for maintainers; others cannot tell it from one that is not there."""
    person = current_person()
    if article is None or person is None or not person.role.covers(Role.MAINTAINER):
        abort(404)
    response = make_response(page(article, article.publication))
    response.cache_control.no_store = True
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/work/drafts")
@role_required(Role.MAINTAINER)
def work_drafts() -> Response:
    """Every article that visitors do not see, why, and what to do."""
    text = render_template(
        "article/work_drafts.html", articles=catalogue.not_public(), folder=current_instance().articles
    )
    response = make_response(text)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def page(article: Article, not_public: Publication | None = None, question: str = "") -> str:
    """The article's page, with live data in its directives; with a banner where it is ``not_public``.

    With a ``question`` it is the home page: that is its heading, and the short answer stands above the article.
    """
    lead = None
    if article.matter.images:
        alt = article.matter.image_alts[0] if article.matter.image_alts else ""
        lead = figure(Picture(article.matter.images[0], alt, "", alone=True))
    text = text_of(article)
    if request.method == "GET" and not_public is None:  # nobody reads what HEAD asks for, and a preview is no visit
        emit("article.shown", slug=article.slug)
    return render_template(
        "article/show.html",
        article=article,
        lead_picture=lead,
        text=text,
        address=url_for("article.home") if question else links.address(article),
        images=image_addresses(article),
        linked_data=linked_data(article, with_citations=not question),
        not_public=not_public,
        question=question,
        author=by_line(article),
    )


def text_of(article: Article) -> Markup:
    """The article's text with live data in its directives, and with what extensions make of it."""

    def fill(directive: Directive) -> Markup:
        try:
            context = DirectiveContext(name=directive.name, text=directive.text)
            return run_directive(context)
        except DirectiveError as error:
            log.warning("%s", directive_problem(article, directive, error))
            return Markup("")

    written = links.resolved(article.document.html(fill, figure))
    return run_transform("article.text", written, slug=article.slug)


def image_addresses(article: Article) -> list[str]:
    """Where the pictures of the front matter stand, as others have to call them."""
    found = (src if is_elsewhere(src) else address(src) for src in article.matter.images)
    return [each if is_elsewhere(each) else absolute(each) for each in found if each]


def by_line(article: Article) -> str:
    """Who wrote it: its author, or else whoever answers for the site."""
    return article.matter.author or site_editors()


def linked_data(article: Article, *, with_citations: bool) -> dict[str, Any]:
    """The article for machines: schema.org's Article as JSON-LD.

    The home page has no citations in it: it arrives in one round trip, and they stand in its text.
    """
    matter, author = article.matter, by_line(article)
    kind = "Organization" if author in (current_app.config["SITE_TITLE"], site_editors()) else "Person"
    data = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": article.title,
        "description": matter.description,
        "image": image_addresses(article),
        "author": {"@type": kind, "name": author},
        "datePublished": matter.date and matter.date.isoformat(),
        "dateModified": article.changed and article.changed.isoformat(),
        "citation": [source.url for source in matter.sources if source.url and with_citations],
    }
    return {name: value for name, value in data.items() if value}


@bp.get("/media/<path:name>")
def media(name: str) -> Response:
    """A picture of the host's."""
    path = file_named(name)
    if path is None:
        abort(404)
    return send_file(path, conditional=True, max_age=3600)


@whole_page
def feed() -> Response:
    """The articles as an Atom feed, each with its whole text."""
    articles = [article for article in catalogue.everything() if article.matter.date]
    text = render_template(
        "article/feed.xml",
        articles=articles[:FEED_LENGTH],
        address=links.address,
        by_line=by_line,
        text_of=lambda article: links.for_elsewhere(text_of(article), absolute(links.address(article))),
    )
    return Response(text, mimetype="application/atom+xml")


def sitemap() -> Iterator[SitemapEntry]:
    """The list, every article, and the home page, where that is none of them."""
    yield SitemapEntry(path=url_for("article.index"))
    if current_app.config["ARTICLE_QUESTION"].strip():
        yield SitemapEntry(path=url_for("article.home"))
    for article in catalogue.everything():
        yield SitemapEntry(path=links.address(article), changed=article.changed)
