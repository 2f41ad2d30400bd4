"""Change documents, what happened to them, and which revision absorbs them."""

revision = "20261130_changes"
down_revision = "20261129_conclusions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
