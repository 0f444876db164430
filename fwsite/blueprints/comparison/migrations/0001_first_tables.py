"""The first tables of comparison."""

import sqlalchemy as sa
from alembic import op

revision = "comparison_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "comparison_edition",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("loaded_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_comparison_edition")),
    )
    op.create_table(
        "comparison_source",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=280), nullable=False),
        sa.Column("publisher", sa.String(length=120), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("published", sa.Date(), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_comparison_source")),
    )
    op.create_table(
        "comparison_claim",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("framework_key", sa.String(length=60), nullable=False),
        sa.Column("criterion_key", sa.String(length=60), nullable=False),
        sa.Column("side", sa.String(length=3), nullable=False),
        sa.Column("text", sa.String(length=280), nullable=False),
        sa.Column("evidence", sa.String(length=12), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.CheckConstraint("evidence IN ('measured', 'sourced', 'opinion')", name=op.f("ck_comparison_claim_evidence")),
        sa.CheckConstraint("side IN ('pro', 'con')", name=op.f("ck_comparison_claim_side")),
        sa.ForeignKeyConstraint(
            ["criterion_key"], ["criterion.key"], name=op.f("fk_comparison_claim_criterion_key_criterion")
        ),
        sa.ForeignKeyConstraint(
            ["framework_key"], ["framework.key"], name=op.f("fk_comparison_claim_framework_key_framework")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_comparison_claim")),
    )
    op.create_table(
        "comparison_example_source",
        sa.Column("framework_key", sa.String(length=60), nullable=False),
        sa.Column("source_key", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["framework_key"],
            ["framework.key"],
            name=op.f("fk_comparison_example_source_framework_key_framework"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_key"],
            ["comparison_source.key"],
            name=op.f("fk_comparison_example_source_source_key_comparison_source"),
        ),
        sa.PrimaryKeyConstraint("framework_key", "source_key", name=op.f("pk_comparison_example_source")),
    )
    op.create_table(
        "comparison_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("framework_key", sa.String(length=60), nullable=False),
        sa.Column("criterion_key", sa.String(length=60), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("evidence", sa.String(length=12), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "evidence IN ('measured', 'sourced', 'opinion')", name=op.f("ck_comparison_rating_evidence")
        ),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_comparison_rating_score")),
        sa.ForeignKeyConstraint(
            ["criterion_key"], ["criterion.key"], name=op.f("fk_comparison_rating_criterion_key_criterion")
        ),
        sa.ForeignKeyConstraint(
            ["framework_key"], ["framework.key"], name=op.f("fk_comparison_rating_framework_key_framework")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison_rating")),
        sa.UniqueConstraint("framework_key", "criterion_key", name=op.f("uq_comparison_rating_framework_key")),
    )
    op.create_table(
        "comparison_citation",
        sa.Column("claim_key", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source_key", sa.String(length=60), nullable=False),
        sa.Column("words", sa.String(length=280), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_key"],
            ["comparison_claim.key"],
            name=op.f("fk_comparison_citation_claim_key_comparison_claim"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_key"], ["comparison_source.key"], name=op.f("fk_comparison_citation_source_key_comparison_source")
        ),
        sa.PrimaryKeyConstraint("claim_key", "position", name=op.f("pk_comparison_citation")),
    )
    op.create_table(
        "comparison_rating_source",
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column("source_key", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["rating_id"],
            ["comparison_rating.id"],
            name=op.f("fk_comparison_rating_source_rating_id_comparison_rating"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_key"],
            ["comparison_source.key"],
            name=op.f("fk_comparison_rating_source_source_key_comparison_source"),
        ),
        sa.PrimaryKeyConstraint("rating_id", "source_key", name=op.f("pk_comparison_rating_source")),
    )


def downgrade() -> None:
    op.drop_table("comparison_rating_source")
    op.drop_table("comparison_citation")
    op.drop_table("comparison_rating")
    op.drop_table("comparison_example_source")
    op.drop_table("comparison_claim")
    op.drop_table("comparison_source")
    op.drop_table("comparison_edition")
