"""Needs an extension that is left out."""

from fwsite.extend import Extension

extension = Extension(name="waits_for_failed", title="Broken", after=("stray_template",))
