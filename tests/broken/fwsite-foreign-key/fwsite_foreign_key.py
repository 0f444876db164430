"""Refers to a table of another extension that it does not name in after."""

from pathlib import Path

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fwsite.extend import Extension, metadata


class Base(DeclarativeBase):
    metadata = metadata


class Entry(Base):
    __tablename__ = "foreign_key_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("neighbour_visit.id", ondelete="CASCADE"))


extension = Extension(name="foreign_key", title="Broken", model_base=Base, migrations=Path(__file__).parent)
