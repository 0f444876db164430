"""A migration that adds a column to the table of people."""

from pathlib import Path

from fwsite.extend import Extension

extension = Extension(name="alters_a_table", title="Broken", migrations=Path(__file__).parent / "migrations")
