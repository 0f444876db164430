"""Submission store: answers on their way into the database, by group commit."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from threading import Lock
from typing import NamedTuple, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Table, insert, select
from sqlalchemy.exc import IntegrityError

from fwsite.blueprints.questionnaire import networks, tallies
from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.domain.answers import Answers, stored_document
from fwsite.domain.questionnaire import Definition

_RESPONSES = cast("Table", StoredResponse.__table__)
"""A table and not a mapped class: no objects are made of what is only stored."""
_INSERT = insert(_RESPONSES)
_DELAY, _DELAYS = 0.0002, 5
"""Seconds of one commit delay, and how many of them there may be."""


class Submission(NamedTuple):
    """What is stored of one visitor's answers."""

    token_hash: str
    view_hash: str
    definition: Definition
    answers: Answers
    winners: tuple[str, ...]
    network: str = ""
    """The mark of the network that it came from, which is counted and not stored with it; empty where there is none."""


class _Ticket:
    """A submission on its way, and what became of it."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.is_new = False
        self.error: Exception | None = None
        self.is_done = False


class GroupCommit:
    """Group commit: what arrives while a transaction is under way shares the next one.

    A commit waits for the disk, and waiting for it once for several answers is what lets a small machine take in many.
    Whoever gets the turn first stores for all that wait; nobody is told before the commit.
    """

    def __init__(self, engine: Engine, turn: AbstractContextManager[object] | None = None) -> None:
        """``turn`` is the lock that whoever stores holds."""
        self._engine = engine
        self._turn = turn or Lock()
        self._waiting: deque[_Ticket] = deque()
        self._last = 1

    def store(self, submission: Submission) -> bool:
        """Store it once; see :func:`store`."""
        ticket = _Ticket(submission)
        self._waiting.append(ticket)
        with self._turn:
            if not ticket.is_done:
                self._gather()
                self._store_all()
        if ticket.error is not None:
            raise ticket.error
        return ticket.is_new

    def _gather(self) -> None:
        """Commit delay: where several came together the last time, wait for others as long as they keep coming."""
        for _ in range(_DELAYS if self._last > 1 else 0):
            before = len(self._waiting)
            time.sleep(_DELAY)
            if len(self._waiting) == before:
                return

    def _store_all(self) -> None:
        taken = [self._waiting.popleft() for _ in range(len(self._waiting))]
        self._last = len(taken)
        try:
            self._store_together(taken)
        except IntegrityError:  # one of them is there already, or is of a version that is not
            for ticket in taken:
                self._store_alone(ticket)
        except Exception as error:
            for ticket in taken:
                ticket.error = error
        finally:
            for ticket in taken:
                ticket.is_done = True

    def _store_together(self, tickets: Sequence[_Ticket]) -> None:
        first = {ticket.submission.token_hash: ticket for ticket in reversed(tickets)}
        with self._engine.begin() as connection:
            _write(connection, [ticket.submission for ticket in first.values()])
        for ticket in first.values():
            ticket.is_new = True

    def _store_alone(self, ticket: _Ticket) -> None:
        try:
            self._store_together([ticket])
        except IntegrityError as error:
            ticket.error = None if _is_there(self._engine, ticket.submission) else error
        except Exception as error:
            ticket.error = error


_groups: WeakKeyDictionary[Engine, GroupCommit] = WeakKeyDictionary()


def store(engine: Engine, submission: Submission) -> bool:
    """Store a submission once, in one transaction with those that arrive at the same time; whether it is new, false
    where its response is there already.

    Raises what the database raises. It may be stored then; it does no harm to try it again. The thread must not have
    a transaction of its own open.
    """
    group = _groups.get(engine)
    if group is None:
        group = _groups.setdefault(engine, GroupCommit(engine))
    return group.store(submission)


def _is_there(engine: Engine, submission: Submission) -> bool:
    with engine.connect() as connection:
        known = select(_RESPONSES.c.id).where(_RESPONSES.c.token_hash == submission.token_hash)
        return connection.execute(known).first() is not None


def _write(connection: Connection, submissions: list[Submission]) -> None:
    by_version: dict[str, list[Submission]] = {}
    for submission in submissions:
        by_version.setdefault(submission.definition.version, []).append(submission)
    today = datetime.now(UTC).date()
    for version, of_it in sorted(by_version.items()):  # everybody locks them in the same order
        standing = tallies.increment_and_lock(connection, version, len(of_it))
        rows = [
            {
                "token_hash": each.token_hash,
                "view_hash": each.view_hash,
                "version": version,
                "created_on": today,
                "answers": stored_document(each.answers),
                "winners": list(each.winners),
                "published_before": standing.published,
            }
            for each in of_it
        ]
        connection.execute(_INSERT, rows)
        networks.count(connection, version, today, (each.network for each in of_it))
        tallies.count_in(connection, of_it[0].definition, standing)
