"""What the models of an extension must be, so that they are in nobody's way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.orm import DeclarativeBase

from fwsite.db.cache_tags import has_own_tag
from fwsite.db.engine import Base, metadata
from fwsite.plugins.contract import Extension
from fwsite.plugins.discovery import said


def model_faults(extension: Extension) -> Iterator[str]:
    """What is wrong with its models, and with where its migrations are."""
    base = extension.model_base
    if base is not None:
        yield from _base_faults(extension, base)
    if extension.migrations is not None and not Path(extension.migrations).is_dir():
        yield f"migrations: there is no folder {extension.migrations}"


def _base_faults(extension: Extension, base: Any) -> Iterator[str]:
    if not (isinstance(base, type) and issubclass(base, DeclarativeBase)) or base.registry is Base.registry:
        yield "model_base: must be a class of your own below sqlalchemy.orm.DeclarativeBase"
        return
    yield from _foreign_names(extension, (mapper.local_table for mapper in base.registry.mappers))
    for table in sorted((mapper.local_table for mapper in base.registry.mappers), key=str):
        if not has_own_tag(table):
            yield f'model_base: the cache tag of {table} must be its own: "info": cache_tag("{extension.name}")'
    if base.metadata is not metadata:
        yield "model_base: must have the site's metadata: metadata = fwsite.extend.metadata"
        return
    yield from _foreign_references(extension, (mapper.local_table for mapper in base.registry.mappers))
    if extension.migrations is None:
        yield "migrations: is missing; without it the tables of model_base are never made"
    try:
        base.registry.configure()
    except Exception as error:
        yield f"model_base: fix the models, which do not fit together: {said(error)}"
        return
    between = [
        relationship.secondary
        for mapper in base.registry.mappers
        for relationship in mapper.relationships
        if relationship.secondary is not None and not relationship.viewonly
    ]
    yield from _foreign_names(extension, between)
    yield from _foreign_references(extension, between)


def _foreign_names(extension: Extension, tables: Iterable[Any]) -> Iterator[str]:
    for table in sorted(map(str, tables)):
        if not table.startswith(f"{extension.name}_"):
            yield f"model_base: table {table} must begin with {extension.name}_"


def _foreign_references(extension: Extension, tables: Iterable[Any]) -> Iterator[str]:
    """Rows of others may go when those others are purged, unless they are said to be needed."""
    cores = {str(mapper.local_table) for mapper in Base.registry.mappers}
    others = tuple(f"{name}_" for name in extension.after)
    for key in (key for table in tables for key in getattr(table, "foreign_keys", ())):
        table = key.target_fullname.partition(".")[0]
        if table in cores or table.startswith(f"{extension.name}_"):
            continue
        if not table.startswith(others):
            yield f"model_base: {key.parent} refers to {table}; name the extension that has it in after"
        elif not key.ondelete:  # the other one could not delete its own rows; those of the core stay
            yield f'model_base: {key.parent} refers to {table}; add ondelete="CASCADE", or "SET NULL"'
