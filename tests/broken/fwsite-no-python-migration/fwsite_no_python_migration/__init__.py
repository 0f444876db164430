"""A revision that is no Python."""

from pathlib import Path

from fwsite.extend import Extension

extension = Extension(name="no_python_migration", title="Broken", migrations=Path(__file__).parent / "migrations")
