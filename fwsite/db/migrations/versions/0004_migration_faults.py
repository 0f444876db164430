"""Why an extension's migrations failed the last time."""

import sqlalchemy as sa
from alembic import op

revision = "core_0004"
down_revision = "core_0003"


def upgrade() -> None:
    op.create_table(
        "migration_fault",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("failed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_migration_fault"),
    )


def downgrade() -> None:
    op.drop_table("migration_fault")
