"""Needs an extension that is not installed."""

from fwsite.extend import Extension

extension = Extension(name="waits_for_none", title="Broken", after=("no_such_extension",))
