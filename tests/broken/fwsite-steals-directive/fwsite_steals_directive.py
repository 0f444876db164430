"""A directive that the articles have already."""

from markupsafe import Markup

from fwsite.extend import Extension

extension = Extension(name="steals_directive", title="Broken", directives={"note": lambda context: Markup("stolen")})
