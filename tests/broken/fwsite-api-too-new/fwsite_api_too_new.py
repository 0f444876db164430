"""Written for a later contract."""

from fwsite.extend import Extension

extension = Extension(name="api_too_new", title="Broken", api=2)
