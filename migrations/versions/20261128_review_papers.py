"""Certificates that are kept as bytes."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import drop_append_only, make_append_only

revision = "20261128_review_papers"
down_revision = "20261128_review_library"
branch_labels = None
depends_on = None

APPEND_ONLY = ("review_papers",)


def upgrade() -> None:
    op.create_table(
        "review_papers",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.String(length=20), nullable=False),
        sa.Column("certificate_id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sm3", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("tree_size", sa.BigInteger(), nullable=False),
        sa.Column("tree_root", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["review_cases.id"], name=op.f("fk_review_papers_case_id")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["review_certificates.id"], name=op.f("fk_review_papers_certificate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_papers")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_review_papers_certificate_id")),
    )
    with op.batch_alter_table("review_papers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_papers_case_id"), ["case_id"], unique=False)
    for table in APPEND_ONLY:
        make_append_only(table)


def downgrade() -> None:
    for table in APPEND_ONLY:
        drop_append_only(table)
    op.drop_table("review_papers")
