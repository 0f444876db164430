"""An entry point with another name than the extension's."""

from fwsite.extend import Extension

extension = Extension(name="renamed", title="Broken")
