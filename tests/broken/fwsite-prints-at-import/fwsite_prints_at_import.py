"""Prints while it is imported: programs that read what commands print would stumble over it."""

from fwsite.extend import Extension

print("loading")
extension = Extension(name="prints_at_import", title="Broken")
