"""The table of counts."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fwsite.extend import KEY_LENGTH, cache_tag, metadata


class Base(DeclarativeBase):
    """A registry of our own on the site's metadata."""

    metadata = metadata


class Count(Base):
    """How many agree and disagree with a claim. Where the claim stood when somebody last voted is kept beside it, so
    that a rating's votes are counted without reading the comparison.

    With the cache tag, a vote makes those pages anew that show votes, and no other.
    """

    __tablename__ = "votes_count"
    __table_args__ = {"info": cache_tag("votes")}  # noqa: RUF012 - SQLAlchemy declares it so

    claim: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    framework: Mapped[str] = mapped_column(String(KEY_LENGTH))
    criterion: Mapped[str] = mapped_column(String(KEY_LENGTH))
    agree: Mapped[int]
    disagree: Mapped[int]
