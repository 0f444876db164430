"""Definition repository: published versions of the questionnaire."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from fwsite.blueprints.questionnaire.grounds import measured_keys, published_keys
from fwsite.blueprints.questionnaire.models import Origin, PublishedDefinition
from fwsite.domain import items
from fwsite.domain.grounds import as_founded
from fwsite.domain.questionnaire import MODEL, Alternative, Definition, read_definition
from fwsite.extend import Framework, QuestionSet, db, emit, per_content_version, question_sets

_PARSED_KEPT = 16


def edition_version() -> str | None:
    """The version of the newest edition; none where nothing is published."""
    editions = select(PublishedDefinition.version).where(PublishedDefinition.origin == Origin.EDITION.value)
    return db.session.scalar(editions.order_by(PublishedDefinition.published_at.desc()).limit(1))


def current_definition(more: tuple[QuestionSet, ...] | None = None) -> Definition | None:
    """The questionnaire that is in force: the newest edition, about the frameworks that are published now.

    A fit that was measured or sourced, and whose points have all been taken off the pages since, is an opinion.

    With ``more`` questions, or else those that extensions add. None where nothing is published. It is stored only once
    somebody answers it; see :func:`keep`.
    """
    version = edition_version()
    if version is None:
        return None
    more = question_sets() if more is None else more
    return _adjusted(version, _frameworks(), more, published_keys(), measured_keys())


def with_everything_asked(definition: Definition) -> Definition:
    """The definition with the questions that extensions in force add."""
    return _with_questions(definition, question_sets())


def with_everything_offered(definition: Definition) -> Definition:
    """The definition about the frameworks that are published now or drafts, too; what is withheld stays in it."""
    rows = db.session.execute(
        select(Framework.key, Framework.name)
        .where(Framework.state != items.State.RETIRED.value)
        .order_by(Framework.position)
    )
    return definition.with_alternatives([Alternative(row.key, row.name) for row in rows], ())


def unpublished() -> dict[str, str]:
    """The state of each framework that visitors do not get."""
    query = select(Framework.key, Framework.state).where(Framework.state != items.State.PUBLISHED.value)
    return {row.key: row.state for row in db.session.execute(query)}


def _frameworks() -> tuple[tuple[str, str, bool], ...]:
    """Key, name, and whether it is published, of every framework."""
    rows = db.session.execute(select(Framework.key, Framework.name, Framework.state).order_by(Framework.position))
    return tuple((row.key, row.name, row.state == items.State.PUBLISHED) for row in rows)


@lru_cache(maxsize=_PARSED_KEPT)
def _adjusted(
    version: str,
    frameworks: tuple[tuple[str, str, bool], ...],
    more: tuple[QuestionSet, ...],
    grounds: frozenset[str] | None,
    measured: frozenset[str],
) -> Definition:
    offered = [Alternative(key, name) for key, name, is_published in frameworks if is_published]
    withheld = frozenset(key for key, _, is_published in frameworks if not is_published)
    definition = replace(definition_of(version), model=MODEL).with_alternatives(offered, withheld)
    if grounds is not None:
        definition = as_founded(definition, grounds, measured)
    return _with_questions(definition, more)


def _with_questions(definition: Definition, more: tuple[QuestionSet, ...]) -> Definition:
    return definition.with_questions(question for each in more for question in each.questions)


def find_definition(version: str) -> Definition | None:
    """A published version, or the one in force; none where there never was such a one."""
    if items.unusable(version):  # PostgreSQL would not even look for it
        return None
    known = select(PublishedDefinition.version).where(PublishedDefinition.version == version)
    if db.session.scalar(known) is not None:
        return definition_of(version)
    current = current_definition()
    return current if current is not None and current.version == version else None


@lru_cache(maxsize=_PARSED_KEPT)
def definition_of(version: str) -> Definition:
    """A published version. A version is the digest of what it says, and never changes."""
    query = select(PublishedDefinition.document).where(PublishedDefinition.version == version)
    return read_definition(db.session.scalars(query).one())


def publisher() -> str | None:
    """The maintainer who published the newest edition; none where it came from the content file."""
    editions = select(PublishedDefinition.who).where(PublishedDefinition.origin == Origin.EDITION.value)
    return db.session.scalar(editions.order_by(PublishedDefinition.published_at.desc()).limit(1))


def edition_of_file(digest: str) -> str | None:
    """The version of the newest edition, where it came from the content file with this digest and has its audit."""
    columns = PublishedDefinition.version, PublishedDefinition.file_digest, PublishedDefinition.audit
    editions = select(*columns).where(PublishedDefinition.origin == Origin.EDITION.value)
    newest = db.session.execute(editions.order_by(PublishedDefinition.published_at.desc()).limit(1)).first()
    return newest.version if newest is not None and newest.file_digest == digest and newest.audit else None


def publish_file(definition: Definition, digest: str) -> bool:
    """Make what the content file says the newest edition, and commit; whether that changed anything."""
    is_new = put_file_in_force(definition, digest)
    db.session.commit()
    if is_new:
        emit("questionnaire.published", texts=None)
    return is_new


def put_file_in_force(definition: Definition, digest: str) -> bool:
    """Make what the content file says the newest edition; whether that changed anything. The caller commits."""
    is_new = edition_version() != definition.version
    if is_new:
        row = put_in_force(definition, who=None, note=None)
        row.from_file_at = row.published_at
    else:
        row = db.session.get_one(PublishedDefinition, definition.version)
        row.from_file_at = row.from_file_at or row.published_at
    row.file_digest = digest
    row.audit = row.audit or audited(definition)  # editions from before there were audits have none
    return is_new


def put_in_force(definition: Definition, *, who: str | None, note: str | None) -> PublishedDefinition:
    """Make ``definition`` the newest edition. The caller gives it its audit, and commits."""
    row = db.session.get(PublishedDefinition, definition.version)
    now = datetime.now(UTC).replace(tzinfo=None)
    newest = db.session.scalar(select(func.max(PublishedDefinition.published_at)))
    if newest is not None:  # the clock may have been put back
        now = max(now, newest + timedelta(microseconds=1))
    if row is None:
        row = PublishedDefinition(version=definition.version, document=definition.document())
        db.session.add(row)
    row.published_at = now
    row.origin = Origin.EDITION.value
    row.who, row.note = who, note
    return row


def newest_file() -> Definition | None:
    """The content file that was published last, or taken by a maintainer."""
    files = select(PublishedDefinition.version).where(PublishedDefinition.from_file_at.is_not(None))
    version = db.session.scalar(files.order_by(PublishedDefinition.from_file_at.desc()).limit(1))
    return None if version is None else definition_of(version)


def was_a_file(version: str) -> bool:
    """Whether a content file of this version was published or taken before."""
    files = select(PublishedDefinition.version).where(PublishedDefinition.from_file_at.is_not(None))
    return db.session.scalar(files.where(PublishedDefinition.version == version)) is not None


def keep_file(definition: Definition) -> None:
    """Note that maintainers took this content file. The caller commits."""
    now = datetime.now(UTC).replace(tzinfo=None)
    row = db.session.get(PublishedDefinition, definition.version)
    if row is None:
        row = PublishedDefinition(
            version=definition.version, document=definition.document(), published_at=now, origin=Origin.FILE.value
        )
        db.session.add(row)
    row.from_file_at = now


def audited(definition: Definition) -> dict[str, Any]:
    """The audit, worked out now."""
    from fwsite.domain.audit import audit, audit_document  # a site that starts has the audits that it needs

    return audit_document(audit(definition))


def audit_of(definition: Definition) -> dict[str, Any]:
    """The audit as :func:`fwsite.domain.audit.audit_document` writes it.

    An edition's is stored. Of one that is adjusted to the frameworks, or a draft, it is worked out and kept for a
    while; that takes a tenth of a second or two.
    """
    stored = select(PublishedDefinition.audit).where(PublishedDefinition.version == definition.version)
    return db.session.scalar(stored) or _audited(json.dumps(definition.document()))


@lru_cache(maxsize=_PARSED_KEPT)
def _audited(document: str) -> dict[str, Any]:
    return audited(read_definition(json.loads(document)))


def keep(definition: Definition) -> None:
    """See to it that the definition is stored, so that results can refer to it. Once it is, it stays."""
    if _is_stored(definition.version):
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
        if db.session.get(PublishedDefinition, definition.version) is None:
            raise


@per_content_version
def _is_stored(version: str) -> bool:
    known = select(PublishedDefinition.version).where(PublishedDefinition.version == version)
    return db.session.scalar(known) is not None
