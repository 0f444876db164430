"""A model on the table of people, with a column more."""

from pathlib import Path

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fwsite.extend import Extension, metadata


class Base(DeclarativeBase):
    metadata = metadata


class Person(Base):
    __tablename__ = "user"
    __table_args__ = {"extend_existing": True}  # noqa: RUF012 - as SQLAlchemy has it

    id: Mapped[int] = mapped_column(primary_key=True)
    nickname: Mapped[str]


extension = Extension(name="extends_table", title="Broken", model_base=Base, migrations=Path(__file__).parent)
