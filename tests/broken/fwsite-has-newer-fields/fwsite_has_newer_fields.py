"""Fills in a field that a later version of the contract may have."""

from fwsite.extend import Extension

extension = Extension(name="has_newer_fields", title="Broken", api=2, widgets=())
