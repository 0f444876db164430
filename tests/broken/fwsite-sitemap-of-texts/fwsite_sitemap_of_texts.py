"""Texts where entries of the sitemap belong."""

from fwsite.extend import Extension

extension = Extension(name="sitemap_of_texts", title="Broken", sitemap=lambda: ["/nonsense"])
