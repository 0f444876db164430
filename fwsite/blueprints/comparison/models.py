"""Comparison tables; frameworks and criteria are core tables."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint
from sqlalchemy import text as sql_text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from fwsite.domain.items import Item, Kind
from fwsite.extend import KEY_LENGTH, NOT_CONTENT, metadata

BATCH = "batch"
"""What a change of many items at once has for its kind."""
ITEM_KEY_LENGTH = 2 * KEY_LENGTH + 1
"""A rating's key is made of two."""


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
    voice: Mapped[str] = mapped_column(String(11), server_default=sql_text("''"))
    archive: Mapped[str] = mapped_column(String(120), server_default=sql_text("''"))
    sha256: Mapped[str] = mapped_column(String(64), server_default=sql_text("''"))
    file: Mapped[str] = mapped_column(String(240), server_default=sql_text("''"))
    state: Mapped[str] = mapped_column(String(9), server_default="published")
    version: Mapped[int] = mapped_column(server_default="1")


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
    state: Mapped[str] = mapped_column(String(9), server_default="published")
    version: Mapped[int] = mapped_column(server_default="1")
    sources: Mapped[list[Source]] = relationship(secondary=rating_source, order_by=Source.key)


class Claim(ComparisonBase):
    """One pro or con. ``key`` is stable and never reused."""

    __tablename__ = "comparison_claim"
    __table_args__ = (
        Index("ix_comparison_claim_cell", "framework_key", "criterion_key", "side", "position"),
        CheckConstraint("side IN ('pro', 'con')", name="side"),
        CheckConstraint("evidence IN ('measured', 'sourced', 'opinion')", name="evidence"),
    )

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    position: Mapped[int]
    framework_key: Mapped[str] = mapped_column(ForeignKey("framework.key"))
    criterion_key: Mapped[str] = mapped_column(ForeignKey("criterion.key"))
    side: Mapped[str] = mapped_column(String(3))
    answer: Mapped[str] = mapped_column(String(40), server_default=sql_text("''"))
    text: Mapped[str] = mapped_column(String(280))
    evidence: Mapped[str] = mapped_column(String(12))
    reviewed_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(9), server_default="published")
    version: Mapped[int] = mapped_column(server_default="1")
    citations: Mapped[list[Citation]] = relationship(
        order_by="Citation.position", cascade="all, delete-orphan", passive_deletes=True
    )


