"""None where a mapping belongs."""

from fwsite.extend import Extension

extension = Extension(name="none_for_slots", title="Broken", slots=None)
