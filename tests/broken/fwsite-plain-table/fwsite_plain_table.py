"""A table without a model, as between two others, that does not begin with the extension's name."""

from pathlib import Path

from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from fwsite.extend import Extension, metadata


class Base(DeclarativeBase):
    metadata = metadata


pairs = Table(
    "pairs",
    metadata,
    Column("one", ForeignKey("plain_table_tag.id"), primary_key=True),
    Column("two", ForeignKey("plain_table_tag.id"), primary_key=True),
)


class Tag(Base):
    __tablename__ = "plain_table_tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    others: Mapped[list["Tag"]] = relationship(
        secondary=pairs, primaryjoin=id == pairs.c.one, secondaryjoin=id == pairs.c.two
    )


extension = Extension(name="plain_table", title="Broken", model_base=Base, migrations=Path(__file__).parent)
