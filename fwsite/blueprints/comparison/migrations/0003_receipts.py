"""Files of releases as sources, what was found in them, facts of releases; a rating is an opinion."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "comparison_0003"
down_revision = "comparison_0002"

_ADDED = (("voice", 11), ("archive", 120), ("sha256", 64), ("file", 240))


def upgrade() -> None:
    for name, longest in _ADDED:
        op.add_column("comparison_source", sa.Column(name, sa.String(longest), nullable=False, server_default=""))
    op.create_table(
        "comparison_receipt",
        sa.Column("words", sa.String(length=64), nullable=False),
        sa.Column("source_file", sa.String(length=240), nullable=False),
        sa.Column("archive", sa.String(length=120), nullable=False),
        sa.Column("found", sa.String(length=5), nullable=False),
        sa.Column("file", sa.String(length=240), nullable=False),
        sa.Column("passage", sa.String(length=600), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.CheckConstraint("found IN ('there', 'moved', 'gone')", name=op.f("ck_comparison_receipt_found")),
        sa.PrimaryKeyConstraint("words", "source_file", "archive", name=op.f("pk_comparison_receipt")),
    )
    op.create_table(
        "comparison_release",
        sa.Column("package", sa.String(length=100), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("package", name=op.f("pk_comparison_release")),
    )
    op.create_table(
        "comparison_still_true",
        sa.Column("claim_key", sa.String(length=60), nullable=False),
        sa.Column("package", sa.String(length=100), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_key"],
            ["comparison_claim.key"],
            name=op.f("fk_comparison_still_true_claim_key_comparison_claim"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("claim_key", "package", name=op.f("pk_comparison_still_true")),
    )
    _call_ratings_opinions()


def downgrade() -> None:
    """What ratings rested on does not come back."""
    for table in ("comparison_still_true", "comparison_release", "comparison_receipt"):
        op.drop_table(table)
    for name, _ in reversed(_ADDED):
        op.drop_column("comparison_source", name)


def _call_ratings_opinions() -> None:
    """The digest of a rating that nobody changed follows, so that the next edition finds it unchanged."""
    connection = op.get_bind()
    query = "SELECT * FROM comparison_rating WHERE evidence != 'measured'"
    for row in connection.execute(sa.text(query)).mappings().all():
        query = "SELECT source_key FROM comparison_rating_source WHERE rating_id = :id ORDER BY source_key"
        sources = list(connection.execute(sa.text(query), {"id": row["id"]}).scalars())
        before = _digest(row, row["evidence"], sources)
        after = _digest(row, "opinion", [])
        key = f"{row['framework_key']}.{row['criterion_key']}"
        connection.execute(
            sa.text(
                "UPDATE comparison_shipped SET digest = :after"
                " WHERE kind = 'rating' AND item_key = :key AND digest = :before"
            ),
            {"after": after, "key": key, "before": before},
        )
        connection.execute(sa.text("DELETE FROM comparison_rating_source WHERE rating_id = :id"), {"id": row["id"]})
    connection.execute(sa.text("UPDATE comparison_rating SET evidence = 'opinion' WHERE evidence = 'sourced'"))


def _digest(row: sa.RowMapping, evidence: str, sources: list[str]) -> str:
    """As items were digested when this was written."""
    document = {
        "framework": row["framework_key"],
        "criterion": row["criterion_key"],
        "score": row["score"],
        "reason": row["reason"],
        "evidence": evidence,
        "sources": sources,
        "reviewed_on": str(row["reviewed_on"]),
        "state": row["state"],
    }
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
