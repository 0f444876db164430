"""Addresses for the sitemap that raise half-way."""

from collections.abc import Iterator

from fwsite.extend import Extension, SitemapEntry


def sitemap() -> Iterator[SitemapEntry]:
    yield SitemapEntry(path="/half-way")
    raise RuntimeError("the sitemap")


extension = Extension(name="sitemap_raises", title="Broken", sitemap=sitemap)
