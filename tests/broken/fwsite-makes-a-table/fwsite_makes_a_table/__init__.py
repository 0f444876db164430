"""A migration that makes a table that is not its own."""

from pathlib import Path

from fwsite.extend import Extension

extension = Extension(name="makes_a_table", title="Broken", migrations=Path(__file__).parent / "migrations")
