"""A whole database as lines, to see that nothing of it has changed."""

from __future__ import annotations

from sqlalchemy import Engine, MetaData

from fwsite.plugins.table_guard import _postgresql_shapes


def everything(engine: Engine) -> list[str]:
    """Schema and rows: on SQLite as SQL, on PostgreSQL as the text of each row."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            return list(connection.connection.dbapi_connection.iterdump())  # type: ignore[union-attr]
        tables = MetaData()
        tables.reflect(connection)
        rows = [f"{table.name} {row}" for table in tables.sorted_tables for row in connection.execute(table.select())]
        return sorted([*rows, *map(repr, _postgresql_shapes(connection).items())])
