"""A revision that ends the process when it is read."""

from pathlib import Path

from fwsite.extend import Extension

extension = Extension(name="exits_in_migration", title="Broken", migrations=Path(__file__).parent / "migrations")
