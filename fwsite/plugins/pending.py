"""Pending migrations: which extensions wait for their tables, read from the database into the registry."""

from __future__ import annotations

from flask import Flask

from fwsite.plugins import migrations
from fwsite.plugins.registry import registry_of


def refresh(app: Flask) -> bool:
    """Ask the database which extensions wait for a migration, and whether the site's own tables are there.

    What is pending stands in the registry afterwards, by extension, with the reason. Needs the application's context.
    """
    registry = registry_of(app)
    states = {state.name: state for state in migrations.status(app)}
    pending = {
        extension.name: states[extension.name].reason
        for extension in registry.extensions
        if extension.name in states and states[extension.name].is_in_the_way
    }
    for extension in registry.extensions:  # in load order: what waits for another one is later
        waits_for = [name for name in extension.after if name in pending]
        if waits_for:
            pending[extension.name] = (
                f"after: waits for the extension {waits_for[0]}, which is pending; fix that one first"
            )
    registry.pending = pending
    registry.has_core_tables = not states["core"].is_in_the_way
    return registry.has_core_tables
