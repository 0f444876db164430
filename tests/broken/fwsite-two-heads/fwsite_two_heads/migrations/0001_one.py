"""One of them."""

revision = "two_heads_one"
down_revision = None


def upgrade() -> None:
    """Nothing to do."""
