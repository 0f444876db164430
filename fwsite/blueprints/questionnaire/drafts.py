"""Draft repository: fits, notes and scenarios that maintainers work on, as they are to be published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from fwsite.blueprints.questionnaire import definitions, grounds
from fwsite.blueprints.questionnaire.models import Draft
from fwsite.domain.items import State
from fwsite.domain.naming import stands_in
from fwsite.domain.notes import Note
from fwsite.domain.questionnaire import Definition, DefinitionError, Fit, parse_definition, read_definition
from fwsite.domain.scenarios import Scenario
from fwsite.domain.versions import differences, fits_of, merged, with_fits, without_alternatives
from fwsite.extend import db, emit


class MovedError(Exception):
    """Somebody else has changed, published or discarded the draft meanwhile; nothing was done."""


class Work(NamedTuple):
    """What maintainers see: ``definition`` is the draft, or without one the edition itself.

    Both are about every framework that is published now or a draft, so that new ones can be judged.
    """

    published: Definition
    """The edition as it was published, whatever frameworks there are now."""
    edition: Definition
    definition: Definition
    row: Draft | None
    is_behind: bool
    """Whether another edition was published since the draft was begun."""
    unpublished: Mapping[str, str]
    """The state of each framework that visitors do not get."""

    @property
    def waiting(self) -> tuple[str, ...]:
        """The frameworks that are drafts: their fits are published with them, and not before."""
        return tuple(key for key in self.definition.names if self.unpublished.get(key) == State.DRAFT)

    @property
    def _secret(self) -> list[str]:
        """The frameworks that visitors must not hear of."""
        return [key for key in self.unpublished if key not in self.published.names]

    @property
    def nameable(self) -> Mapping[str, str]:
        """Key and name of the alternatives that notes and scenarios may be about: visitors know them."""
        return {key: name for key, name in self.definition.names.items() if key not in self._secret}

    def tells_of_drafts(self, text: str) -> str | None:
        """The name of a framework that visitors must not hear of and the text tells of; none where it tells of none."""
        names = (self.definition.names.get(key) for key in self._secret)
        return next((name for name in names if name and stands_in(name, text)), None)

    def for_visitors(self, definition: Definition) -> Definition:
        """The definition without what visitors must not know: of a framework that is a draft they get at most the
        fits that were published before it became one.
        """
        known = {key for key in self.waiting if key in self.published.names}
        cells = {place: fit for key in known for place, fit in fits_of(self.published, key).items()}
        return without_alternatives(with_fits(definition, cells), self._secret)

    @property
    def taken(self) -> Definition | None:
        """The content file that was taken into the draft."""
        return read_definition(self.row.taken) if self.row is not None and self.row.taken else None


def work() -> Work | None:
    """The draft and the edition that it changes; none where nothing is published yet."""
    version = definitions.edition_version()
    if version is None:
        return None
    published = definitions.definition_of(version)
    edition = definitions.with_everything_offered(published)
    row = db.session.get(Draft, 1)
    draft = edition if row is None else definitions.with_everything_offered(read_definition(row.document))
    is_behind = row is not None and row.base != version
    return Work(published, edition, draft, row, is_behind, definitions.unpublished())


def save(at: Work, fits: Mapping[tuple[str, str, str], Fit | None], who: str) -> None:
    """Put cells into the draft, which begins with the first of them. Raises :class:`MovedError`."""
    _write(at, with_fits(at.definition, fits), who)


def save_list(at: Work, part: str, items: Iterable[Note | Scenario], who: str) -> None:
    """Put all notes or all scenarios into the draft. Raises :class:`MovedError`."""
    changes: dict[str, Any] = {part: tuple(items)}
    _write(at, replace(at.definition, **changes), who)


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
    """Put the draft in force, with its audit. Raises :class:`MovedError`, and ``DefinitionError`` for its faults.

    The fits of frameworks that are drafts stay in it.
    """
    if at.row is None or at.is_behind:
        raise MovedError
    wanted = at.for_visitors(at.definition)
    definition = _put_in_force(wanted, who, note, on=wanted)
    if at.taken is not None:
        definitions.keep_file(at.taken)
    _keep_waiting(at, at.row, definition)
    _commit()
    emit("questionnaire.published", texts=None)


def discard(at: Work) -> None:
    """Throw the draft away, but for the fits of frameworks that are drafts. Raises :class:`MovedError`."""
    if at.row is None:
        raise MovedError
    _keep_waiting(at, at.row, at.published)
    _commit()


def of_framework(at: Work, key: str) -> Definition:
    """The edition with what the draft changes in the fits of one framework."""
    if at.row is None:
        return at.published
    before = fits_of(definitions.definition_of(at.row.base), key)
    changed = {place: fit for place, fit in fits_of(at.definition, key).items() if fit != before.get(place)}
    if not changed:
        return at.published
    offered = [each for each in at.edition.alternatives if each.key == key]
    return with_fits(at.published.with_alternatives(offered, ()), changed)


def publish_framework(at: Work, key: str, who: str, note: str) -> bool:
    """Put the fits of one framework in force, and leave all others in the draft; whether there were any.

    The caller commits. Raises ``DefinitionError`` for its faults.
    """
    wanted = of_framework(at, key)
    if at.row is None or wanted.version == at.published.version:
        return False
    definition = _put_in_force(wanted, who, note, on=_changed_alone(at, wanted, key))
    if not at.is_behind:
        _go_on(at.row, definition, at.definition)
    return True


def _changed_alone(at: Work, wanted: Definition, key: str) -> Definition:
    """What is new in the fits of one framework: all others were published as they are."""
    before = fits_of(at.published, key)
    same = {place: None for place, fit in fits_of(wanted, key).items() if fit == before.get(place)}
    return with_fits(without_alternatives(wanted, [name for name in wanted.names if name != key]), same)


def _put_in_force(wanted: Definition, who: str, note: str, *, on: Definition) -> Definition:
    """Make it the edition. ``on`` has the fits whose grounds have to hold."""
    definition = parse_definition(wanted.document())
    unfounded = grounds.faults(on)
    if unfounded:
        raise DefinitionError(unfounded)
    row = definitions.put_in_force(definition, who=who, note=note)
    row.audit = definitions.audited(definition)
    db.session.flush()
    return definition


def _keep_waiting(at: Work, row: Draft, onto: Definition) -> None:
    """Begin the draft anew, about ``onto``, with the fits of frameworks that are drafts alone."""
    cells = {place: fit for key in at.waiting for place, fit in fits_of(at.definition, key).items()}
    row.taken = None
    _go_on(row, onto, with_fits(definitions.with_everything_offered(onto), cells))


def _go_on(row: Draft, onto: Definition, left: Definition) -> None:
    """Let the draft change ``onto`` from here on; it ends where nothing is left in it."""
    found = differences(definitions.with_everything_offered(onto), left)
    if row.taken is None and not replace(found, reordered=False):
        db.session.delete(row)
        return
    row.base, row.document = onto.version, left.document()


def _commit() -> None:
    try:
        db.session.commit()
    except (StaleDataError, IntegrityError) as error:  # two at once, on a database that lets both begin
        db.session.rollback()
        raise MovedError from error
