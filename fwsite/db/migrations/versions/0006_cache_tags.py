"""A number for each cache tag, which changes under it raise instead of the content version."""

import sqlalchemy as sa
from alembic import op

revision = "core_0006"
down_revision = "core_0005"


def upgrade() -> None:
    op.create_table(
        "cache_tag",
        sa.Column("tag", sa.String(40), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tag", name="pk_cache_tag"),
    )


def downgrade() -> None:
    op.drop_table("cache_tag")
