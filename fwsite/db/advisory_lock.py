"""Advisory lock: one process at a time brings a database up to date, on however many machines they run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

KEY = 0x6677_7369_7465
"""“fwsite”, as PostgreSQL counts locks: by a number, within one database."""


class Turn:
    """Whose turn it is: this process's, once :meth:`wait` has returned."""

    def __init__(self, connection: Connection | None) -> None:
        self._connection = connection
        self.is_ours = connection is None or bool(connection.scalar(select(func.pg_try_advisory_lock(KEY))))

    def wait(self) -> None:
        """Wait until those before are done, however long their migrations take."""
        if self._connection is not None and not self.is_ours:
            self._connection.execute(select(func.pg_advisory_lock(KEY)))
            self.is_ours = True


@contextmanager
def upgrade_turn(engine: Engine) -> Iterator[Turn]:
    """A turn at bringing the database up to date, given back at the end whatever happens.

    PostgreSQL keeps it for a connection of its own, and gives it on where the process dies. SQLite needs none: there
    each timeline and each content file is one transaction, which waits for those of others before it reads anything.
    """
    if engine.dialect.name != "postgresql":
        yield Turn(None)
        return
    # No transaction stays open while it waits: it would keep the server from cleaning up.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        turn = Turn(connection)
        try:
            yield turn
        finally:
            if turn.is_ours:
                with suppress(SQLAlchemyError):  # a connection that is lost has given it back already
                    connection.execute(select(func.pg_advisory_unlock(KEY)))
