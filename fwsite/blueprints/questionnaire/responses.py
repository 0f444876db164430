"""Stored responses: answers, and the result as it was worked out when they were given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from fwsite.blueprints.questionnaire import tallies
from fwsite.blueprints.questionnaire.definitions import definition_of, keep
from fwsite.blueprints.questionnaire.models import StoredAnswer, StoredResponse
from fwsite.domain.answers import Answer, Answers, State, Weight
from fwsite.domain.questionnaire import Definition
from fwsite.domain.report import Report, make_report, report_from_document, result_document
from fwsite.extend import db
from fwsite.extend.tokens import token_hash


@dataclass(frozen=True)
class Response:
    """A stored submission as it was when it was made."""

    definition: Definition
    answers: Answers
    report: Report
    created_on: date
    is_shareable: bool
    """Whether there is an address that only reads it."""


def store(token: str, view_token: str, definition: Definition, answers: Answers, report: Report) -> bool:
    """Store answers and result under the token; false where that token's response is there already."""
    keep(definition)
    row = StoredResponse(
        token_hash=token_hash(token),
        view_hash=token_hash(view_token),
        version=definition.version,
        created_on=datetime.now(UTC).date(),
        result=result_document(definition, answers, report),
        published_before=0,
        answers=[
            StoredAnswer(
                question=key,
                state=answer.state.value,
                options=list(answer.options),
                weight=answer.weight.value,
            )
            for key, answer in answers.items()
        ],
    )
    db.session.add(row)
    try:
        db.session.flush()
        tallies.count_in(row)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        if not db.session.scalar(select(func.count()).where(StoredResponse.token_hash == token_hash(token))):
            raise
        return False
    return True


def find(token: str) -> Response | None:
    """The response whose owner has this token."""
    return _find(StoredResponse.token_hash == token_hash(token))


def find_for_view(view_token: str) -> Response | None:
    """The response that may be read with this token."""
    return _find(StoredResponse.view_hash == token_hash(view_token))


def _find(condition: Any) -> Response | None:
    query = select(StoredResponse).where(condition).options(selectinload(StoredResponse.answers))
    row = db.session.scalar(query)
    if row is None:
        return None
    definition = definition_of(row.version)
    stored = {answer.question: answer for answer in row.answers}
    answers = {question.key: _answer(stored.get(question.key)) for question in definition.questions}
    # Responses from before results were stored are worked out anew, from their own version.
    report = report_from_document(row.result) if row.result else make_report(definition, answers)
    return Response(definition, answers, report, row.created_on, row.view_hash is not None)


def _answer(row: StoredAnswer | None) -> Answer:
    return Answer() if row is None else Answer(State(row.state), tuple(row.options), Weight(row.weight))


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
    query = select(StoredResponse).where(condition).options(selectinload(StoredResponse.answers))
    found = {row.id: row for row in db.session.scalars(query)}
    for row in found.values():
        db.session.expunge(row)  # still needed to count by
    gone = delete(StoredResponse).where(StoredResponse.id.in_(found)).returning(StoredResponse.id)
    deleted = list(db.session.scalars(gone))
    tallies.count_out(found[key] for key in deleted)
    db.session.commit()
    return len(deleted)
