"""Submissions on their way into the database: those that arrive together are stored in one transaction.

A commit waits for the disk, and waiting for it once for several answers is what lets a small machine take in many.
Nobody is told before the commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple, cast

from sqlalchemy import Connection, Engine, Table, insert, select
from sqlalchemy.exc import IntegrityError

from fwsite.blueprints.questionnaire import tallies
from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.domain.answers import Answers, stored_document
from fwsite.domain.questionnaire import Definition

_RESPONSES = cast("Table", StoredResponse.__table__)
"""A table and not a mapped class: no objects are made of what is only stored."""
_INSERT = insert(_RESPONSES)


class Submission(NamedTuple):
    """What is stored of one visitor's answers."""

    token_hash: str
    view_hash: str
    definition: Definition
    answers: Answers
    winners: tuple[str, ...]


def store(engine: Engine, submissions: Sequence[Submission]) -> list[bool]:
    """Store each of them once; for each whether it is new, false where its response is there already.

    Raises what the database raises. Some may be stored then; it does no harm to try it again. The thread must not have
    a transaction of its own open.
    """
    first: dict[str, Submission] = {}
    for each in submissions:
        first.setdefault(each.token_hash, each)
    try:
        with engine.begin() as connection:
            _write(connection, list(first.values()))
    except IntegrityError:
        if len(first) > 1:  # one of them is there already
            return [outcome for each in submissions for outcome in store(engine, [each])]
        if not _is_there(engine, submissions[0]):
            raise
        return [False] * len(submissions)
    return [first.pop(each.token_hash, None) is not None for each in submissions]


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
