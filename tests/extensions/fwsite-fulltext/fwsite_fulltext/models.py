"""What can be found. The index over it is the database's own and made by the migration."""

from __future__ import annotations

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fwsite.extend import metadata


class Base(DeclarativeBase):
    """A registry of our own on the site's metadata."""

    metadata = metadata


class Entry(Base):
    """One text of one extension, as it was when its ``digest`` was taken.

    SQLite has an FTS5 table ``fulltext_index`` over it that triggers keep in step, PostgreSQL a further column,
    ``words``, that it generates.
    """

    __tablename__ = "fulltext_entry"
    __table_args__ = (UniqueConstraint("extension", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    extension: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
