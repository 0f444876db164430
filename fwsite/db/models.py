"""Core tables: what is compared and by what, and who may sign in. Extensions may refer to them by foreign key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Double, ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from fwsite.db.content_version import NOT_CONTENT
from fwsite.db.engine import Base

KEY_LENGTH = 60
"""The most characters that a key of the comparison has, for columns that refer to one."""


class Framework(Base):
    """One of the things compared. ``key`` is stable and never reused; ``version`` counts its changes."""

    __tablename__ = "framework"

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    first_release: Mapped[int | None]
    summary: Mapped[str] = mapped_column(String(280))
    drawback: Mapped[str] = mapped_column(String(280))
    example: Mapped[str] = mapped_column(String(280))
    on_balance: Mapped[str] = mapped_column(String(400))
    state: Mapped[str] = mapped_column(String(9), server_default="published")
    version: Mapped[int] = mapped_column(server_default="1")


class Criterion(Base):
    """What frameworks are compared by. ``key`` is stable and never reused; ``version`` counts its changes.

    One with a ``group_name`` is a row of the table of facts, the others are rated.
    """

    __tablename__ = "criterion"

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    question: Mapped[str] = mapped_column(String(280))
    finding: Mapped[str] = mapped_column(String(400))
    group_name: Mapped[str] = mapped_column(String(40), server_default=text("''"))
    state: Mapped[str] = mapped_column(String(9), server_default="published")
    version: Mapped[int] = mapped_column(server_default="1")


class User(Base):
    """A person who may sign in. ``name_key`` is the name as names are told apart; times are UTC.

    ``link_hash`` is the SHA-256 of the one-time link that sets a password, until ``link_expires_at``.
    """

    __tablename__ = "user"
    __table_args__ = (CheckConstraint("role IN ('maintainer', 'admin')", name="role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    name_key: Mapped[str] = mapped_column(String(160), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool]
    created_at: Mapped[datetime]
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    link_expires_at: Mapped[datetime | None]


class UserSession(Base):
    """One browser where a person is signed in. The cookie has a random token, the table its SHA-256."""

    __tablename__ = "user_session"
    __table_args__ = {"info": NOT_CONTENT}  # noqa: RUF012 - SQLAlchemy declares it so

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Throttle(Base):
    """How often something was tried. ``key_hash`` does not tell by whom; ``expires_at`` is in epoch seconds."""

    __tablename__ = "throttle"
    __table_args__ = {"info": NOT_CONTENT}  # noqa: RUF012 - SQLAlchemy declares it so

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[float] = mapped_column(Double)


class MigrationFault(Base):
    """Why the migrations of a third party's extension failed the last time; no row once they have run."""

    __tablename__ = "migration_fault"
    __table_args__ = {"info": NOT_CONTENT}  # noqa: RUF012 - SQLAlchemy declares it so

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    reason: Mapped[str] = mapped_column(String(1000))
    failed_at: Mapped[datetime]


class ContentVersionRow(Base):
    """The one row of the content version; see :mod:`fwsite.db.content_version`."""

    __tablename__ = "content_version"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)


class CacheTag(Base):
    """The number of one cache tag; see :mod:`fwsite.db.cache_tags`. ``tag`` is the name of an extension."""

    __tablename__ = "cache_tag"
    __table_args__ = {"info": NOT_CONTENT}  # noqa: RUF012 - SQLAlchemy declares it so

    tag: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
