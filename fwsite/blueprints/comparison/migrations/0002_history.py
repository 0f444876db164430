"""States, versions, history, suggestions; which content was shipped, by item."""

import sqlalchemy as sa
from alembic import op

revision = "comparison_0002"
down_revision = "comparison_0001"

_ITEMS = ("comparison_source", "comparison_rating", "comparison_claim")


def upgrade() -> None:
    for table in _ITEMS:
        op.add_column(table, sa.Column("state", sa.String(length=9), nullable=False, server_default="published"))
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_index(
        "ix_comparison_claim_cell", "comparison_claim", ["framework_key", "criterion_key", "side", "position"]
    )
    op.create_table(
        "comparison_shipped",
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("item_key", sa.String(length=121), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("kind", "item_key", name=op.f("pk_comparison_shipped")),
    )
    _create_change()
    _create_suggestion()
    op.execute("DELETE FROM comparison_edition")  # the next load takes stock, and begins the history


def _create_change() -> None:
    op.create_table(
        "comparison_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("item_key", sa.String(length=121), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=9), nullable=False),
        sa.Column("who", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("note", sa.String(length=280), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("framework_key", sa.String(length=60), nullable=True),
        sa.Column("moved_from", sa.String(length=60), nullable=True),
        sa.Column("moved_to", sa.String(length=60), nullable=True),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["undoes_id"],
            ["comparison_change.id"],
            name=op.f("fk_comparison_change_undoes_id_comparison_change"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["comparison_change.id"],
            name=op.f("fk_comparison_change_batch_id_comparison_change"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison_change")),
    )
    op.create_index("ix_comparison_change_item", "comparison_change", ["kind", "item_key", "id"])
    for column in ("framework_key", "undoes_id", "batch_id"):
        op.create_index(op.f(f"ix_comparison_change_{column}"), "comparison_change", [column])


def _create_suggestion() -> None:
    op.create_table(
        "comparison_suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("claim_key", sa.String(length=60), nullable=True),
        sa.Column("claim_text", sa.String(length=280), nullable=False),
        sa.Column("framework_key", sa.String(length=60), nullable=False),
        sa.Column("criterion_key", sa.String(length=60), nullable=False),
        sa.Column("side", sa.String(length=3), nullable=False),
        sa.Column("text", sa.String(length=280), nullable=False),
        sa.Column("remark", sa.String(length=1000), nullable=False),
        sa.Column("source_title", sa.String(length=280), nullable=False),
        sa.Column("source_url", sa.String(length=500), nullable=False),
        sa.Column("source_words", sa.String(length=280), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'published', 'rejected')", name=op.f("ck_comparison_suggestion_state")
        ),
        sa.CheckConstraint("side IN ('pro', 'con')", name=op.f("ck_comparison_suggestion_side")),
        sa.ForeignKeyConstraint(
            ["claim_key"], ["comparison_claim.key"], name=op.f("fk_comparison_suggestion_claim_key_comparison_claim")
        ),
        sa.ForeignKeyConstraint(
            ["framework_key"], ["framework.key"], name=op.f("fk_comparison_suggestion_framework_key_framework")
        ),
        sa.ForeignKeyConstraint(
            ["criterion_key"], ["criterion.key"], name=op.f("fk_comparison_suggestion_criterion_key_criterion")
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["comparison_change.id"], name=op.f("fk_comparison_suggestion_change_id_comparison_change")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison_suggestion")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_comparison_suggestion_token_hash")),
    )
    op.create_index(op.f("ix_comparison_suggestion_state"), "comparison_suggestion", ["state"])


def downgrade() -> None:
    for table in ("comparison_suggestion", "comparison_change", "comparison_shipped"):
        op.drop_table(table)
    op.drop_index("ix_comparison_claim_cell", "comparison_claim")
    for table in _ITEMS:
        op.drop_column(table, "version")
        op.drop_column(table, "state")
