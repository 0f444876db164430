"""Questionnaire tables: published definitions, and stored answers. Nothing in here says who answered."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fwsite.extend import NOT_CONTENT, metadata


class QuestionnaireBase(DeclarativeBase):
    """A registry of its own, so that a fault in here cannot break another extension's models."""

    metadata = metadata


class Origin(StrEnum):
    """What a definition is: one that was published, that adjusted to the frameworks that there were, or a content
    file that maintainers took into what they published.
    """

    EDITION = "edition"
    ADJUSTED = "adjusted"
    FILE = "file"


class PublishedDefinition(QuestionnaireBase):
    """One version of the questionnaire, kept unchanged for the results that were given by it."""

    __tablename__ = "questionnaire_definition"

    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[datetime]
    """When it last became the current one; of the editions the latest is current."""
    origin: Mapped[str] = mapped_column(String(8), server_default=Origin.EDITION.value)
    who: Mapped[str | None] = mapped_column(String(40))
    """The maintainer who published it; none where the content file was published."""
    from_file_at: Mapped[datetime | None]
    """When the content file was published as it stands here, or taken by a maintainer; none where it never was."""
    file_digest: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of that content file."""
    note: Mapped[str | None] = mapped_column(String(280))
    audit: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Of an edition, as :func:`fwsite.domain.audit.audit_document` writes it."""


class Draft(QuestionnaireBase):
    """The one definition that maintainers are working on, until it is published or discarded."""

    __tablename__ = "questionnaire_draft"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    base: Mapped[str] = mapped_column(ForeignKey("questionnaire_definition.version"))
    """The edition that it changes."""
    taken: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The content file that was taken into it, as a definition's document."""
    version: Mapped[int] = mapped_column()
    """Counts its changes: of two at once the second finds nothing to change."""
    who: Mapped[str] = mapped_column(String(40))
    changed_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy declares it so


class StoredResponse(QuestionnaireBase):
    """One submission, with its result. Only hashes of its tokens are kept: the addresses are the visitor's own."""

    __tablename__ = "questionnaire_response"
    __table_args__ = (Index(None, "version", "published_before"), {"info": NOT_CONTENT})

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[str] = mapped_column(ForeignKey("questionnaire_definition.version"))
    created_on: Mapped[date] = mapped_column(index=True)
    view_hash: Mapped[str | None] = mapped_column(String(64), unique=True, index=True)
    """For the address to share, which only reads; none for responses from before there was one."""
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, server_default="{}")
    """As :func:`fwsite.domain.answers.stored_document` writes them."""
    winners: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """Who came first, or those who tied; nobody where no alternative met every must. None where it was stored before
    there were results."""
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What was worked out, as :func:`fwsite.domain.report.result_document` writes it, for whoever looked first; none
    until somebody has."""
    published_before: Mapped[int] = mapped_column(server_default="0")
    """How often numbers of its version had been published when it came; see :class:`Statistics`."""


class Statistics(QuestionnaireBase):
    """How many responses a version has, and the numbers about them that are published.

    A writer of responses locks this row before the tallies, so that those of a version are changed in turn.
    """

    __tablename__ = "questionnaire_statistics"
    __table_args__ = {"info": NOT_CONTENT}  # noqa: RUF012 - SQLAlchemy declares it so

    version: Mapped[str] = mapped_column(ForeignKey("questionnaire_definition.version"), primary_key=True)
    responses: Mapped[int]
    moved: Mapped[int]
    """Responses that are in one of the two only: what was last published, and what is stored now."""
    published: Mapped[int]
    """How often numbers were published."""
    document: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """As :func:`fwsite.domain.statistics.published` writes it; none while there are too few responses."""


class TallyCount(QuestionnaireBase):
    """One number of a version's tally, as :class:`fwsite.domain.statistics.Cell` says; none is zero.

    Responses are counted in when numbers are published, and from then on until they are deleted: those with a lower
    ``published_before`` than their version's ``published``.
    """

    __tablename__ = "questionnaire_tally"
    __table_args__ = {"info": NOT_CONTENT}  # noqa: RUF012 - SQLAlchemy declares it so

    version: Mapped[str] = mapped_column(ForeignKey("questionnaire_definition.version"), primary_key=True)
    part: Mapped[str] = mapped_column(String(8), primary_key=True)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    cell: Mapped[str] = mapped_column(String(60), primary_key=True)
    count: Mapped[int]


class DayCount(QuestionnaireBase):
    """What a day brought to a version: how many responses, and how many of these from the one network that sent most.

    Neither becomes less when responses are deleted: see :func:`fwsite.domain.concentration.from_one_network`.
    """

    __tablename__ = "questionnaire_day"
    __table_args__ = {"info": NOT_CONTENT}  # noqa: RUF012 - SQLAlchemy declares it so

    version: Mapped[str] = mapped_column(ForeignKey("questionnaire_definition.version"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    received: Mapped[int]
    largest: Mapped[int]


class NetworkCount(QuestionnaireBase):
    """How many responses a network has sent on a day, until that day is over.

    ``mark`` is a piece of a hash, keyed with the site's secret and the day: so short that hundreds of addresses share
    it, and another one each day. Nothing leads from here to a response.
    """

    __tablename__ = "questionnaire_network"
    __table_args__ = {"info": NOT_CONTENT}  # noqa: RUF012 - SQLAlchemy declares it so

    version: Mapped[str] = mapped_column(ForeignKey("questionnaire_definition.version"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(6), primary_key=True)
    count: Mapped[int]
