"""First tables."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import big_id, drop_append_only, json, make_append_only

revision = "20261123_first_tables"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "ledger_entries",
    "ledger_sheet_links",
    "ledger_leaves",
    "ledger_nodes",
    "record_facts",
    "slip_effects",
    "baselines",
    "baseline_items",
    "renditions",
    "revision_signatures",
)


def upgrade() -> None:
    op.create_table(
        "idempotency_records",
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("answer", json(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_idempotency_records")),
    )
    with op.batch_alter_table("idempotency_records", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_records_created_at"), ["created_at"], unique=False)

    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", json(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=120), nullable=True),
        sa.Column("project_id", sa.String(length=20), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("progress", sa.SmallInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state in ('ready', 'running', 'done', 'dead')", name=op.f("ck_jobs_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index(
            "ix_jobs_dedupe",
            ["dedupe_key"],
            unique=False,
        )
        batch_op.create_index(
            "ix_jobs_lease",
            ["lease_until"],
            unique=False,
            postgresql_where=sa.text("state = 'running'"),
            sqlite_where=sa.text("state = 'running'"),
        )
        batch_op.create_index(
            "ix_jobs_ready",
            ["priority", "run_at", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'ready'"),
            sqlite_where=sa.text("state = 'ready'"),
        )

    op.create_table(
        "ledger_checkpoints",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_ledger_checkpoints")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("id", big_id(), autoincrement=True, nullable=False),
        sa.Column("leaf", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("act_id", sa.String(length=20), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("leaf", name=op.f("uq_ledger_entries_leaf")),
    )
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_entries_act_id"), ["act_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_entries_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_entries_recorded_at"), ["recorded_at"], unique=False)
        batch_op.create_index("ix_ledger_entries_xid_id", ["xid", "id"], unique=False)

    op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("last_xid", sa.BigInteger(), nullable=False),
        sa.Column("last_entry_id", sa.BigInteger(), nullable=False),
        sa.Column("watermark", sa.BigInteger(), nullable=False),
        sa.Column("pending_at", sa.BigInteger(), nullable=True),
        sa.Column("pending_xid", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "ledger_nodes",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("node_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level", "node_index", name=op.f("pk_ledger_nodes")),
    )
    op.create_table(
        "ledger_sheet_heads",
        sa.Column("sheet_id", sa.String(length=20), nullable=False),
        sa.Column("leaf", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sheet_id", name=op.f("pk_ledger_sheet_heads")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("name", name=op.f("uq_organisations_name")),
        sa.UniqueConstraint("uscc", name=op.f("uq_organisations_uscc")),
    )
    op.create_table(
        "projects",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=60), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("is_name_public", sa.Boolean(), nullable=False),
        sa.Column("is_restricted", sa.Boolean(), nullable=False),
        sa.Column("policy", json(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
    )
    op.create_table(
        "renditions",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("owner_kind", sa.String(length=30), nullable=False),
        sa.Column("owner_id", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sm3", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("manifest_of", sa.String(length=64), nullable=False),
        sa.Column("manifest_page", sa.Integer(), nullable=False),
        sa.Column("derived_from", sa.String(length=20), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "role in ('source', 'cad_source', 'published', 'sealed', 'view')",
            name=op.f("ck_renditions_role_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renditions")),
    )
    with op.batch_alter_table("renditions", schema=None) as batch_op:
        batch_op.create_index("ix_renditions_owner", ["owner_kind", "owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_renditions_sha256"), ["sha256"], unique=False)
        batch_op.create_index(
            "uq_renditions_sealed",
            ["derived_from"],
            unique=True,
            postgresql_where=sa.text("role = 'sealed'"),
            sqlite_where=sa.text("role = 'sealed'"),
        )

    op.create_table(
        "search_outbox",
        sa.Column("id", big_id(), autoincrement=True, nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("subject_kind", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_outbox")),
    )
    with op.batch_alter_table("search_outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_outbox_project_id"), ["project_id"], unique=False)

    op.create_table(
        "sign_in_attempts",
        sa.Column("id", big_id(), autoincrement=True, nullable=False),
        sa.Column("login_key", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("was_right", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempts_address", ["address", "at"], unique=False)
        batch_op.create_index("ix_sign_in_attempts_login", ["login_key", "at"], unique=False)

    op.create_table(
        "baselines",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind in ('submission', 'approved', 'release', 'acceptance', 'as_built', 'archive', 'inspection', 'hold')",
            name=op.f("ck_baselines_kind_known"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_baselines_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baselines")),
    )
    with op.batch_alter_table("baselines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_baselines_project_id"), ["project_id"], unique=False)

    op.create_table(
        "buildings",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("number_key", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("footprint", json(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_buildings_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buildings")),
        sa.UniqueConstraint("project_id", "number_key", name=op.f("uq_buildings_project_id_number_key")),
    )
    with op.batch_alter_table("buildings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_buildings_project_id"), ["project_id"], unique=False)

    op.create_table(
        "intakes",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("building_id", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("purpose in ('design', 'history')", name=op.f("ck_intakes_purpose_known")),
        sa.CheckConstraint("state in ('open', 'accepted', 'closed')", name=op.f("ck_intakes_state_known")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_intakes_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intakes")),
    )
    with op.batch_alter_table("intakes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intakes_project_id"), ["project_id"], unique=False)

    op.create_table(
        "learned_blocks",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("intake_id", sa.String(length=20), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("corner", sa.String(length=10), nullable=False),
        sa.Column("box", json(), nullable=False),
        sa.Column("learned_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_learned_blocks_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned_blocks")),
    )
    with op.batch_alter_table("learned_blocks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_learned_blocks_project_id"), ["project_id"], unique=False)

    op.create_table(
        "ledger_leaves",
        sa.Column("leaf_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", big_id(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entries.id"], name=op.f("fk_ledger_leaves_entry_id")),
        sa.PrimaryKeyConstraint("leaf_index", name=op.f("pk_ledger_leaves")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_ledger_leaves_entry_id")),
    )
    op.create_table(
        "ledger_sheet_links",
        sa.Column("sheet_id", sa.String(length=20), nullable=False),
        sa.Column("entry_id", big_id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name=op.f("fk_ledger_sheet_links_entry_id")
        ),
        sa.PrimaryKeyConstraint("sheet_id", "entry_id", name=op.f("pk_ledger_sheet_links")),
    )
    op.create_table(
        "parties",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("lot", sa.String(length=60), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role in ('owner', 'surveyor', 'designer', 'specialist_designer', 'reviewer', 'contractor', 'subcontractor', 'supervisor', 'authority', 'supervision_station', 'fire_authority', 'other_authority', 'archive', 'investigator', 'judicial', 'testing', 'cost', 'operator')",
            name=op.f("ck_parties_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_parties_organisation_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_parties_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parties")),
        sa.UniqueConstraint(
            "project_id",
            "organisation_id",
            "role",
            "lot",
            name=op.f("uq_parties_project_id_organisation_id_role_lot"),
        ),
    )
    with op.batch_alter_table("parties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_parties_project_id"), ["project_id"], unique=False)

    op.create_table(
        "people",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("login_key", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("password_by", sa.String(length=20), nullable=True),
        sa.Column("password_at", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("is_platform_admin", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_people_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("login_key", name=op.f("uq_people_login_key")),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "project_identifiers",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("scheme", sa.String(length=30), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.Column("original", sa.String(length=100), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("override_reason", sa.String(length=300), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_identifiers_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_identifiers")),
    )
    with op.batch_alter_table("project_identifiers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_identifiers_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_identifiers_value"), ["value"], unique=False)

    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("scopes", json(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_api_tokens_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_tokens_secret_hash")),
    )
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_tokens_person_id"), ["person_id"], unique=False)

    op.create_table(
        "baseline_items",
        sa.Column("baseline_id", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.String(length=20), nullable=False),
        sa.Column("revision_id", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["baseline_id"], ["baselines.id"], name=op.f("fk_baseline_items_baseline_id")
        ),
        sa.PrimaryKeyConstraint("baseline_id", "position", name=op.f("pk_baseline_items")),
    )
    op.create_table(
        "building_identifiers",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("building_id", sa.String(length=20), nullable=False),
        sa.Column("scheme", sa.String(length=30), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.Column("original", sa.String(length=100), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("issuer", sa.String(length=100), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["building_id"], ["buildings.id"], name=op.f("fk_building_identifiers_building_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_building_identifiers")),
    )
    with op.batch_alter_table("building_identifiers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_building_identifiers_building_id"), ["building_id"], unique=False
        )
        batch_op.create_index(
            "uq_building_identifiers_global",
            ["scheme", "value"],
            unique=True,
            postgresql_where=sa.text("scheme in ('jgj496', 'real_estate_unit')"),
            sqlite_where=sa.text("scheme in ('jgj496', 'real_estate_unit')"),
        )

    op.create_table(
        "drawing_list_entries",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("intake_id", sa.String(length=20), nullable=False),
        sa.Column("intake_sheet_id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("number_key", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("paper", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.String(length=30), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intakes.id"], name=op.f("fk_drawing_list_entries_intake_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawing_list_entries")),
    )
    with op.batch_alter_table("drawing_list_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drawing_list_entries_intake_id"), ["intake_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_drawing_list_entries_project_id"), ["project_id"], unique=False)

    op.create_table(
        "intake_files",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("intake_id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sm3", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("reason_data", json(), nullable=False),
        sa.Column("signatures", json(), nullable=False),
        sa.Column("problems", json(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state in ('received', 'ready', 'stored_only', 'refused')",
            name=op.f("ck_intake_files_state_known"),
        ),
        sa.ForeignKeyConstraint(["intake_id"], ["intakes.id"], name=op.f("fk_intake_files_intake_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_files")),
    )
    with op.batch_alter_table("intake_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intake_files_intake_id"), ["intake_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_intake_files_sha256"), ["sha256"], unique=False)

    op.create_table(
        "seats",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("all_buildings", sa.Boolean(), nullable=False),
        sa.Column("buildings", json(), nullable=False),
        sa.Column("all_disciplines", sa.Boolean(), nullable=False),
        sa.Column("disciplines", json(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.BigInteger(), nullable=True),
        sa.Column("handed_over_from", sa.String(length=20), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role in ('project_lead', 'discipline_lead', 'drafter', 'checker', 'verifier', 'approver', 'cosigner', 'registered_person', 'review_engineer', 'technical_lead', 'legal_representative', 'project_manager', 'site_tech_lead', 'document_clerk', 'site_user', 'chief_supervisor', 'supervision_engineer', 'inspector', 'archivist', 'reader')",
            name=op.f("ck_seats_role_known"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_seats_party_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_seats_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_seats_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
    )
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seats_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_seats_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_seats_project_id"), ["project_id"], unique=False)

    op.create_table(
        "sheets",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("building_id", sa.String(length=20), nullable=True),
        sa.Column("place_key", sa.String(length=20), nullable=False),
        sa.Column("discipline", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("number_original", sa.String(length=80), nullable=False),
        sa.Column("number_key", sa.String(length=80), nullable=False),
        sa.Column("loose_key", sa.String(length=80), nullable=False),
        sa.Column("look_alike_key", sa.String(length=80), nullable=False),
        sa.Column(
            "sort_key",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_rev_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["building_id"], ["buildings.id"], name=op.f("fk_sheets_building_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_sheets_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheets")),
        sa.UniqueConstraint(
            "project_id",
            "place_key",
            "discipline",
            "number_key",
            name=op.f("uq_sheets_project_id_place_key_discipline_number_key"),
        ),
    )
    with op.batch_alter_table("sheets", schema=None) as batch_op:
        batch_op.create_index("ix_sheets_loose", ["project_id", "loose_key"], unique=False)
        batch_op.create_index("ix_sheets_order", ["project_id", "sort_key"], unique=False)

    op.create_table(
        "web_sessions",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("csrf_secret", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("user_agent", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_web_sessions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_sessions")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_web_sessions_secret_hash")),
    )
    with op.batch_alter_table("web_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_sessions_person_id"), ["person_id"], unique=False)

    op.create_table(
        "intake_sheets",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("intake_id", sa.String(length=20), nullable=False),
        sa.Column("file_id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("read", json(), nullable=False),
        sa.Column("values", json(), nullable=False),
        sa.Column("corrected", json(), nullable=False),
        sa.Column("building_id", sa.String(length=20), nullable=True),
        sa.Column("width_um", sa.BigInteger(), nullable=False),
        sa.Column("height_um", sa.BigInteger(), nullable=False),
        sa.Column("paper", sa.String(length=20), nullable=False),
        sa.Column("block_box", json(), nullable=True),
        sa.Column("completeness", sa.String(length=12), nullable=False),
        sa.Column("problems", json(), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=True),
        sa.Column("pdf_sm3", sa.String(length=64), nullable=True),
        sa.Column("pdf_size", sa.BigInteger(), nullable=True),
        sa.Column("revision_id", sa.String(length=20), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('proposed', 'accepted', 'left_out')", name=op.f("ck_intake_sheets_state_known")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["intake_files.id"], name=op.f("fk_intake_sheets_file_id")),
        sa.ForeignKeyConstraint(["intake_id"], ["intakes.id"], name=op.f("fk_intake_sheets_intake_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_sheets")),
    )
    with op.batch_alter_table("intake_sheets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intake_sheets_file_id"), ["file_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_intake_sheets_intake_id"), ["intake_id"], unique=False)
        batch_op.create_index("ix_intake_sheets_order", ["intake_id", "position"], unique=False)

    op.create_table(
        "record_facts",
        sa.Column("id", big_id(), autoincrement=True, nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("sheet_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("revision_id", sa.String(length=20), nullable=True),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("is_backdated", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("act_id", sa.String(length=20), nullable=False),
        sa.CheckConstraint("kind in ('released', 'voided')", name=op.f("ck_record_facts_kind_known")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheets.id"], name=op.f("fk_record_facts_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_facts")),
    )
    with op.batch_alter_table("record_facts", schema=None) as batch_op:
        batch_op.create_index("ix_record_facts_project", ["project_id", "recorded_at"], unique=False)
        batch_op.create_index(
            "ix_record_facts_sheet", ["sheet_id", "effective_at", "recorded_at", "id"], unique=False
        )

    op.create_table(
        "sheet_revisions",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("sheet_id", sa.String(length=20), nullable=False),
        sa.Column("rev_seq", sa.Integer(), nullable=False),
        sa.Column("rev_label", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("building_id", sa.String(length=20), nullable=True),
        sa.Column("discipline", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("paper", sa.String(length=20), nullable=False),
        sa.Column("scales", sa.String(length=100), nullable=False),
        sa.Column("issue_date", sa.String(length=20), nullable=False),
        sa.Column("title_block", json(), nullable=False),
        sa.Column("completeness", sa.String(length=12), nullable=False),
        sa.Column("drafted_by", sa.String(length=20), nullable=False),
        sa.Column("also_drafted_by", json(), nullable=False),
        sa.Column("short_code", sa.String(length=10), nullable=False),
        sa.Column("base_sha256", sa.String(length=64), nullable=True),
        sa.Column("frozen_at", sa.BigInteger(), nullable=True),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("external", json(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('draft', 'checking', 'issued', 'submitted', 'returned', 'approved', 'released', 'withdrawn', 'void')",
            name=op.f("ck_sheet_revisions_state_known"),
        ),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheets.id"], name=op.f("fk_sheet_revisions_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_revisions")),
        sa.UniqueConstraint("sheet_id", "rev_seq", name=op.f("uq_sheet_revisions_sheet_id_rev_seq")),
        sa.UniqueConstraint("short_code", name=op.f("uq_sheet_revisions_short_code")),
    )
    with op.batch_alter_table("sheet_revisions", schema=None) as batch_op:
        batch_op.create_index("ix_sheet_revisions_project", ["project_id", "state"], unique=False)

    op.create_table(
        "slip_effects",
        sa.Column("id", big_id(), autoincrement=True, nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("sheet_id", sa.String(length=20), nullable=False),
        sa.Column("change_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("absorbed_by", sa.String(length=20), nullable=True),
        sa.Column("regions", json(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("is_backdated", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("act_id", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "kind in ('effective', 'cancelled', 'superseded', 'absorbed')",
            name=op.f("ck_slip_effects_kind_known"),
        ),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheets.id"], name=op.f("fk_slip_effects_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_effects")),
    )
    with op.batch_alter_table("slip_effects", schema=None) as batch_op:
        batch_op.create_index("ix_slip_effects_project", ["project_id", "effective_at"], unique=False)
        batch_op.create_index(
            "ix_slip_effects_sheet", ["sheet_id", "effective_at", "recorded_at"], unique=False
        )

    op.create_table(
        "revision_signatures",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision_id", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("discipline", sa.String(length=20), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "decision in ('signed', 'rejected')", name=op.f("ck_revision_signatures_decision_known")
        ),
        sa.CheckConstraint(
            "role in ('checker', 'verifier', 'approver', 'cosigner')",
            name=op.f("ck_revision_signatures_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["sheet_revisions.id"], name=op.f("fk_revision_signatures_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_signatures")),
    )
    with op.batch_alter_table("revision_signatures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revision_signatures_revision_id"), ["revision_id"], unique=False)

    for table in APPEND_ONLY:
        make_append_only(table)


def downgrade() -> None:
    for table in APPEND_ONLY:
        drop_append_only(table)
    with op.batch_alter_table("revision_signatures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revision_signatures_revision_id"))

    op.drop_table("revision_signatures")
    with op.batch_alter_table("slip_effects", schema=None) as batch_op:
        batch_op.drop_index("ix_slip_effects_sheet")
        batch_op.drop_index("ix_slip_effects_project")

    op.drop_table("slip_effects")
    with op.batch_alter_table("sheet_revisions", schema=None) as batch_op:
        batch_op.drop_index("ix_sheet_revisions_project")

    op.drop_table("sheet_revisions")
    with op.batch_alter_table("record_facts", schema=None) as batch_op:
        batch_op.drop_index("ix_record_facts_sheet")
        batch_op.drop_index("ix_record_facts_project")

    op.drop_table("record_facts")
    with op.batch_alter_table("intake_sheets", schema=None) as batch_op:
        batch_op.drop_index("ix_intake_sheets_order")
        batch_op.drop_index(batch_op.f("ix_intake_sheets_intake_id"))
        batch_op.drop_index(batch_op.f("ix_intake_sheets_file_id"))

    op.drop_table("intake_sheets")
    with op.batch_alter_table("web_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_sessions_person_id"))

    op.drop_table("web_sessions")
    with op.batch_alter_table("sheets", schema=None) as batch_op:
        batch_op.drop_index("ix_sheets_order")
        batch_op.drop_index("ix_sheets_loose")

    op.drop_table("sheets")
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seats_project_id"))
        batch_op.drop_index(batch_op.f("ix_seats_person_id"))
        batch_op.drop_index(batch_op.f("ix_seats_party_id"))

    op.drop_table("seats")
    with op.batch_alter_table("intake_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intake_files_sha256"))
        batch_op.drop_index(batch_op.f("ix_intake_files_intake_id"))

    op.drop_table("intake_files")
    with op.batch_alter_table("drawing_list_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drawing_list_entries_project_id"))
        batch_op.drop_index(batch_op.f("ix_drawing_list_entries_intake_id"))

    op.drop_table("drawing_list_entries")
    with op.batch_alter_table("building_identifiers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_building_identifiers_global",
            postgresql_where=sa.text("scheme in ('jgj496', 'real_estate_unit')"),
            sqlite_where=sa.text("scheme in ('jgj496', 'real_estate_unit')"),
        )
        batch_op.drop_index(batch_op.f("ix_building_identifiers_building_id"))

    op.drop_table("building_identifiers")
    op.drop_table("baseline_items")
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_tokens_person_id"))

    op.drop_table("api_tokens")
    with op.batch_alter_table("project_identifiers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_identifiers_value"))
        batch_op.drop_index(batch_op.f("ix_project_identifiers_project_id"))

    op.drop_table("project_identifiers")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_organisation_id"))

    op.drop_table("people")
    with op.batch_alter_table("parties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_parties_project_id"))

    op.drop_table("parties")
    op.drop_table("ledger_sheet_links")
    op.drop_table("ledger_leaves")
    with op.batch_alter_table("learned_blocks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_learned_blocks_project_id"))

    op.drop_table("learned_blocks")
    with op.batch_alter_table("intakes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intakes_project_id"))

    op.drop_table("intakes")
    with op.batch_alter_table("buildings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_buildings_project_id"))

    op.drop_table("buildings")
    with op.batch_alter_table("baselines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_baselines_project_id"))

    op.drop_table("baselines")
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_attempts_login")
        batch_op.drop_index("ix_sign_in_attempts_address")

    op.drop_table("sign_in_attempts")
    with op.batch_alter_table("search_outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_outbox_project_id"))

    op.drop_table("search_outbox")
    with op.batch_alter_table("renditions", schema=None) as batch_op:
        batch_op.drop_index("uq_renditions_sealed")
        batch_op.drop_index(batch_op.f("ix_renditions_sha256"))
        batch_op.drop_index("ix_renditions_owner")

    op.drop_table("renditions")
    op.drop_table("projects")
    op.drop_table("organisations")
    op.drop_table("ledger_sheet_heads")
    op.drop_table("ledger_nodes")
    op.drop_table("ledger_head")
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_entries_xid_id")
        batch_op.drop_index(batch_op.f("ix_ledger_entries_recorded_at"))
        batch_op.drop_index(batch_op.f("ix_ledger_entries_project_id"))
        batch_op.drop_index(batch_op.f("ix_ledger_entries_act_id"))

    op.drop_table("ledger_entries")
    op.drop_table("ledger_checkpoints")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_jobs_ready",
            postgresql_where=sa.text("state = 'ready'"),
            sqlite_where=sa.text("state = 'ready'"),
        )
        batch_op.drop_index(
            "ix_jobs_lease",
            postgresql_where=sa.text("state = 'running'"),
            sqlite_where=sa.text("state = 'running'"),
        )
        batch_op.drop_index(
            "ix_jobs_dedupe",
        )

    op.drop_table("jobs")
    with op.batch_alter_table("idempotency_records", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_records_created_at"))

    op.drop_table("idempotency_records")
