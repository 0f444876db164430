"""Entries, and the index over them: the database itself keeps it in step, within the same transaction."""

import sqlalchemy as sa
from alembic import op

revision = "fulltext_0001"
down_revision = None

_FTS5 = (
    """
    CREATE VIRTUAL TABLE fulltext_index USING fts5(
      title, body,
      content = 'fulltext_entry', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER fulltext_entry_added AFTER INSERT ON fulltext_entry BEGIN
      INSERT INTO fulltext_index (rowid, title, body) VALUES (new.id, new.title, new.body);
    END
    """,
    """
    CREATE TRIGGER fulltext_entry_removed AFTER DELETE ON fulltext_entry BEGIN
      INSERT INTO fulltext_index (fulltext_index, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
    END
    """,
    """
    CREATE TRIGGER fulltext_entry_changed AFTER UPDATE ON fulltext_entry BEGIN
      INSERT INTO fulltext_index (fulltext_index, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
      INSERT INTO fulltext_index (rowid, title, body) VALUES (new.id, new.title, new.body);
    END
    """,
)
# PostgreSQL takes "django.contrib" for a host and "and/or" for a file: with blanks for these signs they are words.
_SIGNS = "./-@:_&?=#+~<'‘’“”–—…\u00a0"


def upgrade() -> None:
    op.create_table(
        "fulltext_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("extension", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fulltext_entry"),
        sa.UniqueConstraint("extension", "key", name="uq_fulltext_entry_extension"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in _FTS5:
            op.execute(statement)
    else:
        signs, blanks = _SIGNS.replace("'", "''").replace(":", r"\:"), " " * len(_SIGNS)
        title, body = (
            f"setweight(to_tsvector('english', translate({column}, '{signs}', '{blanks}')), '{weight}')"
            for column, weight in (("title", "A"), ("body", "B"))
        )
        op.execute(
            f"ALTER TABLE fulltext_entry ADD words tsvector GENERATED ALWAYS AS ({title} || {body}) STORED NOT NULL"
        )
        op.execute("CREATE INDEX ix_fulltext_entry_words ON fulltext_entry USING gin (words)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE fulltext_index")
    op.drop_table("fulltext_entry")
