"""Published definitions, and stored answers. Nothing in here says who answered."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from fwsite.extend import metadata


class QuestionnaireBase(DeclarativeBase):
    """A registry of its own, so that a fault in here cannot break another extension's models."""

    metadata = metadata


class Origin(StrEnum):
    """Where a definition comes from: the content file, or that adjusted to the frameworks that there were."""

    EDITION = "edition"
    ADJUSTED = "adjusted"


class PublishedDefinition(QuestionnaireBase):
    """One version of the questionnaire, kept unchanged for the results that were given by it."""

    __tablename__ = "questionnaire_definition"

    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[datetime]
    """When it last became the current one; of the editions the latest is current."""
    origin: Mapped[str] = mapped_column(String(8), server_default=Origin.EDITION.value)


class StoredResponse(QuestionnaireBase):
    """One submission. Only the hash of its token is kept: the address is the visitor's alone."""

    __tablename__ = "questionnaire_response"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[str] = mapped_column(ForeignKey("questionnaire_definition.version"))
    created_on: Mapped[date]
    answers: Mapped[list[StoredAnswer]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class StoredAnswer(QuestionnaireBase):
    """The answer to one question: answered, not sure and skipped are kept apart."""

    __tablename__ = "questionnaire_answer"
    __table_args__ = (
        UniqueConstraint("response_id", "question"),
        CheckConstraint("state IN ('answered', 'not_sure', 'skipped')", name="state"),
        CheckConstraint("weight IN ('little', 'normal', 'lot', 'must')", name="weight"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_response.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))
    options: Mapped[list[str]] = mapped_column(JSON)
    weight: Mapped[str] = mapped_column(String(10))
