"""A name below that of another: nobody could tell whose a table called article_extra_x is."""

from fwsite.extend import Extension

extension = Extension(name="article_extra", title="Broken")
