"""The second of two packages with one name."""

from fwsite.extend import Extension

extension = Extension(name="twice", title="Broken")
