"""Contact notes and joint drawing reviews."""

revision = "20261130_questions"
down_revision = "20261130_changes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
