"""Change documents, what happened to them, and which revision absorbs them."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import drop_append_only, json, make_append_only

revision = "20261130_changes"
down_revision = "20261129_conclusions"
branch_labels = None
depends_on = None


APPENDED = (
    "change_steps",
    "change_words",
    "change_files",
    "change_absorptions",
    "change_incorporations",
    "change_papers",
)


def _change_documents() -> None:
    op.create_table(
        "change_documents",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("discipline", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("flags", json(), nullable=False),
        sa.Column("externals", json(), nullable=False),
        sa.Column("class_basis", sa.Text(), nullable=False),
        sa.Column("triggers", json(), nullable=False),
        sa.Column("ends", json(), nullable=False),
        sa.Column("is_emergency", sa.Boolean(), nullable=False),
        sa.Column("regularised_at", sa.BigInteger(), nullable=True),
        sa.Column("effective_at", sa.BigInteger(), nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=True),
        sa.Column("origin", sa.String(length=60), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("designer_id", sa.String(length=20), nullable=True),
        sa.Column("cost_estimate", sa.BigInteger(), nullable=True),
        sa.Column("cost_agreed", sa.BigInteger(), nullable=True),
        sa.Column("days_estimate", sa.Integer(), nullable=True),
        sa.Column("days_agreed", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind in ('design_change', 'liaison', 'verification', 'joint_review_item', 'survey_change', 'reissue')",
            name=op.f("ck_change_documents_kind_known"),
        ),
        sa.CheckConstraint(
            "reason in ('owner_need', 'design_fault', 'site_condition', 'contractor_proposal', 'policy', 'material')",
            name=op.f("ck_change_documents_reason_known"),
        ),
        sa.CheckConstraint(
            "state in ('proposed', 'assessed', 'rejected', 'designing', 'design_issued', 'in_review', 'review_passed', 'approved', 'effective', 'implemented', 'verified', 'incorporated', 'superseded', 'cancelled', 'withdrawn')",
            name=op.f("ck_change_documents_state_known"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_change_documents_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_documents")),
        sa.UniqueConstraint("project_id", "serial", name=op.f("uq_change_documents_project_id_serial")),
    )
    with op.batch_alter_table("change_documents", schema=None) as batch_op:
        batch_op.create_index("ix_change_documents_project", ["project_id", "state"], unique=False)
        batch_op.create_index(
            "uq_change_documents_number",
            ["project_id", "number"],
            unique=True,
            sqlite_where=sa.text("number <> ''"),
            postgresql_where=sa.text("number <> ''"),
        )


def _change_absorptions() -> None:
    op.create_table(
        "change_absorptions",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("revision_id", sa.String(length=20), nullable=False),
        sa.Column("change_id", sa.String(length=20), nullable=False),
        sa.Column("is_absorbed", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change_documents.id"], name=op.f("fk_change_absorptions_change_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_absorptions")),
    )
    with op.batch_alter_table("change_absorptions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_absorptions_change_id"), ["change_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_absorptions_revision_id"), ["revision_id"], unique=False)


def _change_files() -> None:
    op.create_table(
        "change_files",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("change_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("domain", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sm3", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind in ('paper', 'sketch', 'attachment', 'approval', 'confirmation', 'photo')",
            name=op.f("ck_change_files_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change_documents.id"], name=op.f("fk_change_files_change_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_files")),
    )
    with op.batch_alter_table("change_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_files_change_id"), ["change_id"], unique=False)


def _change_incorporations() -> None:
    op.create_table(
        "change_incorporations",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("change_id", sa.String(length=20), nullable=False),
        sa.Column("sheet_id", sa.String(length=20), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change_documents.id"], name=op.f("fk_change_incorporations_change_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_incorporations")),
    )
    with op.batch_alter_table("change_incorporations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_incorporations_change_id"), ["change_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_incorporations_sheet_id"), ["sheet_id"], unique=False)


def _change_steps() -> None:
    op.create_table(
        "change_steps",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("change_id", sa.String(length=20), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change_documents.id"], name=op.f("fk_change_steps_change_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_steps")),
    )
    with op.batch_alter_table("change_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_steps_change_id"), ["change_id"], unique=False)


def _change_words() -> None:
    op.create_table(
        "change_words",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("change_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("domain", sa.String(length=20), nullable=False),
        sa.Column("is_yes", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("party_role", sa.String(length=24), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind in ('lead_designer', 'emergency', 'authority', 'reviewed')",
            name=op.f("ck_change_words_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change_documents.id"], name=op.f("fk_change_words_change_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_words")),
    )
    with op.batch_alter_table("change_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_words_change_id"), ["change_id"], unique=False)


def _change_sheets() -> None:
    op.create_table(
        "change_sheets",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("change_id", sa.String(length=20), nullable=False),
        sa.Column("sheet_id", sa.String(length=20), nullable=False),
        sa.Column("revision_id", sa.String(length=20), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("boxes", json(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_dropped", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "action in ('modify', 'delete', 'add', 'clarify')", name=op.f("ck_change_sheets_action_known")
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change_documents.id"], name=op.f("fk_change_sheets_change_id")
        ),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheets.id"], name=op.f("fk_change_sheets_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_sheets")),
        sa.UniqueConstraint("change_id", "sheet_id", name=op.f("uq_change_sheets_change_id_sheet_id")),
    )
    with op.batch_alter_table("change_sheets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_sheets_sheet_id"), ["sheet_id"], unique=False)


def _change_papers() -> None:
    op.create_table(
        "change_papers",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("change_id", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sm3", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change_documents.id"], name=op.f("fk_change_papers_change_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_papers")),
        sa.UniqueConstraint("change_id", name=op.f("uq_change_papers_change_id")),
    )


def upgrade() -> None:
    _change_documents()
    _change_absorptions()
    _change_files()
    _change_incorporations()
    _change_steps()
    _change_words()
    _change_sheets()
    _change_papers()
    for table in APPENDED:
        make_append_only(table)


def downgrade() -> None:
    for table in APPENDED:
        drop_append_only(table)
    op.drop_table("change_papers")
    with op.batch_alter_table("change_sheets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_sheets_sheet_id"))

    op.drop_table("change_sheets")
    with op.batch_alter_table("change_words", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_words_change_id"))

    op.drop_table("change_words")
    with op.batch_alter_table("change_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_steps_change_id"))

    op.drop_table("change_steps")
    with op.batch_alter_table("change_incorporations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_incorporations_sheet_id"))
        batch_op.drop_index(batch_op.f("ix_change_incorporations_change_id"))

    op.drop_table("change_incorporations")
    with op.batch_alter_table("change_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_files_change_id"))

    op.drop_table("change_files")
    with op.batch_alter_table("change_absorptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_absorptions_revision_id"))
        batch_op.drop_index(batch_op.f("ix_change_absorptions_change_id"))

    op.drop_table("change_absorptions")
    with op.batch_alter_table("change_documents", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_change_documents_number",
            sqlite_where=sa.text("number <> ''"),
            postgresql_where=sa.text("number <> ''"),
        )
        batch_op.drop_index("ix_change_documents_project")

    op.drop_table("change_documents")
