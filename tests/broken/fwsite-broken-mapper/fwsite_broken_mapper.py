"""A model that refers to a class that is not there."""

from pathlib import Path

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from fwsite.extend import Extension, metadata


class Base(DeclarativeBase):
    metadata = metadata


class Entry(Base):
    __tablename__ = "broken_mapper_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    author = relationship("Author")


extension = Extension(name="broken_mapper", title="Broken", model_base=Base, migrations=Path(__file__).parent)
