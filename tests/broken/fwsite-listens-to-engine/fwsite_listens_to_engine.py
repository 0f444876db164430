"""Sets a pragma on every connection, as SQLAlchemy's guide shows it: on PostgreSQL none would be left that works."""

from typing import Any

from sqlalchemy import Engine, event

from fwsite.extend import Extension


@event.listens_for(Engine, "connect")
def follow_foreign_keys(connection: Any, _record: object) -> None:
    connection.cursor().execute("PRAGMA foreign_keys=ON")


extension = Extension(name="listens_to_engine", title="Broken")
