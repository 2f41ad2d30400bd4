"""Contact notes and joint drawing reviews."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import drop_append_only, json, make_append_only

revision = "20261130_questions"
down_revision = "20261130_changes"
branch_labels = None
depends_on = None

APPEND_ONLY = ("contact_note_steps", "contact_note_files", "jdr_steps", "jdr_signatures", "jdr_waivers")


def upgrade() -> None:
    _make_contact_notes()
    _make_jdr_reviews()
    _make_jdr_waivers()
    _make_contact_note_files()
    _make_contact_note_steps()
    _make_jdr_items()
    _make_jdr_signatures()
    _make_jdr_steps()
    for table in APPEND_ONLY:
        make_append_only(table)


def downgrade() -> None:
    for table in APPEND_ONLY:
        drop_append_only(table)
    for table in (
        "jdr_steps",
        "jdr_signatures",
        "jdr_items",
        "contact_note_steps",
        "contact_note_files",
        "jdr_waivers",
        "jdr_reviews",
        "contact_notes",
    ):
        op.drop_table(table)


def _make_contact_notes() -> None:
    op.create_table(
        "contact_notes",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("discipline", sa.String(length=20), nullable=False),
        sa.Column("sheet_id", sa.String(length=20), nullable=True),
        sa.Column("revision_id", sa.String(length=20), nullable=True),
        sa.Column("base_sha256", sa.String(length=64), nullable=False),
        sa.Column("region", json(), nullable=False),
        sa.Column("grid", sa.String(length=20), nullable=False),
        sa.Column("wanted_on", sa.String(length=10), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("to_party_id", sa.String(length=20), nullable=False),
        sa.Column("copy_party_ids", json(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("change_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('open', 'answered', 'closed', 'turned', 'withdrawn')",
            name=op.f("ck_contact_notes_state_known"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_contact_notes_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_notes")),
        sa.UniqueConstraint("person_id", "client_key", name=op.f("uq_contact_notes_person_id_client_key")),
        sa.UniqueConstraint("project_id", "serial", name=op.f("uq_contact_notes_project_id_serial")),
    )
    with op.batch_alter_table("contact_notes", schema=None) as batch_op:
        batch_op.create_index("ix_contact_notes_project", ["project_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_notes_sheet_id"), ["sheet_id"], unique=False)


def _make_jdr_reviews() -> None:
    op.create_table(
        "jdr_reviews",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("disciplines", json(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("meeting_on", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("attendees", json(), nullable=False),
        sa.Column("last_item", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('planned', 'questions_collected', 'held', 'answered', 'signing', 'effective', 'closed')",
            name=op.f("ck_jdr_reviews_state_known"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_jdr_reviews_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jdr_reviews")),
        sa.UniqueConstraint("project_id", "serial", name=op.f("uq_jdr_reviews_project_id_serial")),
    )


def _make_jdr_waivers() -> None:
    op.create_table(
        "jdr_waivers",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("disciplines", json(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_jdr_waivers_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jdr_waivers")),
    )
    with op.batch_alter_table("jdr_waivers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jdr_waivers_project_id"), ["project_id"], unique=False)


def _make_contact_note_files() -> None:
    op.create_table(
        "contact_note_files",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("note_id", sa.String(length=20), nullable=False),
        sa.Column("is_photo", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sm3", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["contact_notes.id"], name=op.f("fk_contact_note_files_note_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_note_files")),
    )
    with op.batch_alter_table("contact_note_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_note_files_note_id"), ["note_id"], unique=False)


def _make_contact_note_steps() -> None:
    op.create_table(
        "contact_note_steps",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("note_id", sa.String(length=20), nullable=False),
        sa.Column("event", sa.String(length=12), nullable=False),
        sa.Column("target", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["contact_notes.id"], name=op.f("fk_contact_note_steps_note_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_note_steps")),
    )
    with op.batch_alter_table("contact_note_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_note_steps_note_id"), ["note_id"], unique=False)


def _make_jdr_items() -> None:
    op.create_table(
        "jdr_items",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("review_id", sa.String(length=20), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=60), nullable=False),
        sa.Column("discipline", sa.String(length=20), nullable=False),
        sa.Column("sheet_id", sa.String(length=20), nullable=True),
        sa.Column("revision_id", sa.String(length=20), nullable=True),
        sa.Column("base_sha256", sa.String(length=64), nullable=False),
        sa.Column("region", json(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=20), nullable=False),
        sa.Column("answering_party", sa.String(length=20), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("item_class", sa.String(length=1), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("touches_mandatory", sa.Boolean(), nullable=False),
        sa.Column("change_id", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "item_class in ('', 'A', 'B', 'C', 'D')", name=op.f("ck_jdr_items_item_class_known")
        ),
        sa.CheckConstraint(
            "outcome in ('', 'none', 'clarified', 'change_required')", name=op.f("ck_jdr_items_outcome_known")
        ),
        sa.CheckConstraint("severity in ('general', 'major')", name=op.f("ck_jdr_items_severity_known")),
        sa.ForeignKeyConstraint(["review_id"], ["jdr_reviews.id"], name=op.f("fk_jdr_items_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jdr_items")),
        sa.UniqueConstraint("review_id", "serial", name=op.f("uq_jdr_items_review_id_serial")),
    )
    with op.batch_alter_table("jdr_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jdr_items_sheet_id"), ["sheet_id"], unique=False)


def _make_jdr_signatures() -> None:
    op.create_table(
        "jdr_signatures",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("review_id", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("party_role", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["jdr_reviews.id"], name=op.f("fk_jdr_signatures_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jdr_signatures")),
        sa.UniqueConstraint(
            "review_id", "digest", "party_id", name=op.f("uq_jdr_signatures_review_id_digest_party_id")
        ),
    )


def _make_jdr_steps() -> None:
    op.create_table(
        "jdr_steps",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("review_id", sa.String(length=20), nullable=False),
        sa.Column("event", sa.String(length=12), nullable=False),
        sa.Column("target", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["jdr_reviews.id"], name=op.f("fk_jdr_steps_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jdr_steps")),
    )
    with op.batch_alter_table("jdr_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jdr_steps_review_id"), ["review_id"], unique=False)
