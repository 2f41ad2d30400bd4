"""Seals: officers, seals, keepers, decisions to seal, judgements."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import drop_append_only, json, make_append_only

revision = "20261201_seals"
down_revision = "20261201_second_factors"
branch_labels = None
depends_on = None

APPEND_ONLY = ("seal_judgements",)


def upgrade() -> None:
    _make_seal_officers()
    _make_seals()
    _make_seal_keepers()
    _make_seal_batches()
    _make_seal_uses()
    _make_seal_judgements()
    for table in APPEND_ONLY:
        make_append_only(table)


def downgrade() -> None:
    for table in APPEND_ONLY:
        drop_append_only(table)
    for table in (
        "seal_judgements",
        "seal_uses",
        "seal_batches",
        "seal_keepers",
        "seals",
        "seal_officers",
    ):
        op.drop_table(table)


def _make_seal_officers() -> None:
    op.create_table(
        "seal_officers",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("appointed_by", sa.String(length=20), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_seal_officers_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_seal_officers_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_officers")),
    )
    with op.batch_alter_table("seal_officers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_seal_officers_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_seal_officers_person_id"), ["person_id"], unique=False)


def _make_seals() -> None:
    op.create_table(
        "seals",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("holder_id", sa.String(length=20), nullable=True),
        sa.Column("provider", sa.String(length=10), nullable=False),
        sa.Column("key_ref", sa.String(length=200), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("certificate_sha256", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("issuer", sa.String(length=400), nullable=False),
        sa.Column("serial", sa.String(length=80), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.BigInteger(), nullable=False),
        sa.Column("picture", json(), nullable=False),
        sa.Column("projects", json(), nullable=True),
        sa.Column("disciplines", json(), nullable=True),
        sa.Column("needs_two", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_reason", sa.String(length=400), nullable=False),
        sa.Column("state_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind in ('issue', 'registered', 'review', 'as_built', 'firm', 'person')",
            name=op.f("ck_seals_kind_known"),
        ),
        sa.CheckConstraint(
            "provider in ('demo', 'pkcs11', 'csc', 'recorded')", name=op.f("ck_seals_provider_known")
        ),
        sa.CheckConstraint("state in ('active', 'suspended', 'revoked')", name=op.f("ck_seals_state_known")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_seals_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seals")),
        sa.UniqueConstraint(
            "certificate_sha256",
            "kind",
            "organisation_id",
            name=op.f("uq_seals_certificate_sha256_kind_organisation_id"),
        ),
    )
    with op.batch_alter_table("seals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seals_organisation_id"), ["organisation_id"], unique=False)


def _make_seal_keepers() -> None:
    op.create_table(
        "seal_keepers",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("seal_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("named_by", sa.String(length=20), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_seal_keepers_person_id")),
        sa.ForeignKeyConstraint(["seal_id"], ["seals.id"], name=op.f("fk_seal_keepers_seal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_keepers")),
    )
    with op.batch_alter_table("seal_keepers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seal_keepers_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_seal_keepers_seal_id"), ["seal_id"], unique=False)


def _make_seal_batches() -> None:
    op.create_table(
        "seal_batches",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("seal_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("level", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("asked_by", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("second_by", sa.String(length=20), nullable=True),
        sa.Column("second_at", sa.BigInteger(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=False),
        sa.Column("rows_sha256", sa.String(length=64), nullable=False),
        sa.Column("broken", json(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind in ('issue', 'registered', 'review', 'as_built', 'firm', 'person')",
            name=op.f("ck_seal_batches_kind_known"),
        ),
        sa.CheckConstraint(
            "level in ('B-B', 'B-T', 'B-LT', 'B-LTA')", name=op.f("ck_seal_batches_level_known")
        ),
        sa.CheckConstraint(
            "state in ('asked', 'running', 'done', 'refused', 'broken')",
            name=op.f("ck_seal_batches_state_known"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_seal_batches_project_id")),
        sa.ForeignKeyConstraint(["seal_id"], ["seals.id"], name=op.f("fk_seal_batches_seal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_batches")),
    )
    with op.batch_alter_table("seal_batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seal_batches_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_seal_batches_seal_id"), ["seal_id"], unique=False)


def _make_seal_uses() -> None:
    op.create_table(
        "seal_uses",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("batch_id", sa.String(length=20), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("owner_kind", sa.String(length=30), nullable=False),
        sa.Column("owner_id", sa.String(length=20), nullable=False),
        sa.Column("sheet_id", sa.String(length=20), nullable=True),
        sa.Column("label", sa.String(length=400), nullable=False),
        sa.Column("about", json(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("refusal", json(), nullable=False),
        sa.Column("checks", json(), nullable=False),
        sa.Column("rendition_id", sa.String(length=20), nullable=True),
        sa.Column("before_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'sealed', 'refused')", name=op.f("ck_seal_uses_state_known")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["seal_batches.id"], name=op.f("fk_seal_uses_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_uses")),
        sa.UniqueConstraint(
            "batch_id", "owner_kind", "owner_id", name=op.f("uq_seal_uses_batch_id_owner_kind_owner_id")
        ),
    )
    with op.batch_alter_table("seal_uses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seal_uses_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index("ix_seal_uses_owner", ["owner_kind", "owner_id"], unique=False)
        batch_op.create_index(
            "uq_seal_uses_waiting",
            ["owner_kind", "owner_id"],
            unique=True,
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )


def _make_seal_judgements() -> None:
    op.create_table(
        "seal_judgements",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.String(length=10), nullable=False),
        sa.Column("report_sha256", sa.String(length=64), nullable=False),
        sa.Column("summary", json(), nullable=False),
        sa.Column("engine", sa.String(length=200), nullable=False),
        sa.Column("trust_name", sa.String(length=200), nullable=False),
        sa.Column("trust_version", sa.String(length=80), nullable=False),
        sa.Column("judged_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "cause in ('sealed', 'arrived', 'asked', 'due')", name=op.f("ck_seal_judgements_cause_known")
        ),
        sa.CheckConstraint(
            "verdict in ('valid', 'valid_untrusted', 'indeterminate', 'invalid', 'no_seal')",
            name=op.f("ck_seal_judgements_verdict_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_judgements")),
    )
    with op.batch_alter_table("seal_judgements", schema=None) as batch_op:
        batch_op.create_index("ix_seal_judgements_due", ["due_at"], unique=False)
        batch_op.create_index("ix_seal_judgements_newest", ["sha256", "judged_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_seal_judgements_sha256"), ["sha256"], unique=False)
