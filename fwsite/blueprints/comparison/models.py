"""The comparison's own tables; frameworks and criteria are core tables."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from fwsite.extend import metadata
from fwsite.models import KEY_LENGTH


class ComparisonBase(DeclarativeBase):
    """A registry of its own, so that a fault in here cannot break another extension's models."""

    metadata = metadata


class Source(ComparisonBase):
    """A published work that claims rest on."""

    __tablename__ = "comparison_source"

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    title: Mapped[str] = mapped_column(String(280))
    publisher: Mapped[str] = mapped_column(String(120))
    author: Mapped[str] = mapped_column(String(120))
    published: Mapped[date | None]
    url: Mapped[str] = mapped_column(String(500))
    read_on: Mapped[date]


def _links(name: str, column: Column[int] | Column[str]) -> Table:
    """A table that gives each owner its sources, in order."""
    return Table(
        name,
        metadata,
        column,
        Column("source_key", ForeignKey("comparison_source.key"), primary_key=True),
    )


rating_source = _links(
    "comparison_rating_source",
    Column("rating_id", ForeignKey("comparison_rating.id", ondelete="CASCADE"), primary_key=True),
)
example_source = _links(
    "comparison_example_source",
    Column("framework_key", ForeignKey("framework.key", ondelete="CASCADE"), primary_key=True),
)


class Rating(ComparisonBase):
    """How a framework does on one criterion, 1..5."""

    __tablename__ = "comparison_rating"
    __table_args__ = (
        UniqueConstraint("framework_key", "criterion_key"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        CheckConstraint("evidence IN ('measured', 'sourced', 'opinion')", name="evidence"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    framework_key: Mapped[str] = mapped_column(ForeignKey("framework.key"))
    criterion_key: Mapped[str] = mapped_column(ForeignKey("criterion.key"))
    score: Mapped[int]
    reason: Mapped[str] = mapped_column(String(120))
    evidence: Mapped[str] = mapped_column(String(12))
    reviewed_on: Mapped[date]
    sources: Mapped[list[Source]] = relationship(secondary=rating_source, order_by=Source.key)


class Claim(ComparisonBase):
    """One pro or con. ``key`` is stable and never reused."""

    __tablename__ = "comparison_claim"
    __table_args__ = (
        CheckConstraint("side IN ('pro', 'con')", name="side"),
        CheckConstraint("evidence IN ('measured', 'sourced', 'opinion')", name="evidence"),
    )

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    position: Mapped[int]
    framework_key: Mapped[str] = mapped_column(ForeignKey("framework.key"))
    criterion_key: Mapped[str] = mapped_column(ForeignKey("criterion.key"))
    side: Mapped[str] = mapped_column(String(3))
    text: Mapped[str] = mapped_column(String(280))
    evidence: Mapped[str] = mapped_column(String(12))
    reviewed_on: Mapped[date]
    citations: Mapped[list[Citation]] = relationship(order_by="Citation.position")


class Citation(ComparisonBase):
    """A source of a claim, and the words of it that the claim rests on."""

    __tablename__ = "comparison_citation"

    claim_key: Mapped[str] = mapped_column(ForeignKey("comparison_claim.key", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    source_key: Mapped[str] = mapped_column(ForeignKey("comparison_source.key"))
    words: Mapped[str] = mapped_column(String(280))


class Edition(ComparisonBase):
    """Which content file the tables hold: its SHA-256, and the day it was read."""

    __tablename__ = "comparison_edition"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    loaded_on: Mapped[date]
