"""Database inventory: the revision of each timeline and the number of rows in each table."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, Connection, NullPool, column, create_engine, func, inspect, select, table

from fwsite.plugins.migrations import VERSION_PREFIX


def contents(connection: Connection) -> tuple[dict[str, str], dict[str, int]]:
    """Revisions by the name of their timeline, and rows by table, in the connection's transaction."""
    schemas, rows = {}, {}
    for name in sorted(inspect(connection).get_table_names()):
        if name.startswith(VERSION_PREFIX):
            revision = connection.scalar(select(column("version_num")).select_from(table(name)))
            if revision is not None:
                schemas[name.removeprefix(VERSION_PREFIX)] = str(revision)
        else:
            rows[name] = connection.scalar(select(func.count()).select_from(table(name))) or 0
    return schemas, rows


def contents_of_file(path: Path) -> tuple[dict[str, str], dict[str, int]]:
    """The same of an SQLite file that nobody else uses."""
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    with engine.connect() as connection:
        return contents(connection)
