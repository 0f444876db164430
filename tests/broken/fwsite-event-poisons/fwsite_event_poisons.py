"""Leaves a failed statement behind when answers were stored."""

from contextlib import suppress

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from fwsite.extend import EventContext, Extension, db


def stored(_context: EventContext) -> None:
    with suppress(SQLAlchemyError):
        db.session.execute(text("INSERT INTO no_such_table VALUES (1)"))


extension = Extension(
    name="event_poisons", title="Broken", events={"questionnaire.answer_stored": stored, "article.shown": stored}
)
