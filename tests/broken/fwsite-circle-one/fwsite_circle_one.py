"""Waits for another that waits for it."""

from fwsite.extend import Extension

extension = Extension(name="circle_one", title="Broken", after=("circle_two",))
