"""A migration that deletes rows of the site's."""

from pathlib import Path

from fwsite.extend import Extension

extension = Extension(name="deletes_rows", title="Broken", migrations=Path(__file__).parent / "migrations")
