"""Entries of the sitemap with parts of the wrong type."""

from fwsite.extend import Extension, SitemapEntry

extension = Extension(
    name="sitemap_of_nonsense",
    title="Broken",
    sitemap=lambda: [SitemapEntry(path="/nonsense", changed="yesterday")],
)
