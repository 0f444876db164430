"""Changes to published items that wait until their framework is published anew."""

import sqlalchemy as sa
from alembic import op

revision = "comparison_0005"
down_revision = "comparison_0004"


def upgrade() -> None:
    op.create_table(
        "comparison_pending",
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("item_key", sa.String(length=121), nullable=False),
        sa.Column("framework_key", sa.String(length=60), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.Column("who", sa.String(length=40), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["framework_key"], ["framework.key"], name=op.f("fk_comparison_pending_framework_key_framework")
        ),
        sa.PrimaryKeyConstraint("kind", "item_key", name=op.f("pk_comparison_pending")),
    )
    op.create_index(op.f("ix_comparison_pending_framework_key"), "comparison_pending", ["framework_key"])


def downgrade() -> None:
    op.drop_table("comparison_pending")
