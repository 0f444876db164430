"""Imports a name that a later version of the site may have."""

from fwsite.extend import Extension, Widget

extension = Extension(name="needs_newer_names", title="Broken", slots={"site.header": Widget})
