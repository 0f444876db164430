"""A table with the cache tag of another extension, whose pages it is not on."""

from pathlib import Path

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fwsite.extend import Extension, cache_tag, metadata


class Base(DeclarativeBase):
    metadata = metadata


class Entry(Base):
    __tablename__ = "borrows_tag_entry"
    __table_args__ = {"info": cache_tag("article")}  # noqa: RUF012 - SQLAlchemy declares it so

    id: Mapped[int] = mapped_column(primary_key=True)


extension = Extension(name="borrows_tag", title="Broken", model_base=Base, migrations=Path(__file__).parent)
