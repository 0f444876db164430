"""Blog: articles as Markdown files from the site's edition and from the host."""

from fwsite.blueprints.article import catalogue, content_check, directives, slots, views
from fwsite.extend import Extension, NavItem, Point, PointKind, Setting

extension = Extension(
    name="article",
    title="Articles",
    blueprint=views.bp,
    root_urls={"/": views.home, "/feed.xml": views.feed},
    nav=(
        NavItem(label="Article", endpoint="article.home", weight=10),
        NavItem(label="All articles", endpoint="article.index", weight=35, place="foot"),
        NavItem(label="Articles", endpoint="article.work_drafts", weight=22, role="maintainer"),
        NavItem(label="Feed", endpoint="article.feed", weight=20, place="foot"),
    ),
    offers=(
        Point(
            kind=PointKind.SLOT,
            name="article.header",
            help="Under the lead of an article, before its text.",
            values={
                "slug": "the article’s file name without .md",
                "html": "its text as it is shown, transforms included",
            },
        ),
        Point(
            kind=PointKind.SLOT,
            name="article.footer",
            help="A row of buttons under an article.",
            values={"slug": "the article’s file name without .md"},
        ),
        Point(
            kind=PointKind.SLOT,
            name="article.front",
            help="On the home page, under the question: what the answer is in short, a table or list.",
        ),
        Point(
            kind=PointKind.SLOT,
            name="article.front_button",
            help="On the home page, under the short answer: the main button, what to do next.",
        ),
        Point(
            kind=PointKind.SLOT,
            name="article.front_buttons",
            help="On the home page, beside the main button: further ones.",
        ),
        Point(
            kind=PointKind.SLOT,
            name="article.front_links",
            help="On the home page, under these buttons: a sentence in small type, with further links.",
        ),
        Point(
            kind=PointKind.SLOT,
            name="article.front_figure",
            help="On the home page, beside the short answer: a table of class chart; its caption says what was found.",
        ),
        Point(
            kind=PointKind.TRANSFORM,
            name="article.text",
            help="The whole text of an article, with its directives and pictures filled in, just before it is shown.",
            values={"slug": "the article’s file name without .md"},
        ),
        Point(
            kind=PointKind.EVENT,
            name="article.shown",
            help="An article was put together for a reader. Not sent for answers from a cache.",
            values={"slug": "the article’s file name without .md"},
        ),
        Point(
            kind=PointKind.EVENT,
            name="article.changed",
            help="This process reads an article’s file for the first time, or in another state, or misses it.",
            values={"texts": "the keys of the article’s texts"},
        ),
    ),
    slots={"comparison.framework": slots.comparison_framework},
    directives={"note": directives.note},
    settings=(
        Setting(
            name="ARTICLE_LEAD",
            type=str,
            default="django-pros-and-cons",
            help="The article on the home page, by its file name without .md.",
        ),
        Setting(
            name="ARTICLE_QUESTION",
            type=str,
            default="Which backend framework should I pick?",
            help="The heading of the home page, above a short answer and the lead article. Empty: the article alone.",
            check=views.one_line,
        ),
    ),
    check_content=content_check.check_content,
    sitemap=views.sitemap,
    texts=catalogue.texts,
)
