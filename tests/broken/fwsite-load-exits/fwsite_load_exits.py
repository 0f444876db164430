"""Ends the process instead of loading content."""

import sys

from fwsite.extend import Extension

extension = Extension(name="load_exits", title="Broken", load_content=lambda: sys.exit(3))
