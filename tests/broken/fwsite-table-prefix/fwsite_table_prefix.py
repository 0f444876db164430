"""A model whose table does not begin with the extension's name."""

from pathlib import Path

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fwsite.extend import Extension, metadata


class Base(DeclarativeBase):
    metadata = metadata


class Entry(Base):
    __tablename__ = "entry"

    id: Mapped[int] = mapped_column(primary_key=True)


extension = Extension(name="table_prefix", title="Broken", model_base=Base, migrations=Path(__file__).parent)
