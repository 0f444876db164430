"""The table of terms, and the row that writers lock."""

import sqlalchemy as sa
from alembic import op

revision = "glossary_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "glossary_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("key", sa.String(240), nullable=False),
        sa.Column("term", sa.String(80), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("definition", sa.String(400), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_glossary_term"),
        sa.UniqueConstraint("slug", name="uq_glossary_term_slug"),
        sa.UniqueConstraint("key", name="uq_glossary_term_key"),
    )
    state = op.create_table(
        "glossary_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("filled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_glossary_state"),
    )
    op.bulk_insert(state, [{"id": 1, "filled": False}])


def downgrade() -> None:
    op.drop_table("glossary_state")
    op.drop_table("glossary_term")
