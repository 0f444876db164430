"""A slip in the name of a slot."""

from markupsafe import Markup

from fwsite.extend import Extension

extension = Extension(name="unknown_slot", title="Broken", slots={"article.foter": lambda context: Markup("never")})
