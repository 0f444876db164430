"""Draft repository: the fits that maintainers work on, as they are to be published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from fwsite.blueprints.questionnaire import definitions, grounds
from fwsite.blueprints.questionnaire.models import Draft
from fwsite.domain.questionnaire import Definition, DefinitionError, Fit, parse_definition, read_definition
from fwsite.domain.versions import merged, with_fits
from fwsite.extend import db, emit


class MovedError(Exception):
    """Somebody else has changed, published or discarded the draft meanwhile; nothing was done."""


class Work(NamedTuple):
    """What maintainers see: ``definition`` is the draft, or without one the edition itself.

    Both are about every framework that is published now, so that new ones can be judged.
    """

    edition: Definition
    definition: Definition
    row: Draft | None
    is_behind: bool
    """Whether another edition was published since the draft was begun."""

    @property
    def taken(self) -> Definition | None:
        """The content file that was taken into the draft."""
        return read_definition(self.row.taken) if self.row is not None and self.row.taken else None


def work() -> Work | None:
    """The draft and the edition that it changes; none where nothing is published yet."""
    version = definitions.edition_version()
    if version is None:
        return None
    edition = definitions.with_everything_offered(definitions.definition_of(version))
    row = db.session.get(Draft, 1)
    if row is None:
        return Work(edition, edition, None, is_behind=False)
    draft = definitions.with_everything_offered(read_definition(row.document))
    return Work(edition, draft, row, is_behind=row.base != version)


def save(at: Work, fits: Mapping[tuple[str, str, str], Fit | None], who: str) -> None:
    """Put cells into the draft, which begins with the first of them. Raises :class:`MovedError`."""
    _write(at, with_fits(at.definition, fits), who)


def catch_up(at: Work, who: str) -> None:
    """Put what the draft changes onto the edition that was published meanwhile. Raises :class:`MovedError`."""
    if at.row is None:
        raise MovedError
    base = definitions.definition_of(at.row.base)
    at.row.base = str(definitions.edition_version())
    _write(at, merged(base, at.definition, at.edition), who)


def take(at: Work, file: Definition, who: str) -> None:
    """Take the content file into the draft; the fits that maintainers judged stay. Raises :class:`MovedError`."""
    before = at.taken or definitions.newest_file() or at.edition
    _write(at, merged(before, at.definition, file), who, taken=file)


def _write(at: Work, definition: Definition, who: str, taken: Definition | None = None) -> None:
    row = at.row
    if row is None:
        row = Draft(base=definitions.edition_version())
        db.session.add(row)
    row.document = definition.document()
    row.who, row.changed_at = who, datetime.now(UTC).replace(tzinfo=None)
    if taken is not None:
        row.taken = taken.document()
    _commit()


def publish(at: Work, who: str, note: str) -> None:
    """Put the draft in force, with its audit. Raises :class:`MovedError`, and ``DefinitionError`` for its faults."""
    if at.row is None or at.is_behind:
        raise MovedError
    definition = parse_definition(at.definition.document())
    unfounded = grounds.faults(definition)
    if unfounded:
        raise DefinitionError(unfounded)
    row = definitions.put_in_force(definition, who=who, note=note)
    row.audit = definitions.audited(definition)
    if at.taken is not None:
        definitions.keep_file(at.taken)
    db.session.delete(at.row)
    _commit()
    emit("questionnaire.published", texts=None)


def discard(at: Work) -> None:
    """Throw the draft away. Raises :class:`MovedError`."""
    if at.row is None:
        raise MovedError
    db.session.delete(at.row)
    _commit()


def _commit() -> None:
    try:
        db.session.commit()
    except (StaleDataError, IntegrityError) as error:  # two at once, on a database that lets both begin
        db.session.rollback()
        raise MovedError from error
