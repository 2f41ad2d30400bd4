"""Second factors: one-time codes, recovery codes, and the limit on guessing."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import big_id

revision = "20261201_second_factors"
down_revision = "20261130_distribution"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_factors",
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("asks_at_sign_in", sa.Boolean(), nullable=False),
        sa.Column("reset_at", sa.BigInteger(), nullable=True),
        sa.Column("reset_by", sa.String(length=20), nullable=True),
        sa.Column("reset_reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_second_factors_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "second_factor_recovery_codes",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_second_factor_recovery_codes_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor_recovery_codes")),
    )
    with op.batch_alter_table("second_factor_recovery_codes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_second_factor_recovery_codes_person_id"), ["person_id"], unique=False
        )
    op.create_table(
        "second_factor_guesses",
        sa.Column("id", big_id(), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor_guesses")),
    )
    with op.batch_alter_table("second_factor_guesses", schema=None) as batch_op:
        batch_op.create_index("ix_second_factor_guesses_person", ["person_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("second_factor_guesses")
    op.drop_table("second_factor_recovery_codes")
    op.drop_table("second_factors")
