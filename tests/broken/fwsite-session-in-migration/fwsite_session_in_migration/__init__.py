"""A migration that uses the session, which would wait for the migration's own connection."""

from pathlib import Path

from fwsite.extend import Extension

extension = Extension(name="session_in_migration", title="Broken", migrations=Path(__file__).parent / "migrations")
