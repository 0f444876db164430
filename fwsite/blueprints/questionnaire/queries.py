"""Definitions and responses, to and from the database."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from threading import Lock

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from fwsite.blueprints.questionnaire.models import Origin, PublishedDefinition, StoredAnswer, StoredResponse
from fwsite.domain import items
from fwsite.domain.answers import Answer, Answers, State, Weight
from fwsite.domain.questionnaire import Alternative, Definition, parse_definition
from fwsite.extend import db
from fwsite.extend.tokens import token_hash
from fwsite.models import Framework

_PARSED_KEPT = 16
_parsed: OrderedDict[str, Definition] = OrderedDict()
_parsed_lock = Lock()


@dataclass(frozen=True)
class Response:
    """A stored submission as it was when it was made."""

    definition: Definition
    answers: Answers
    created_on: date


def edition_version() -> str | None:
    """The version of the newest edition; none where nothing is published."""
    editions = select(PublishedDefinition.version).where(PublishedDefinition.origin == Origin.EDITION.value)
    return db.session.scalar(editions.order_by(PublishedDefinition.published_at.desc()).limit(1))


def current_definition() -> Definition | None:
    """The questionnaire that is in force: the newest edition, about the frameworks that are published now.

    None where nothing is published. It is stored only once somebody answers it; see :func:`store_response`.
    """
    version = edition_version()
    if version is None:
        return None
    rows = db.session.execute(select(Framework.key, Framework.name, Framework.state).order_by(Framework.position))
    return _adjusted(version, tuple((row.key, row.name, row.state == items.State.PUBLISHED) for row in rows))


@lru_cache(maxsize=_PARSED_KEPT)
def _adjusted(version: str, frameworks: tuple[tuple[str, str, bool], ...]) -> Definition:
    offered = [Alternative(key, name) for key, name, is_published in frameworks if is_published]
    withheld = frozenset(key for key, _, is_published in frameworks if not is_published)
    return definition_of(version).with_alternatives(offered, withheld)


def find_definition(version: str) -> Definition | None:
    """A published version, or the one in force; none where there never was such a one."""
    known = select(PublishedDefinition.version).where(PublishedDefinition.version == version)
    if db.session.scalar(known) is not None:
        return definition_of(version)
    current = current_definition()
    return current if current is not None and current.version == version else None


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
    """Make ``definition`` the newest edition; whether that changed anything."""
    if edition_version() == definition.version:
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
    known.origin = Origin.EDITION.value
    db.session.commit()
    return True


def _keep(definition: Definition) -> None:
    """See to it that the definition is stored, so that results can refer to it."""
    known = select(PublishedDefinition.version).where(PublishedDefinition.version == definition.version)
    if db.session.scalar(known) is not None:
        return
    row = PublishedDefinition(
        version=definition.version,
        document=definition.document(),
        published_at=datetime.now(UTC).replace(tzinfo=None),
        origin=Origin.ADJUSTED.value,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # another visitor's answers have brought it in meanwhile
        if db.session.scalar(known) is None:
            raise


def store_response(token: str, definition: Definition, answers: Answers) -> bool:
    """Store the answers under the token; false where that token's response is there already."""
    _keep(definition)
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
