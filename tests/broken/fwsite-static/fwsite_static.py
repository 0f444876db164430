"""A name that belongs to the site itself."""

from fwsite.extend import Extension

extension = Extension(name="static", title="Broken")
