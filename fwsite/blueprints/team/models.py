"""Team tables: rounds, and who takes part in them. The answers are responses of the questionnaire."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fwsite.extend import NOT_CONTENT, metadata


class TeamBase(DeclarativeBase):
    """A registry of its own, so that a fault in here cannot break another extension's models."""

    metadata = metadata


class TeamRound(TeamBase):
    """One decision of a team. Only hashes of its links are kept."""

    __tablename__ = "team_round"
    __table_args__ = {"info": NOT_CONTENT}  # noqa: RUF012 - SQLAlchemy declares it so

    id: Mapped[int] = mapped_column(primary_key=True)
    organiser_hash: Mapped[str] = mapped_column(String(64), unique=True)
    team_hash: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[str] = mapped_column(String(64))
    """Of the questionnaire: all answer the same questions."""
    begun_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    shows_at_once: Mapped[bool]
    expected: Mapped[int | None]
    """How many people whoever began expects."""
    revision: Mapped[int]
    """Counts what has changed the result."""
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The result, as :func:`fwsite.domain.team_document.team_document` writes it, once somebody has looked at it after
    the last change.
    """


class TeamMember(TeamBase):
    """One person of a round: the hash of their own link, and that of the response with their answers."""

    __tablename__ = "team_member"
    __table_args__ = {"info": NOT_CONTENT}  # noqa: RUF012 - SQLAlchemy declares it so

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("team_round.id"), index=True)
    member_hash: Mapped[str] = mapped_column(String(64), unique=True)
    response_hash: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(40))
    shows_label: Mapped[bool]
