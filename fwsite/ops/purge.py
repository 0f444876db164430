"""Purge: what extensions have in the database, installed or not, and how it is taken away for good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, func, inspect, select, table

from fwsite.db.engine import Base, db
from fwsite.db.models import MigrationFault
from fwsite.plugins.migrations import VERSION_PREFIX, transaction, version_table


@dataclass(frozen=True)
class Data:
    """The tables of one extension, with the number of rows of each."""

    name: str
    rows: dict[str, int]


def names_with_data(engine: Engine) -> list[str]:
    """Every extension whose migrations ever ran here, and was not purged."""
    names = [name.removeprefix(VERSION_PREFIX) for name in _tables(engine) if name.startswith(VERSION_PREFIX)]
    return sorted(set(names) - {"core"})


def data_of(name: str, known: Iterable[str]) -> Data:
    """What the extension has. ``known`` are the names of all others, so that nobody else's tables are taken for its."""
    with db.engine.connect() as connection:
        own = _own_tables(connection, name, known)
        return Data(name, {each: _count(connection, each) for each in own})


def purge(name: str, known: Iterable[str]) -> list[str]:
    """Drop the extension's tables and forget its migrations, all or nothing; returns what was dropped."""
    known = list(known)
    with transaction() as connection:
        own = _own_tables(connection, name, known)
        if connection.dialect.name == "postgresql":
            if own:
                connection.exec_driver_sql(f"DROP TABLE {', '.join(_quoted(connection, each) for each in own)}")
        else:
            for each in _virtual_first(connection, own):
                if each in _tables(connection):  # the tables behind a virtual one go with it
                    connection.exec_driver_sql(f"DROP TABLE {_quoted(connection, each)}")
        if inspect(connection).has_table(MigrationFault.__tablename__):
            connection.execute(delete(MigrationFault).where(MigrationFault.name == name))
    return own


def _own_tables(connection: Connection, name: str, known: Iterable[str]) -> list[str]:
    others = (VERSION_PREFIX, *(f"{other}_" for other in known if other.startswith(f"{name}_")))
    cores = {str(mapper.local_table) for mapper in Base.registry.mappers}  # a broken package may be called "user"
    found = [each for each in _tables(connection) if each.startswith(f"{name}_") and each not in cores]
    own = [each for each in found if not each.startswith(others)]
    return sorted([*own, *(each for each in _tables(connection) if each == version_table(name))])


def _tables(bind: Engine | Connection) -> list[str]:
    inspector = inspect(bind)
    inspector.clear_cache()
    return inspector.get_table_names()


def _virtual_first(connection: Connection, names: list[str]) -> list[str]:
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")
    virtual = set(found.scalars())
    return sorted(names, key=lambda name: (name not in virtual, name))


def _count(connection: Connection, name: str) -> int:
    return connection.execute(select(func.count()).select_from(table(name))).scalar_one()


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
