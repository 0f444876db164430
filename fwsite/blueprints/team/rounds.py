"""Round repository: teams that decide, and their members. Links come as tokens and are kept as hashes."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask import abort, current_app
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from fwsite.blueprints.team.models import TeamMember, TeamRound
from fwsite.domain.answers import Answers
from fwsite.domain.questionnaire import Definition
from fwsite.domain.stacks import releases_of
from fwsite.domain.team import PEOPLE, TeamReport, team_report
from fwsite.domain.team_document import FORMAT, team_document, team_report_from_document
from fwsite.extend import (
    Answering,
    answering,
    db,
    known_packages,
    purge_pages,
    reading,
    token_hash,
    utc_now,
)

log = logging.getLogger(__name__)


class Round(NamedTuple):
    """A round as it stands. ``labels`` are those that their people show, in alphabetical order."""

    id: int
    version: str
    begun_at: datetime
    closed_at: datetime | None
    shows_at_once: bool
    expected: int | None
    answered: int
    labels: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether answers may come and change."""
        return self.closed_at is None

    @property
    def shows_result(self) -> bool:
        """Whether the team may read it by now."""
        return self.answered >= PEOPLE.start and (self.shows_at_once or not self.is_open)

    @property
    def deleted_on(self) -> date:
        """The day on which it is gone; another one where it is closed before."""
        return (self.closed_at or self.begun_at).date() + timedelta(days=_keep_days())

    @property
    def can_be_opened(self) -> bool:
        """Whether it is closed, and not so old that an open round would be gone by now."""
        return not self.is_open and self.begun_at.date() + timedelta(days=_keep_days()) > utc_now().date()


class Member(NamedTuple):
    """One person, with what they told of themselves, and their answers; none where these are gone."""

    id: int
    label: str
    shows_label: bool
    answers: Answers | None


class RoundClosed(Exception):
    """No more answers come in."""


class RoundFull(Exception):
    """As many people have answered as a team may have."""


def _keep_days() -> int:
    days: int = current_app.config["TEAM_KEEP_DAYS"]
    return days


def questionnaire() -> Answering:
    """How the questionnaire is answered, or error 503 while nobody can."""
    return answering() or abort(503)


def definition_of(found: Round) -> Definition:
    """The questions of the round: those that were in force when it began."""
    return questionnaire().definition(found.version)


