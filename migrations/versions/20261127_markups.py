"""Marks on sheets, their threads and photos, and what was decided about carrying them."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import drop_append_only, json, make_append_only

revision = "20261127_markups"
down_revision = "20261123_first_tables"
branch_labels = None
depends_on = None

APPEND_ONLY = ("markup_comments", "markup_photos", "markup_carries")


def upgrade() -> None:
    _make_markups()
    _make_comments()
    _make_photos()
    _make_carries()
    for table in APPEND_ONLY:
        make_append_only(table)


def _make_markups() -> None:
    op.create_table(
        "markups",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("sheet_id", sa.String(length=20), nullable=False),
        sa.Column("revision_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("anchor", json(), nullable=False),
        sa.Column("shape", json(), nullable=False),
        sa.Column("colour", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("basis", json(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("assignee_id", sa.String(length=20), nullable=True),
        sa.Column("author_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("client_key", sa.String(length=40), nullable=False),
        sa.Column("origin", json(), nullable=False),
        sa.Column("origin_key", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_back_at", sa.BigInteger(), nullable=True),
        sa.Column("taken_back_by", sa.String(length=20), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("audience in ('party', 'project')", name=op.f("ck_markups_audience_known")),
        sa.CheckConstraint(
            "colour in ('red', 'blue', 'green', 'amber', 'purple', 'black')",
            name=op.f("ck_markups_colour_known"),
        ),
        sa.CheckConstraint(
            "kind in ('cloud', 'arrow', 'text', 'ink', 'rectangle', 'stamp', 'measurement', 'photo', "
            "'markup_strike', 'markup_cross', 'markup_ring')",
            name=op.f("ck_markups_kind_known"),
        ),
        sa.CheckConstraint(
            "status in ('open', 'answered', 'resolved', 'reopened')", name=op.f("ck_markups_status_known")
        ),
        sa.ForeignKeyConstraint(["revision_id"], ["sheet_revisions.id"], name=op.f("fk_markups_revision_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheets.id"], name=op.f("fk_markups_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_markups")),
        sa.UniqueConstraint("author_id", "client_key", name=op.f("uq_markups_author_id_client_key")),
        sa.UniqueConstraint("revision_id", "origin_key", name=op.f("uq_markups_revision_id_origin_key")),
    )
    with op.batch_alter_table("markups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_markups_revision_id"), ["revision_id"], unique=False)


def _make_comments() -> None:
    op.create_table(
        "markup_comments",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("markup_id", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("mentions", json(), nullable=False),
        sa.Column("author_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("client_key", sa.String(length=40), nullable=False),
        sa.Column("origin", json(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["markup_id"], ["markups.id"], name=op.f("fk_markup_comments_markup_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_markup_comments")),
        sa.UniqueConstraint("author_id", "client_key", name=op.f("uq_markup_comments_author_id_client_key")),
    )
    with op.batch_alter_table("markup_comments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_markup_comments_markup_id"), ["markup_id"], unique=False)


def _make_photos() -> None:
    op.create_table(
        "markup_photos",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("markup_id", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sm3", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["markup_id"], ["markups.id"], name=op.f("fk_markup_photos_markup_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_markup_photos")),
        sa.UniqueConstraint("markup_id", name=op.f("uq_markup_photos_markup_id")),
    )


def _make_carries() -> None:
    op.create_table(
        "markup_carries",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("markup_id", sa.String(length=20), nullable=False),
        sa.Column("revision_id", sa.String(length=20), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("standing", sa.String(length=14), nullable=False),
        sa.Column("carried_id", sa.String(length=20), nullable=True),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "decision in ('confirmed', 'dropped')", name=op.f("ck_markup_carries_decision_known")
        ),
        sa.CheckConstraint(
            "standing in ('not_compared', 'changed', 'unchanged', 'gone')",
            name=op.f("ck_markup_carries_standing_known"),
        ),
        sa.ForeignKeyConstraint(["markup_id"], ["markups.id"], name=op.f("fk_markup_carries_markup_id")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["sheet_revisions.id"], name=op.f("fk_markup_carries_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_markup_carries")),
        sa.UniqueConstraint("markup_id", "revision_id", name=op.f("uq_markup_carries_markup_id_revision_id")),
    )
    with op.batch_alter_table("markup_carries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_markup_carries_revision_id"), ["revision_id"], unique=False)


def downgrade() -> None:
    for table in APPEND_ONLY:
        drop_append_only(table)
    with op.batch_alter_table("markup_carries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_markup_carries_revision_id"))

    op.drop_table("markup_carries")
    op.drop_table("markup_photos")
    with op.batch_alter_table("markup_comments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_markup_comments_markup_id"))

    op.drop_table("markup_comments")
    with op.batch_alter_table("markups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_markups_revision_id"))

    op.drop_table("markups")
