"""Tables and models belong to who made them: nobody adds a column, or an attribute, to those of somebody else."""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from sqlalchemy import Column, Table, event, inspect
from sqlalchemy.orm import Mapper, RelationshipProperty

from fwsite.db.engine import metadata

_finished: WeakSet[Table] = WeakSet()


def finish_tables() -> None:
    """From now on no table that is there gets another column: its owner's queries would ask for it, too."""
    _finished.update(metadata.tables.values())


@event.listens_for(Column, "before_parent_attach")
def _refuse_column(column: Column[Any], table: Any) -> None:
    if table in _finished:
        raise TypeError(f"the table {table} must not get the column {column.name}; keep it in a table of your own")


@event.listens_for(Mapper, "before_mapper_configured")
def _refuse_backrefs(mapper: Mapper[Any], _class: type) -> None:
    """Whoever deletes a row of the other side would have to ask for this table, whether it is there or not."""
    for prop in mapper.iterate_properties:
        if isinstance(prop, RelationshipProperty) and prop.backref:
            target = _target(prop)
            if target is not None and target.registry is not mapper.registry:
                theirs = target.class_.__name__
                raise TypeError(
                    f"{prop} must not put an attribute on {theirs}, which is not its own; leave out backref"
                )


def _target(prop: RelationshipProperty[Any]) -> Mapper[Any] | None:
    """The model that a relationship leads to; a name is looked for by SQLAlchemy among those of its own base."""
    given: Any = prop.argument
    if callable(given) and not isinstance(given, type | Mapper):
        given = given()
    return None if isinstance(given, str) else getattr(inspect(given, raiseerr=False), "mapper", None)
