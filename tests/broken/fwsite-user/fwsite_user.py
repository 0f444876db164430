"""A name under which the site has tables: purging it must not take them."""

from fwsite.extend import Extension

extension = Extension(name="user", title="Broken")
