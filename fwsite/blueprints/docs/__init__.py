"""Documentation pages: the guides in ``guides/``, served by the site itself."""

from fwsite.blueprints.docs import views
from fwsite.extend import Extension, NavItem

extension = Extension(
    name="docs",
    title="Guides",
    blueprint=views.bp,
    nav=(NavItem(label="Guides", endpoint="docs.index", weight=30, place="foot"),),
    sitemap=views.sitemap,
    texts=views.texts,
)
