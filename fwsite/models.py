"""Core tables: what is compared and by what. Extensions may refer to them by foreign key."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from fwsite.database import Base

KEY_LENGTH = 60


class Framework(Base):
    """One of the things compared. ``key`` is stable and never reused."""

    __tablename__ = "framework"

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    first_release: Mapped[int | None]
    summary: Mapped[str] = mapped_column(String(280))
    drawback: Mapped[str] = mapped_column(String(280))
    example: Mapped[str] = mapped_column(String(280))
    on_balance: Mapped[str] = mapped_column(String(400))


class Criterion(Base):
    """What frameworks are compared by. ``key`` is stable and never reused."""

    __tablename__ = "criterion"

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    question: Mapped[str] = mapped_column(String(280))
    finding: Mapped[str] = mapped_column(String(400))
