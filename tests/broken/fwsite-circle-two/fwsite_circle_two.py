"""Waits for another that waits for it."""

from fwsite.extend import Extension

extension = Extension(name="circle_two", title="Broken", after=("circle_one",))
