"""Two revisions that follow nothing."""

from pathlib import Path

from fwsite.extend import Extension

extension = Extension(name="two_heads", title="Broken", migrations=Path(__file__).parent / "migrations")
