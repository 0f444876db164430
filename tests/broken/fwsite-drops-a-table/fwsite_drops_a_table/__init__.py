"""A migration that drops a table of another extension's."""

from pathlib import Path

from fwsite.extend import Extension

extension = Extension(
    name="drops_a_table", title="Broken", after=("neighbour",), migrations=Path(__file__).parent / "migrations"
)
