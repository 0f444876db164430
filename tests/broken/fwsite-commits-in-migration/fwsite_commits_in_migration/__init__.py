"""A migration that ends the transaction in which it runs."""

from pathlib import Path

from fwsite.extend import Extension

extension = Extension(name="commits_in_migration", title="Broken", migrations=Path(__file__).parent / "migrations")
