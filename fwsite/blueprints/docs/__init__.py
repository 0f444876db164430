"""The guides: the Markdown files of ``fwsite/docs``, served by the site itself."""

from fwsite.blueprints.docs import views
from fwsite.extend import Extension

extension = Extension(name="docs", title="Guides", blueprint=views.bp, sitemap=views.sitemap)
