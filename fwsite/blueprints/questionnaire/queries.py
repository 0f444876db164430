"""Definitions and responses, to and from the database."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Lock

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from fwsite.blueprints.questionnaire.models import PublishedDefinition, StoredAnswer, StoredResponse
from fwsite.blueprints.questionnaire.tokens import token_hash
from fwsite.domain.answers import Answer, Answers, State, Weight
from fwsite.domain.questionnaire import Definition, parse_definition
from fwsite.extend import db

_PARSED_KEPT = 16
_parsed: OrderedDict[str, Definition] = OrderedDict()
_parsed_lock = Lock()


@dataclass(frozen=True)
class Response:
    """A stored submission as it was when it was made."""

    definition: Definition
    answers: Answers
    created_on: date


def current_version() -> str | None:
    """The version of the questionnaire that is in force; none where nothing is published."""
    newest = PublishedDefinition.published_at.desc()
    return db.session.scalar(select(PublishedDefinition.version).order_by(newest).limit(1))


def current_definition() -> Definition | None:
    """The questionnaire that is in force; none where nothing is published."""
    version = current_version()
    return None if version is None else definition_of(version)


def find_definition(version: str) -> Definition | None:
    """A published version; none where there never was such a one."""
    known = select(PublishedDefinition.version).where(PublishedDefinition.version == version)
    return None if db.session.scalar(known) is None else definition_of(version)


def definition_of(version: str) -> Definition:
    """A published version. Versions never change, so each is read once."""
    with _parsed_lock:
        if version in _parsed:
            _parsed.move_to_end(version)
            return _parsed[version]
    query = select(PublishedDefinition.document).where(PublishedDefinition.version == version)
    definition = parse_definition(db.session.scalars(query).one())
    with _parsed_lock:
        _parsed[version] = definition
        while len(_parsed) > _PARSED_KEPT:
            _parsed.popitem(last=False)
    return definition


def publish(definition: Definition) -> bool:
    """Make ``definition`` the one in force; whether that changed anything."""
    if current_version() == definition.version:
        return False
    known = db.session.get(PublishedDefinition, definition.version)
    now = datetime.now(UTC).replace(tzinfo=None)
    newest = db.session.scalar(select(func.max(PublishedDefinition.published_at)))
    if newest is not None:  # the clock may have been put back
        now = max(now, newest + timedelta(microseconds=1))
    if known is None:
        known = PublishedDefinition(version=definition.version, document=definition.document(), published_at=now)
        db.session.add(known)
    known.published_at = now
    db.session.commit()
    return True


def store_response(token: str, definition: Definition, answers: Answers) -> bool:
    """Store the answers under the token; false where that token's response is there already."""
    db.session.add(
        StoredResponse(
            token_hash=token_hash(token),
            version=definition.version,
            created_on=datetime.now(UTC).date(),
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
    )
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        found = db.session.scalar(select(func.count()).where(StoredResponse.token_hash == token_hash(token)))
        if not found:
            raise
        return False
    return True


def find_response(token: str) -> Response | None:
    """The response behind a token."""
    query = (
        select(StoredResponse)
        .where(StoredResponse.token_hash == token_hash(token))
        .options(selectinload(StoredResponse.answers))
    )
    row = db.session.scalar(query)
    if row is None:
        return None
    definition = definition_of(row.version)
    stored = {answer.question: answer for answer in row.answers}
    answers = {question.key: _answer(stored.get(question.key)) for question in definition.questions}
    return Response(definition, answers, row.created_on)


def _answer(row: StoredAnswer | None) -> Answer:
    return Answer() if row is None else Answer(State(row.state), tuple(row.options), Weight(row.weight))


def delete_response(token: str) -> bool:
    """Delete a response with its answers; false where there is none."""
    query = delete(StoredResponse).where(StoredResponse.token_hash == token_hash(token))
    deleted = db.session.execute(query.returning(StoredResponse.id)).first()
    db.session.commit()
    return deleted is not None
