"""Such a relationship once more, in a query that is made while it is imported: by then the attribute is there."""

from pathlib import Path

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from fwsite.extend import Extension, metadata
from fwsite.models import User


class Base(DeclarativeBase):
    metadata = metadata


class Entry(Base):
    __tablename__ = "backref_in_use_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    user: Mapped[User] = relationship(User, backref="uses")


BY_PERSON = select(User.name, Entry.id).join(Entry.user)
extension = Extension(name="backref_in_use", title="Broken", model_base=Base, migrations=Path(__file__).parent)
