"""Receipts, transmittals and controlled copies."""

revision = "20261130_distribution"
down_revision = "20261130_questions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
