"""Articles: Markdown files from the site's edition and from the host."""

from fwsite.blueprints.article import catalogue, directives, views
from fwsite.extend import Extension, NavItem, Setting

extension = Extension(
    name="article",
    title="Articles",
    blueprint=views.bp,
    root_urls={"/": views.home, "/feed.xml": views.feed},
    nav=(NavItem(label="Article", endpoint="article.home", weight=10),),
    directives={"note": directives.note},
    settings=(
        Setting(
            name="ARTICLE_LEAD",
            type=str,
            default="django-pros-and-cons",
            help="The article on the home page, by its file name without .md.",
        ),
    ),
    check_content=catalogue.check_content,
    sitemap=views.sitemap,
)
