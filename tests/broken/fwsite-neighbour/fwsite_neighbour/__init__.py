"""No fault at all: a table, a page, an entry in the navigation, a slot. It must stand among all the others."""

from pathlib import Path

from flask import Blueprint
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fwsite.extend import Extension, NavItem, SitemapEntry, SlotContext, db, metadata


class Base(DeclarativeBase):
    metadata = metadata


class Visit(Base):
    __tablename__ = "neighbour_visit"

    id: Mapped[int] = mapped_column(primary_key=True)


bp = Blueprint("neighbour", __name__)


@bp.get("/")
def index() -> str:
    return f"visits: {db.session.scalar(select(func.count(Visit.id)))}"


def header(_context: SlotContext) -> Markup:
    return Markup("<p>The neighbour counts {}</p>").format(db.session.scalar(select(func.count(Visit.id))))


extension = Extension(
    name="neighbour",
    title="Neighbour",
    blueprint=bp,
    nav=(NavItem(label="Neighbour", endpoint="neighbour.index"),),
    slots={"site.header": header},
    model_base=Base,
    migrations=Path(__file__).parent / "migrations",
    sitemap=lambda: [SitemapEntry(path="/neighbour/")],
)
