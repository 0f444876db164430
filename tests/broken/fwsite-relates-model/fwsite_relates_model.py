"""A relationship on the model of people, to a model of its own."""

from pathlib import Path

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from fwsite.extend import Extension, metadata
from fwsite.models import User


class Base(DeclarativeBase):
    metadata = metadata


class Entry(Base):
    __tablename__ = "relates_model_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))


User.notes = relationship(Entry)
extension = Extension(name="relates_model", title="Broken", model_base=Base, migrations=Path(__file__).parent)
