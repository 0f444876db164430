"""Search: one page for everything that the parts of the site have to read."""

from fwsite.blueprints.search import slots, views
from fwsite.extend import Extension

extension = Extension(
    name="search",
    title="Search",
    blueprint=views.bp,
    slots={"site.head": slots.head, "site.header": slots.header},
)
