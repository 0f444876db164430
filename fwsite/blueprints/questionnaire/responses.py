"""Response repository: answers, and the result as it was worked out when they were given."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from fwsite.blueprints.questionnaire import submission_store, tallies
from fwsite.blueprints.questionnaire.definitions import definition_of, keep
from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.blueprints.questionnaire.releases import newest
from fwsite.blueprints.questionnaire.submission_store import Submission
from fwsite.domain.answers import Answer, Answers, stored_answers
from fwsite.domain.questionnaire import Definition
from fwsite.domain.report import Report, make_report, report_from_document, result_document
from fwsite.extend import db, purge_pages, reading, token_hash

log = logging.getLogger(__name__)


class Response(NamedTuple):
    """A stored submission as it was when it was made."""

    definition: Definition
    answers: Answers
    report: Report
    created_on: date
    is_shareable: bool
    """Whether there is an address that only reads it."""


def submission(
    token: str, view_token: str, definition: Definition, answers: Answers, winners: Sequence[str], network: str = ""
) -> Submission:
    """What is stored of these answers: neither of the tokens; and the mark of the network that is counted with them."""
    return Submission(token_hash(token), token_hash(view_token), definition, answers, tuple(winners), network)


def store(submission: Submission) -> bool:
    """Store it once; whether it is new, false where the response of its token is there already.

    What follows from the answers is worked out when the result is opened first: that takes ten times as long.
    """
    keep(submission.definition)
    if db.session.registry.has():  # nothing of this thread may be open meanwhile
        db.session.commit()
    return submission_store.store(db.engine, submission)


def find(token: str) -> Response | None:
    """The response whose owner has this token."""
    return _find(StoredResponse.token_hash == token_hash(token))


def find_for_view(view_token: str) -> Response | None:
    """The response that may be read with this token."""
    return _find(StoredResponse.view_hash == token_hash(view_token))


def _find(condition: Any) -> Response | None:
    with reading():
        row = db.session.scalar(select(StoredResponse).where(condition))
        if row is None:
            return None
        definition = definition_of(row.version)
        stored = stored_answers(row.answers)
        answers = {question.key: stored.get(question.key, Answer()) for question in definition.questions}
        number, day, document, is_shareable = row.id, row.created_on, row.result, row.view_hash is not None
        # Responses from before there were results are worked out anew each time, from their own version.
        may_keep = document is None and row.winners is not None
    report = report_from_document(document) if document else make_report(definition, answers, newest())
    found = Response(definition, answers, report, day, is_shareable)
    if may_keep:
        _keep_result(number, found)
    return found


def _keep_result(number: int, found: Response) -> None:
    """Keep what was worked out, in a transaction of its own; where that fails, the next one who looks does it again."""
    document = result_document(found.definition, found.answers, found.report)
    change = update(StoredResponse).where(StoredResponse.id == number, StoredResponse.result.is_(None))
    try:
        with db.engine.begin() as connection:
            connection.execute(change.values(result=document))
    except SQLAlchemyError as error:
        log.warning("a result could not be kept: %s", getattr(error, "orig", error))


def answers_by_hash(hashes: Collection[str]) -> dict[str, Answers]:
    """The answers that are still there, by the hash of their owner's token."""
    rows = db.session.scalars(select(StoredResponse).where(StoredResponse.token_hash.in_(hashes)))
    return {row.token_hash: stored_answers(row.answers) for row in rows}


def delete_by_hash(hashes: Collection[str]) -> int:
    """Delete responses by the hashes of their owners' tokens; returns how many."""
    return _delete(StoredResponse.token_hash.in_(hashes))


def delete_response(token: str) -> bool:
    """Delete a response with its answers; false where there is none."""
    return _delete(StoredResponse.token_hash == token_hash(token)) == 1


def count_older(before: date) -> int:
    """How many responses are from days before this one."""
    return db.session.scalar(select(func.count()).where(StoredResponse.created_on < before)) or 0


def delete_older(before: date, at_most: int) -> int:
    """Delete responses from days before this one, but no more than ``at_most``; returns how many."""
    oldest = select(StoredResponse.id).where(StoredResponse.created_on < before)
    return _delete(StoredResponse.id.in_(oldest.order_by(StoredResponse.created_on).limit(at_most)))


def _delete(condition: Any) -> int:
    """Whom another transaction deletes meanwhile is left to it, so that nobody is counted out twice."""
    found = {row.id: row for row in db.session.scalars(select(StoredResponse).where(condition))}
    for row in found.values():
        db.session.expunge(row)  # still needed to count by
    gone = delete(StoredResponse).where(StoredResponse.id.in_(found)).returning(StoredResponse.id)
    deleted = list(db.session.scalars(gone))
    tallies.count_out(db.session.connection(), (found[key] for key in deleted))
    if deleted:
        purge_pages("questionnaire")
    db.session.commit()
    return len(deleted)
