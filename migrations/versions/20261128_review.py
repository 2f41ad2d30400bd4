"""Review: cases, submissions, opinions, certificates."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import drop_append_only, json, make_append_only

revision = "20261128_review"
down_revision = "20261127_markups"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "review_steps",
    "review_submissions",
    "review_sheets",
    "review_documents",
    "review_assignments",
    "review_done",
    "review_replies",
    "review_judgements",
    "review_certificates",
    "review_certificate_ends",
    "review_ties",
)


def upgrade() -> None:
    _make_ties()
    _make_cases()
    _make_assignments()
    _make_certificates()
    _make_documents()
    _make_done()
    _make_opinions()
    _make_steps()
    _make_submissions()
    _make_certificate_ends()
    _make_judgements()
    _make_opinion_places()
    _make_replies()
    _make_sheets()
    op.create_index(op.f("ix_baseline_items_revision_id"), "baseline_items", ["revision_id"])
    for table in APPEND_ONLY:
        make_append_only(table)


def _make_ties() -> None:
    op.create_table(
        "review_ties",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("one_id", sa.String(length=20), nullable=False),
        sa.Column("other_id", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("is_ended", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_ties")),
    )
    with op.batch_alter_table("review_ties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_ties_one_id"), ["one_id"], unique=False)


def _make_cases() -> None:
    op.create_table(
        "review_cases",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("agency_id", sa.String(length=20), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("business_no", sa.String(length=80), nullable=False),
        sa.Column("is_fire_joint", sa.Boolean(), nullable=False),
        sa.Column("is_civil_defence_joint", sa.Boolean(), nullable=False),
        sa.Column("term_days", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("is_first_pass", sa.Boolean(), nullable=True),
        sa.Column("last_opinion", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('preparing', 'submitted', 'intake', 'correction', 'accepted', 'first_review', 'consolidating', 'opinions_issued', 'replying', 'recheck', 'passed', 'certified', 'filed', 'failed', 'withdrawn')",
            name=op.f("ck_review_cases_state_known"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_review_cases_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_cases")),
    )
    with op.batch_alter_table("review_cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_cases_project_id"), ["project_id"], unique=False)


def _make_assignments() -> None:
    op.create_table(
        "review_assignments",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.String(length=20), nullable=False),
        sa.Column("discipline", sa.String(length=20), nullable=False),
        sa.Column("reviewer_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["review_cases.id"], name=op.f("fk_review_assignments_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_assignments")),
    )
    with op.batch_alter_table("review_assignments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_assignments_case_id"), ["case_id"], unique=False)


def _make_certificates() -> None:
    op.create_table(
        "review_certificates",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("baseline_id", sa.String(length=20), nullable=False),
        sa.Column("short_code", sa.String(length=10), nullable=False),
        sa.Column("number_internal", sa.String(length=80), nullable=False),
        sa.Column("number_national", sa.String(length=80), nullable=False),
        sa.Column("number_provincial", sa.String(length=80), nullable=False),
        sa.Column("number_fire", sa.String(length=80), nullable=False),
        sa.Column("number_civil_defence", sa.String(length=80), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("signatories", json(), nullable=False),
        sa.Column("supersedes_id", sa.String(length=20), nullable=True),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["review_cases.id"], name=op.f("fk_review_certificates_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_certificates")),
        sa.UniqueConstraint("short_code", name=op.f("uq_review_certificates_short_code")),
    )
    with op.batch_alter_table("review_certificates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_certificates_baseline_id"), ["baseline_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_certificates_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_certificates_project_id"), ["project_id"], unique=False)


def _make_documents() -> None:
    op.create_table(
        "review_documents",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sm3", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind in ('approval', 'planning', 'survey', 'calculation', 'contract', 'preliminary', 'fire', 'civil_defence', 'energy', 'commitment', 'other')",
            name=op.f("ck_review_documents_kind_known"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["review_cases.id"], name=op.f("fk_review_documents_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_documents")),
    )
    with op.batch_alter_table("review_documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_documents_case_id"), ["case_id"], unique=False)


def _make_done() -> None:
    op.create_table(
        "review_done",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("discipline", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["review_cases.id"], name=op.f("fk_review_done_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_done")),
    )
    with op.batch_alter_table("review_done", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_done_case_id"), ["case_id"], unique=False)


def _make_opinions() -> None:
    op.create_table(
        "review_opinions",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("issued_round", sa.Integer(), nullable=True),
        sa.Column("discipline", sa.String(length=20), nullable=False),
        sa.Column("domain", sa.String(length=10), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("standard_no", sa.String(length=60), nullable=False),
        sa.Column("standard_name", sa.String(length=200), nullable=False),
        sa.Column("clause_no", sa.String(length=60), nullable=False),
        sa.Column("clause_text", sa.Text(), nullable=False),
        sa.Column("basis_reason", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=60), nullable=False),
        sa.Column("merged_into", sa.String(length=20), nullable=True),
        sa.Column("author_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "basis in ('mandatory_clause', 'general_clause', 'policy', 'design_depth')",
            name=op.f("ck_review_opinions_basis_known"),
        ),
        sa.CheckConstraint("domain in ('fire', 'other')", name=op.f("ck_review_opinions_domain_known")),
        sa.CheckConstraint(
            "severity in ('must_fix', 'advise')", name=op.f("ck_review_opinions_severity_known")
        ),
        sa.CheckConstraint(
            "state in ('draft', 'proposed', 'merged', 'rejected', 'issued', 'replied', 'explained', 'disputed', 'upheld', 'dismissed', 'closed', 'retracted')",
            name=op.f("ck_review_opinions_state_known"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["review_cases.id"], name=op.f("fk_review_opinions_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_opinions")),
        sa.UniqueConstraint("case_id", "serial", name=op.f("uq_review_opinions_case_id_serial")),
    )
    with op.batch_alter_table("review_opinions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_opinions_project_id"), ["project_id"], unique=False)


def _make_steps() -> None:
    op.create_table(
        "review_steps",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.String(length=20), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["review_cases.id"], name=op.f("fk_review_steps_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_steps")),
    )
    with op.batch_alter_table("review_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_steps_case_id"), ["case_id"], unique=False)


def _make_submissions() -> None:
    op.create_table(
        "review_submissions",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.String(length=20), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("baseline_id", sa.String(length=20), nullable=False),
        sa.Column("findings", json(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["review_cases.id"], name=op.f("fk_review_submissions_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_submissions")),
        sa.UniqueConstraint("case_id", "sequence", name=op.f("uq_review_submissions_case_id_sequence")),
    )


def _make_certificate_ends() -> None:
    op.create_table(
        "review_certificate_ends",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("certificate_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(length=20), nullable=True),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind in ('voided', 'superseded')", name=op.f("ck_review_certificate_ends_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["review_certificates.id"],
            name=op.f("fk_review_certificate_ends_certificate_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_certificate_ends")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_review_certificate_ends_certificate_id")),
    )


def _make_judgements() -> None:
    op.create_table(
        "review_judgements",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("opinion_id", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("warnings", json(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opinion_id"], ["review_opinions.id"], name=op.f("fk_review_judgements_opinion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_judgements")),
    )
    with op.batch_alter_table("review_judgements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_judgements_opinion_id"), ["opinion_id"], unique=False)


def _make_opinion_places() -> None:
    op.create_table(
        "review_opinion_places",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("opinion_id", sa.String(length=20), nullable=False),
        sa.Column("sheet_id", sa.String(length=20), nullable=False),
        sa.Column("revision_id", sa.String(length=20), nullable=False),
        sa.Column("region", json(), nullable=False),
        sa.Column("grid", sa.String(length=20), nullable=False),
        sa.Column("is_dropped", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opinion_id"], ["review_opinions.id"], name=op.f("fk_review_opinion_places_opinion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_opinion_places")),
    )
    with op.batch_alter_table("review_opinion_places", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_opinion_places_opinion_id"), ["opinion_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_opinion_places_sheet_id"), ["sheet_id"], unique=False)


def _make_replies() -> None:
    op.create_table(
        "review_replies",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("opinion_id", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("fixed_in", json(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind in ('fixed', 'explained', 'disputed')", name=op.f("ck_review_replies_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["opinion_id"], ["review_opinions.id"], name=op.f("fk_review_replies_opinion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_replies")),
    )
    with op.batch_alter_table("review_replies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_replies_opinion_id"), ["opinion_id"], unique=False)


def _make_sheets() -> None:
    op.create_table(
        "review_sheets",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.String(length=20), nullable=False),
        sa.Column("submission_id", sa.String(length=20), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.String(length=20), nullable=False),
        sa.Column("revision_id", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["review_cases.id"], name=op.f("fk_review_sheets_case_id")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["review_submissions.id"], name=op.f("fk_review_sheets_submission_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_sheets")),
        sa.UniqueConstraint(
            "case_id", "sheet_id", "sequence", name=op.f("uq_review_sheets_case_id_sheet_id_sequence")
        ),
    )
    with op.batch_alter_table("review_sheets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_sheets_sheet_id"), ["sheet_id"], unique=False)


def downgrade() -> None:
    for table in APPEND_ONLY:
        drop_append_only(table)
    op.drop_index(op.f("ix_baseline_items_revision_id"), "baseline_items")
    op.drop_table("review_sheets")
    op.drop_table("review_replies")
    op.drop_table("review_opinion_places")
    op.drop_table("review_judgements")
    op.drop_table("review_certificate_ends")
    op.drop_table("review_submissions")
    op.drop_table("review_steps")
    op.drop_table("review_opinions")
    op.drop_table("review_done")
    op.drop_table("review_documents")
    op.drop_table("review_certificates")
    op.drop_table("review_assignments")
    op.drop_table("review_cases")
    op.drop_table("review_ties")
