"""What helps to write opinions: clauses, phrases, and what the assisted review found."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import json

revision = "20261128_review_library"
down_revision = "20261128_review"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_clauses()
    _make_phrases()
    _make_runs()
    _make_findings()
    _make_self_checks()


def _make_clauses() -> None:
    op.create_table(
        "review_clauses",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=False),
        sa.Column("standard_no", sa.String(length=60), nullable=False),
        sa.Column("standard_name", sa.String(length=200), nullable=False),
        sa.Column("clause_no", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_mandatory", sa.Boolean(), nullable=False),
        sa.Column("discipline", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=140), nullable=False),
        sa.Column("search_key", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_review_clauses_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_clauses")),
        sa.UniqueConstraint("organisation_id", "key", name=op.f("uq_review_clauses_organisation_id_key")),
    )


def _make_phrases() -> None:
    op.create_table(
        "review_phrases",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=False),
        sa.Column("discipline", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_review_phrases_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_phrases")),
        sa.UniqueConstraint(
            "organisation_id",
            "discipline",
            "text",
            name=op.f("uq_review_phrases_organisation_id_discipline_text"),
        ),
    )


def _make_runs() -> None:
    op.create_table(
        "review_runs",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("rules", json(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["review_cases.id"], name=op.f("fk_review_runs_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_runs")),
    )
    with op.batch_alter_table("review_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_runs_case_id"), ["case_id"], unique=False)


def _make_findings() -> None:
    op.create_table(
        "review_findings",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("run_id", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=14), nullable=False),
        sa.Column("sheet_id", sa.String(length=20), nullable=True),
        sa.Column("revision_id", sa.String(length=20), nullable=True),
        sa.Column("region", json(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("data", json(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("opinion_id", sa.String(length=20), nullable=True),
        sa.Column("decided_by", sa.String(length=20), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decision in ('open', 'accepted', 'dropped')", name=op.f("ck_review_findings_decision_known")
        ),
        sa.CheckConstraint(
            "verdict in ('finding', 'cannot_judge')", name=op.f("ck_review_findings_verdict_known")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["review_runs.id"], name=op.f("fk_review_findings_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_findings")),
    )
    with op.batch_alter_table("review_findings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_findings_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_review_findings_key", ["case_id", "key"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_findings_run_id"), ["run_id"], unique=False)


def _make_self_checks() -> None:
    op.create_table(
        "self_checks",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("revisions", json(), nullable=False),
        sa.Column("rules", json(), nullable=False),
        sa.Column("findings", json(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_self_checks_project_id")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_self_checks_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_checks")),
    )
    with op.batch_alter_table("self_checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_self_checks_party_id"), ["party_id"], unique=False)
    op.create_table(
        "self_check_drops",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_self_check_drops_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_check_drops")),
        sa.UniqueConstraint("party_id", "key", name=op.f("uq_self_check_drops_party_id_key")),
    )


def downgrade() -> None:
    for table in ("self_check_drops", "self_checks"):
        op.drop_table(table)
    for table in ("review_findings", "review_runs", "review_phrases", "review_clauses"):
        op.drop_table(table)
