"""The first tables of core."""

import sqlalchemy as sa
from alembic import op

revision = "core_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "criterion",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("question", sa.String(length=280), nullable=False),
        sa.Column("finding", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_criterion")),
    )
    op.create_table(
        "framework",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("first_release", sa.Integer(), nullable=True),
        sa.Column("summary", sa.String(length=280), nullable=False),
        sa.Column("drawback", sa.String(length=280), nullable=False),
        sa.Column("example", sa.String(length=280), nullable=False),
        sa.Column("on_balance", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_framework")),
    )


def downgrade() -> None:
    op.drop_table("framework")
    op.drop_table("criterion")
