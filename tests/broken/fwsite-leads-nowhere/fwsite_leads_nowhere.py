"""An entry point with a slip of the pen."""

from fwsite.extend import Extension

extension = Extension(name="leads_nowhere", title="Broken")
