"""A line that is no Python."""

revision = = "no_python_migration_0001"
