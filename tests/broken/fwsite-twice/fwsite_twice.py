"""The first of two packages with one name: this one is fine, and stays."""

from fwsite.extend import Extension

extension = Extension(name="twice", title="Twice")
