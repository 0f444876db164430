"""Submissions on their way into the database: those that arrive together are stored in one transaction.

One thread stores at a time, and takes with it whatever others have brought meanwhile. A commit waits for the disk, and
waiting for it once for several answers is what lets a small machine take in many. Nobody is told before the commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Table, insert, select
from sqlalchemy.exc import IntegrityError

from fwsite.blueprints.questionnaire import tallies
from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.domain.answers import Answers, stored_document
from fwsite.domain.questionnaire import Definition

AT_MOST = 100
"""Submissions in one transaction."""
_RESPONSES = cast("Table", StoredResponse.__table__)
"""A table and not a mapped class: no objects are made of what is only stored."""
_INSERT = insert(_RESPONSES)


@dataclass(frozen=True)
class Submission:
    """What is stored of one visitor's answers."""

    token_hash: str
    view_hash: str
    definition: Definition
    answers: Answers
    winners: tuple[str, ...]


class _Entry:
    """A submission, and what became of it."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.is_done = False
        self.is_new = False
        self.error: Exception | None = None

    def end(self, *, is_new: bool = False, error: Exception | None = None) -> None:
        self.is_new, self.error, self.is_done = is_new, error, True


class Intake:
    """The way into one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: list[_Entry] = []
        self._door = Lock()
        self._turn = Lock()

    def store(self, submission: Submission) -> bool:
        """Store it; false where its response is there already. Raises what the database raises.

        The thread must not have a transaction of its own open.
        """
        entry = _Entry(submission)
        with self._door:
            self._waiting.append(entry)
        with self._turn:
            if not entry.is_done:
                self._store(self._take(entry))
        if entry.error is not None:
            raise entry.error
        return entry.is_new

    def _take(self, own: _Entry) -> list[_Entry]:
        """Its own, and as many others as are waiting: each of them once, a double click by itself."""
        with self._door:
            taken, left, seen = [own], [], {own.submission.token_hash}
            for entry in self._waiting:
                if entry.submission.token_hash not in seen and len(taken) < AT_MOST:
                    seen.add(entry.submission.token_hash)
                    taken.append(entry)
                elif entry is not own:
                    left.append(entry)
            self._waiting = left
        return taken

    def _store(self, entries: list[_Entry]) -> None:
        try:
            with self._engine.begin() as connection:
                _write(connection, [entry.submission for entry in entries])
        except IntegrityError as error:  # one of them is there already
            self._store_again(entries, error)
        except Exception as error:
            for entry in entries:
                entry.end(error=error)
        else:
            for entry in entries:
                entry.end(is_new=True)

    def _store_again(self, entries: list[_Entry], error: IntegrityError) -> None:
        if len(entries) > 1:
            for entry in entries:
                self._store([entry])
            return
        [entry] = entries
        with self._engine.connect() as connection:
            known = select(_RESPONSES.c.id).where(_RESPONSES.c.token_hash == entry.submission.token_hash)
            is_there = connection.execute(known).first() is not None
        entry.end(error=None if is_there else error)


def _write(connection: Connection, submissions: list[Submission]) -> None:
    by_version: dict[str, list[Submission]] = {}
    for submission in submissions:
        by_version.setdefault(submission.definition.version, []).append(submission)
    today = datetime.now(UTC).date()
    for version, of_it in sorted(by_version.items()):  # everybody locks them in the same order
        standing = tallies.announce(connection, version, len(of_it))
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
        tallies.count_in(connection, of_it[0].definition, standing)


_intakes: WeakKeyDictionary[Engine, Intake] = WeakKeyDictionary()
_making = Lock()


def intake_of(engine: Engine) -> Intake:
    """The way into the database of ``engine``, one for all threads."""
    found = _intakes.get(engine)
    if found is None:
        with _making:
            found = _intakes.setdefault(engine, Intake(engine))
    return found
