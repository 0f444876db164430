"""Counts the frameworks."""

from sqlalchemy import text

from fwsite.extend import db

revision = "session_in_migration_0001"
down_revision = None


def upgrade() -> None:
    db.session.execute(text("SELECT count(*) FROM framework"))