def begin(organiser: str, team: str, *, shows_at_once: bool, expected: int | None) -> None:
    """Begin a round, once for each of the organiser's tokens."""
    known = select(TeamRound.id).where(TeamRound.organiser_hash == token_hash(organiser))
    if db.session.scalar(known) is not None:
        return
    definition = questionnaire().in_force()
    row = TeamRound(
        organiser_hash=token_hash(organiser),
        team_hash=token_hash(team),
        version=definition.version,
        begun_at=utc_now(),
        shows_at_once=shows_at_once,
        expected=expected,
        revision=0,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # the same form was sent twice at a time
        db.session.rollback()
        return
    db.session.commit()


def organised(organiser: str) -> Round | None:
    """The round that whoever has this token began."""
    return _find(TeamRound.organiser_hash == token_hash(organiser))


def of_team(team: str) -> Round | None:
    """The round of the team that has this token."""
    return _find(TeamRound.team_hash == token_hash(team))


def _find(condition: Any) -> Round | None:
    """Where its time is over it is gone, whether or not it was cleared."""
    with reading():
        row = db.session.scalar(select(TeamRound).where(condition))
        if row is None:
            return None
        members = db.session.scalars(select(TeamMember).where(TeamMember.round_id == row.id)).all()
        labels = sorted((each.label for each in members if each.shows_label and each.label), key=str.casefold)
        found = Round(
            row.id,
            row.version,
            row.begun_at,
            row.closed_at,
            row.shows_at_once,
            row.expected,
            len(members),
            tuple(labels),
        )
    return found if found.deleted_on > utc_now().date() else None


def member(found: Round, own: str) -> Member | None:
    """The person of the round who has this token."""
    with reading():
        wanted = TeamMember.round_id == found.id, TeamMember.member_hash == token_hash(own)
        row = db.session.scalar(select(TeamMember).where(*wanted))
        if row is None:
            return None
        answers = questionnaire().stored([row.response_hash]).get(row.response_hash)
        return Member(row.id, row.label, row.shows_label, answers)


def report(found: Round) -> TeamReport | None:
    """What the answers say together; none where fewer than two are left of them.

    It is worked out by whoever looks first after a change, and read from then on; anew where the host has cleared some
    of the answers meanwhile.
    """
    offered = questionnaire()
    with reading():
        document, revision = db.session.execute(
            select(TeamRound.report, TeamRound.revision).where(TeamRound.id == found.id)
        ).one()
        of_round = select(TeamMember.response_hash).where(TeamMember.round_id == found.id)
        answers = offered.stored(db.session.scalars(of_round).all())
        if len(answers) < PEOPLE.start:
            return None
        definition = offered.definition(found.version)
        releases = releases_of(known_packages().values())
    if document is not None and (document.get("format"), document["people"]) == (FORMAT, len(answers)):
        return team_report_from_document(document)
    made = team_report(definition, answers.values(), releases)
    _keep_report(found.id, revision, team_document(definition, made))
    return made


def _keep_report(round_id: int, revision: int, document: dict[str, Any]) -> None:
    """In a transaction of its own; where that fails, or answers have changed, the next one who looks does it again."""
    change = update(TeamRound).where(TeamRound.id == round_id, TeamRound.revision == revision)
    try:
        with db.engine.begin() as connection:
            connection.execute(change.values(report=document))
    except SQLAlchemyError as error:
        log.warning("a team’s result could not be kept: %s", getattr(error, "orig", error))


def put(found: Round, own: str, response_hash: str, label: str, *, shows_label: bool) -> str | None:
    """Take in somebody's answers, or others in their place. Returns the hash of the response that they replace.

    Who writes into a round has its row locked, so that none is lost and a round closes at once for everybody.
    Raises :class:`RoundClosed` or :class:`RoundFull`.
    """
    closed_at = db.session.execute(
        select(TeamRound.closed_at).where(TeamRound.id == found.id).with_for_update()
    ).one_or_none()
    if closed_at is None or closed_at[0] is not None:
        db.session.rollback()
        raise RoundClosed
    row = db.session.scalar(select(TeamMember).where(TeamMember.member_hash == token_hash(own)))
    before = None
    if row is None:
        if _count(found.id) >= PEOPLE.stop - 1:
            db.session.rollback()
            raise RoundFull
        row = TeamMember(round_id=found.id, member_hash=token_hash(own), response_hash=response_hash)
        db.session.add(row)
    elif row.response_hash != response_hash:
        before, row.response_hash = row.response_hash, response_hash
    row.label, row.shows_label = label, shows_label
    _changed(found.id)
    return before


def _count(round_id: int) -> int:
    return db.session.scalar(select(func.count()).where(TeamMember.round_id == round_id)) or 0


def _changed(round_id: int) -> None:
    """Commit, so that the result is worked out anew, and every process forgets the pages of teams."""
    change = update(TeamRound).where(TeamRound.id == round_id)
    db.session.execute(change.values(revision=TeamRound.revision + 1, report=None))
    _commit()


def _commit() -> None:
    purge_pages("team")
    db.session.commit()


def close(found: Round) -> bool:
    """End the round; false where too few have answered, or it is closed."""
    row = db.session.scalar(select(TeamRound).where(TeamRound.id == found.id).with_for_update())
    if row is None or row.closed_at is not None or _count(found.id) < PEOPLE.start:
        db.session.rollback()
        return False
    row.closed_at = utc_now()
    _changed(found.id)
    return True


def open_again(found: Round) -> None:
    """Take a closing back, so that answers come and change as before."""
    if found.can_be_opened:
        db.session.execute(update(TeamRound).where(TeamRound.id == found.id).values(closed_at=None))
        _changed(found.id)


def remove_member(found: Round, who: Member) -> None:
    """Delete somebody's answers, and that they took part."""
    gone = list(
        db.session.scalars(delete(TeamMember).where(TeamMember.id == who.id).returning(TeamMember.response_hash))
    )
    _changed(found.id)
    questionnaire().delete(gone)


def remove(found: Round) -> None:
    """Delete the round with everybody's answers."""
    _remove_rounds([found.id])


def expire() -> int:
    """Delete the rounds whose time is over; returns how many."""
    before = utc_now() - timedelta(days=_keep_days())
    is_over = or_(TeamRound.closed_at < before, TeamRound.closed_at.is_(None) & (TeamRound.begun_at < before))
    over = db.session.scalars(select(TeamRound.id).where(is_over)).all()
    if over:
        _remove_rounds(over)
    return len(over)


def _remove_rounds(numbers: Collection[int]) -> None:
    db.session.execute(select(TeamRound.id).where(TeamRound.id.in_(numbers)).with_for_update())
    gone = list(
        db.session.scalars(
            delete(TeamMember).where(TeamMember.round_id.in_(numbers)).returning(TeamMember.response_hash)
        )
    )
    db.session.execute(delete(TeamRound).where(TeamRound.id.in_(numbers)))
    _commit()
    questionnaire().delete(gone)


def forget_unless_kept(response_hash: str) -> None:
    """Delete a response that the round did not take; not one that somebody's answers are."""
    if db.session.scalar(select(TeamMember.id).where(TeamMember.response_hash == response_hash)) is None:
        questionnaire().delete([response_hash])
