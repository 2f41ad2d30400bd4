"""Notices, letters, hooks."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_notices"
down_revision = "20261129_draws"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_leaf", sa.BigInteger(), nullable=False),
        sa.Column("clocks_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_head")),
    )
    op.create_table(
        "notice_letters",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=True),
        sa.Column("hook_id", sa.String(length=20), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("given_up_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_letters")),
    )
    with op.batch_alter_table("notice_letters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_letters_hook_id"), ["hook_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_letters_person_id"), ["person_id"], unique=False)

    op.create_table(
        "notice_choices",
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("rhythm", sa.String(length=10), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "rhythm in ('soon', 'hourly', 'daily', 'urgent', 'never')",
            name=op.f("ck_notice_choices_rhythm_known"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notice_choices_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_choices")),
    )
    _hooks()
    _notices()


def _hooks() -> None:
    op.create_table(
        "notice_hooks",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("made_by", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind in ('generic', 'wecom', 'dingtalk')", name=op.f("ck_notice_hooks_kind_known")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_notice_hooks_party_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_notice_hooks_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_hooks")),
    )
    with op.batch_alter_table("notice_hooks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_hooks_project_id"), ["project_id"], unique=False)


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=True),
        sa.Column("hook_id", sa.String(length=20), nullable=True),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.String(length=20), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("letter_id", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "subject in ('case', 'change', 'sheet', 'seat', 'project', 'receipts', 'handout', 'note', 'jdr')",
            name=op.f("ck_notices_subject_known"),
        ),
        sa.ForeignKeyConstraint(["hook_id"], ["notice_hooks.id"], name=op.f("fk_notices_hook_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notices_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_notices_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("hook_id", "key", name=op.f("uq_notices_hook_id_key")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_notices_person_id_key")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_person", ["person_id", "at"], unique=False)
        batch_op.create_index("ix_notices_unsent", ["letter_id", "at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index("ix_notices_unsent")
        batch_op.drop_index("ix_notices_person")

    op.drop_table("notices")
    with op.batch_alter_table("notice_hooks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_hooks_project_id"))

    op.drop_table("notice_hooks")
    op.drop_table("notice_choices")
    with op.batch_alter_table("notice_letters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_letters_person_id"))
        batch_op.drop_index(batch_op.f("ix_notice_letters_hook_id"))

    op.drop_table("notice_letters")
    op.drop_table("notice_head")
