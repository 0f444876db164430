"""The other one."""

revision = "two_heads_two"
down_revision = None


def upgrade() -> None:
    """Nothing to do."""
