"""A text where a tuple of texts belongs."""

from fwsite.extend import Extension

extension = Extension(name="text_for_tuple", title="Broken", after="article")
