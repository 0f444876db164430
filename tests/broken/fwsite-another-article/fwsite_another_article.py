"""The name of a part of the site."""

from fwsite.extend import Extension

extension = Extension(name="article", title="Broken")
