"""Receipts, transmittals and controlled copies."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import drop_append_only, json, make_append_only

revision = "20261130_distribution"
down_revision = "20261130_questions"
branch_labels = None
depends_on = None

APPEND_ONLY = ("receipt_facts", "transmittals", "controlled_copies", "copy_events")


def upgrade() -> None:
    _make_receipts()
    _make_transmittals()
    _make_copies()
    for table in APPEND_ONLY:
        make_append_only(table)


def _make_receipts() -> None:
    op.create_table(
        "receipt_facts",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("item_kind", sa.String(length=10), nullable=False),
        sa.Column("item_id", sa.String(length=20), nullable=False),
        sa.Column("sheet_id", sa.String(length=20), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=140), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("statement_sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("photo", json(), nullable=False),
        sa.Column("note_id", sa.String(length=20), nullable=True),
        sa.Column("counts", json(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "item_kind in ('revision', 'slip')", name=op.f("ck_receipt_facts_item_kind_known")
        ),
        sa.CheckConstraint(
            "kind in ('delivered', 'opened', 'confirmed', 'objected', 'resolved', 'old_recalled')",
            name=op.f("ck_receipt_facts_kind_known"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_receipt_facts_party_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_receipt_facts_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_facts")),
        sa.UniqueConstraint("key", name=op.f("uq_receipt_facts_key")),
    )
    with op.batch_alter_table("receipt_facts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_receipt_facts_item", ["item_id", "party_id", "sha256", "kind", "turn", "at"], unique=False
        )
        batch_op.create_index("ix_receipt_facts_sheet", ["sheet_id"], unique=False)


def _make_transmittals() -> None:
    op.create_table(
        "transmittals",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("recipients", json(), nullable=False),
        sa.Column("items", json(), nullable=False),
        sa.Column("tree_size", sa.BigInteger(), nullable=False),
        sa.Column("tree_root", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_transmittals_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transmittals")),
        sa.UniqueConstraint("project_id", "serial", name=op.f("uq_transmittals_project_id_serial")),
    )


def _make_copies() -> None:
    op.create_table(
        "controlled_copies",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("sheet_id", sa.String(length=20), nullable=False),
        sa.Column("revision_id", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("transmittal_id", sa.String(length=20), nullable=True),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_controlled_copies_project_id")
        ),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheets.id"], name=op.f("fk_controlled_copies_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_controlled_copies")),
        sa.UniqueConstraint("project_id", "serial", name=op.f("uq_controlled_copies_project_id_serial")),
    )
    with op.batch_alter_table("controlled_copies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_controlled_copies_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_controlled_copies_sheet_id"), ["sheet_id"], unique=False)
    op.create_table(
        "copy_events",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("copy_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind in ('recalled', 'destroyed')", name=op.f("ck_copy_events_kind_known")),
        sa.ForeignKeyConstraint(["copy_id"], ["controlled_copies.id"], name=op.f("fk_copy_events_copy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copy_events")),
    )
    with op.batch_alter_table("copy_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_copy_events_copy_id"), ["copy_id"], unique=False)


def downgrade() -> None:
    for table in APPEND_ONLY:
        drop_append_only(table)
    for table in ("copy_events", "controlled_copies", "transmittals", "receipt_facts"):
        op.drop_table(table)
