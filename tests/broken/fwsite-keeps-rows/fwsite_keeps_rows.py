"""A foreign key that does not say what becomes of it: the neighbour could not delete that row any more."""

from pathlib import Path

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fwsite.extend import Extension, metadata


class Base(DeclarativeBase):
    metadata = metadata


class Entry(Base):
    __tablename__ = "keeps_rows_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("neighbour_visit.id"))


extension = Extension(
    name="keeps_rows", title="Broken", after=("neighbour",), model_base=Base, migrations=Path(__file__).parent
)
