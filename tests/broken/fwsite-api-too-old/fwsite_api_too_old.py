"""Written for a contract from before the first."""

from fwsite.extend import Extension

extension = Extension(name="api_too_old", title="Broken", api=0)
