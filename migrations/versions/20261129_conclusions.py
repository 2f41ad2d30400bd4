"""Conclusions of the fire and civil defence authorities on a review case."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import drop_append_only, make_append_only

revision = "20261129_conclusions"
down_revision = "20261129_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review_conclusions",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(length=20), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "domain in ('fire', 'civil_defence')", name=op.f("ck_review_conclusions_domain_known")
        ),
        sa.CheckConstraint(
            "verdict in ('passed', 'failed')", name=op.f("ck_review_conclusions_verdict_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["review_cases.id"], name=op.f("fk_review_conclusions_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_conclusions")),
    )
    with op.batch_alter_table("review_conclusions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_conclusions_case_id"), ["case_id"], unique=False)
    make_append_only("review_conclusions")


def downgrade() -> None:
    drop_append_only("review_conclusions")
    op.drop_table("review_conclusions")
