"""A slot with a statement that fails."""

from markupsafe import Markup
from sqlalchemy import text

from fwsite.extend import Extension, SlotContext, db


def show(_context: SlotContext) -> Markup:
    return Markup(db.session.scalar(text("SELECT * FROM no_such_table")))


extension = Extension(
    name="slot_fails_in_sql", title="Broken", slots={"site.header": show, "comparison.framework": show}
)
