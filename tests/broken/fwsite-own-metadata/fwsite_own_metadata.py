"""Metadata of its own: foreign keys to the site's tables could not be found."""

from pathlib import Path

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fwsite.extend import Extension


class Base(DeclarativeBase):
    pass


class Entry(Base):
    __tablename__ = "own_metadata_entry"

    id: Mapped[int] = mapped_column(primary_key=True)


extension = Extension(name="own_metadata", title="Broken", model_base=Base, migrations=Path(__file__).parent)