class Citation(ComparisonBase):
    """A source of a claim, and the words of it that the claim rests on."""

    __tablename__ = "comparison_citation"

    claim_key: Mapped[str] = mapped_column(ForeignKey("comparison_claim.key", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    source_key: Mapped[str] = mapped_column(ForeignKey("comparison_source.key"))
    words: Mapped[str] = mapped_column(String(280))


class Receipt(ComparisonBase):
    """What became of quoted words in a release's archive, whoever quotes them; ``words`` is their digest."""

    __tablename__ = "comparison_receipt"
    __table_args__ = (CheckConstraint("found IN ('there', 'moved', 'gone')", name="found"),)

    words: Mapped[str] = mapped_column(String(64), primary_key=True)
    source_file: Mapped[str] = mapped_column(String(240), primary_key=True)
    """Where they are said to stand."""
    archive: Mapped[str] = mapped_column(String(120), primary_key=True)
    found: Mapped[str] = mapped_column(String(5))
    file: Mapped[str] = mapped_column(String(240))
    """Where they stand, or what comes closest."""
    passage: Mapped[str] = mapped_column(String(600))
    checked_on: Mapped[date]


class ReleaseFacts(ComparisonBase):
    """The newest release of a package, as an index described it on a day."""

    __tablename__ = "comparison_release"

    package: Mapped[str] = mapped_column(String(100), primary_key=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    read_on: Mapped[date]


class MeasuredRun(ComparisonBase):
    """A run of ``fwsite measure`` on this host; ``document`` is its file."""

    __tablename__ = "comparison_run"

    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    made_at: Mapped[datetime]
    document: Mapped[dict[str, Any]] = mapped_column(JSON)


class StillTrue(ComparisonBase):
    """A claim that a person looked at beside a newer release of the package that it quotes."""

    __tablename__ = "comparison_still_true"

    claim_key: Mapped[str] = mapped_column(ForeignKey("comparison_claim.key", ondelete="CASCADE"), primary_key=True)
    package: Mapped[str] = mapped_column(String(100), primary_key=True)
    version: Mapped[str] = mapped_column(String(40))


class Edition(ComparisonBase):
    """Which content file the tables hold: its SHA-256, and the day it was read."""

    __tablename__ = "comparison_edition"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    loaded_on: Mapped[date]


class Shipped(ComparisonBase):
    """The digest of an item's document as the content file last had it, to know what people changed since."""

    __tablename__ = "comparison_shipped"

    kind: Mapped[str] = mapped_column(String(9), primary_key=True)
    item_key: Mapped[str] = mapped_column(String(ITEM_KEY_LENGTH), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))


class PendingChange(ComparisonBase):
    """A published item as it is to read once its framework is published anew: a draft beside what visitors get.

    ``base`` is the document that it was written over: what others change meanwhile is merged with it.
    """

    __tablename__ = "comparison_pending"
    __table_args__ = {"info": NOT_CONTENT}  # noqa: RUF012 - SQLAlchemy declares it so

    kind: Mapped[str] = mapped_column(String(9), primary_key=True)
    item_key: Mapped[str] = mapped_column(String(ITEM_KEY_LENGTH), primary_key=True)
    framework_key: Mapped[str] = mapped_column(ForeignKey("framework.key"), index=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    base: Mapped[dict[str, Any]] = mapped_column(JSON)
    who: Mapped[str] = mapped_column(String(40))
    changed_at: Mapped[datetime]


class Change(ComparisonBase):
    """One change: who made what of which item, when and why. Rows are added, never changed.

    ``stored`` is the item's document after the change, in the shape of its time, ``version`` its number. A change of
    many items at once, such as an import, is a row of its own with the kind ``batch``, and each of its items' changes
    names it.
    """

    __tablename__ = "comparison_change"
    __table_args__ = (Index("ix_comparison_change_item", "kind", "item_key", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(9))
    item_key: Mapped[str] = mapped_column(String(ITEM_KEY_LENGTH))
    version: Mapped[int]
    action: Mapped[str] = mapped_column(String(9))
    who: Mapped[str] = mapped_column(String(40))
    """A person's name; empty where the site itself did it, at the host's command."""
    made_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(280))
    stored: Mapped[dict[str, Any]] = mapped_column("document", JSON)
    public: Mapped[bool]
    """Whether visitors may read it: drafts are their makers' own until they are published."""
    framework_key: Mapped[str | None] = mapped_column(String(KEY_LENGTH), index=True)
    moved_from: Mapped[str | None] = mapped_column(String(KEY_LENGTH))
    """For a move: the key of the item it came after before; empty for the first place."""
    moved_to: Mapped[str | None] = mapped_column(String(KEY_LENGTH))
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("comparison_change.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("comparison_change.id"), index=True)

    @property
    def item(self) -> Item | None:
        """The item after the change, with the fields of today; none for a batch."""
        return None if self.kind == BATCH else Item.of(Kind(self.kind), self.stored, self.version)

    @property
    def document(self) -> dict[str, Any]:
        """The item's document, with the fields of today; of a batch, what there is to say of it."""
        item = self.item
        return item.document if item else self.stored


class Suggestion(ComparisonBase):
    """What a visitor proposed: a new point, or a better text for one that is wrong. Nothing says who it was."""

    __tablename__ = "comparison_suggestion"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'published', 'rejected')", name="state"),
        CheckConstraint("side IN ('pro', 'con')", name="side"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    claim_key: Mapped[str | None] = mapped_column(ForeignKey("comparison_claim.key"))
    """The claim that is called wrong; none for a new point."""
    claim_text: Mapped[str] = mapped_column(String(280))
    """That claim's text as the visitor saw it."""
    framework_key: Mapped[str] = mapped_column(ForeignKey("framework.key"))
    criterion_key: Mapped[str] = mapped_column(ForeignKey("criterion.key"))
    side: Mapped[str] = mapped_column(String(3))
    text: Mapped[str] = mapped_column(String(280))
    remark: Mapped[str] = mapped_column(String(1000))
    source_title: Mapped[str] = mapped_column(String(280))
    source_url: Mapped[str] = mapped_column(String(500))
    source_words: Mapped[str] = mapped_column(String(280))
    state: Mapped[str] = mapped_column(String(9), index=True)
    reason: Mapped[str] = mapped_column(String(1000))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(40))
    change_id: Mapped[int | None] = mapped_column(ForeignKey("comparison_change.id"))
    """The change that published it."""
