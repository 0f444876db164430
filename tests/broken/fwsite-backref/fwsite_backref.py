"""A relationship that puts an attribute on people: with the table gone, nobody could be deleted any more."""

from pathlib import Path

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from fwsite.extend import Extension, metadata
from fwsite.models import User


class Base(DeclarativeBase):
    metadata = metadata


class Entry(Base):
    __tablename__ = "backref_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    user: Mapped[User] = relationship(User, backref="entries")


extension = Extension(name="backref", title="Broken", model_base=Base, migrations=Path(__file__).parent)
