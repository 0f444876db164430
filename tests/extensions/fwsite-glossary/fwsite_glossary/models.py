"""The tables of the glossary."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fwsite.extend import metadata

from .entries import DEFINITION_LENGTH, KEY_LENGTH, TERM_LENGTH

SLUG_LENGTH = 60


class Base(DeclarativeBase):
    """A registry of our own on the site's metadata."""

    metadata = metadata


class Term(Base):
    """One term. ``key`` is the term as terms are told apart; ``version`` counts its changes; times are UTC."""

    __tablename__ = "glossary_term"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), unique=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    term: Mapped[str] = mapped_column(String(TERM_LENGTH))
    aliases: Mapped[list[str]] = mapped_column(JSON)
    definition: Mapped[str] = mapped_column(String(DEFINITION_LENGTH))
    version: Mapped[int]
    changed_at: Mapped[datetime]


class State(Base):
    """The one row that writers lock. ``filled`` says whether there ever was a term."""

    __tablename__ = "glossary_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    filled: Mapped[bool]
