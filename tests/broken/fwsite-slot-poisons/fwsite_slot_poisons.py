"""A slot with a statement that fails, and is caught: on PostgreSQL every statement after it would fail, too."""

from contextlib import suppress

from markupsafe import Markup
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from fwsite.extend import Extension, SlotContext, db


def head(_context: SlotContext) -> Markup:
    with suppress(SQLAlchemyError):
        db.session.execute(text("SELECT * FROM no_such_table"))
    return Markup("")


extension = Extension(
    name="slot_poisons", title="Broken", slots={"site.head": head, "article.header": head, "comparison.criterion": head}
)
