"""The state of the database's schema, for commands of extensions that need it."""

from __future__ import annotations

from flask import current_app

# Migrations know the extensions in force, and so import this package: they are imported once somebody calls.


def is_schema_current() -> bool:
    """Whether no migration is pending. Makes no database where there is none."""
    from fwsite.plugins import migrations

    return not any(state.pending for state in migrations.status(current_app))


def upgrade_schema() -> list[str]:
    """Make what the instance folder lacks and run pending migrations, without content; a line for each of them."""
    from fwsite.plugins import upgrade

    return [str(step) for step in upgrade.upgrade_schema()]
