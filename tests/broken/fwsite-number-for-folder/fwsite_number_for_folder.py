"""A number where a folder belongs."""

from fwsite.extend import Extension

extension = Extension(name="number_for_folder", title="Broken", migrations=1)
