"""A migration after which there could be one maintainer only."""

from pathlib import Path

from fwsite.extend import Extension

extension = Extension(name="indexes_a_table", title="Broken", migrations=Path(__file__).parent / "migrations")
