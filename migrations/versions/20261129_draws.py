"""Random draws for spot checks."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import drop_append_only, json, make_append_only

revision = "20261129_draws"
down_revision = "20261128_review_papers"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "review_draws",
    "review_draw_shares",
    "review_draw_reveals",
    "review_draw_values",
    "review_draw_results",
    "review_draw_ends",
)


def _ref(name: str) -> sa.Column:
    return sa.Column(name, sa.String(length=20), nullable=False)


def _about(table: str, column: str, parent: str, *, once: bool = True) -> tuple:
    """The column that names what a row is about, and that it is there once."""
    parts = (
        _ref(column),
        sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    unique = (sa.UniqueConstraint(column, name=op.f(f"uq_{table}_{column}")),) if once else ()
    return parts + unique


def upgrade() -> None:
    op.create_table(
        "review_draws",
        _ref("id"),
        _ref("organisation_id"),
        sa.Column("short_code", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("announcement", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("project_ids", json(), nullable=False),
        _ref("person_id"),
        _ref("seat_id"),
        _ref("party_id"),
        _ref("act_id"),
        sa.Column("announced_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_draws")),
        sa.UniqueConstraint("short_code", name=op.f("uq_review_draws_short_code")),
    )
    with op.batch_alter_table("review_draws", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_review_draws_organisation_id"), ["organisation_id"], unique=False
        )
    op.create_table(
        "review_draw_shares",
        _ref("id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        _ref("person_id"),
        _ref("seat_id"),
        _ref("party_id"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_about("review_draw_shares", "draw_id", "review_draws", once=False),
        sa.UniqueConstraint("draw_id", "number", name=op.f("uq_review_draw_shares_draw_id_number")),
        sa.UniqueConstraint("draw_id", "person_id", name=op.f("uq_review_draw_shares_draw_id_person_id")),
    )
    _create_what_happens_once()
    for table in APPEND_ONLY:
        make_append_only(table)


def downgrade() -> None:
    for table in reversed(APPEND_ONLY):
        drop_append_only(table)
        op.drop_table(table)


def _create_what_happens_once() -> None:
    for table, column, parent, *own in (
        (
            "review_draw_reveals",
            "share_id",
            "review_draw_shares",
            sa.Column("secret", sa.String(200), nullable=False),
        ),
        ("review_draw_values", "draw_id", "review_draws", sa.Column("value", sa.String(300), nullable=False)),
        (
            "review_draw_results",
            "draw_id",
            "review_draws",
            sa.Column("seed", sa.String(64), nullable=False),
            sa.Column("result", sa.Text(), nullable=False),
            sa.Column("digest", sa.String(64), nullable=False),
        ),
        (
            "review_draw_ends",
            "draw_id",
            "review_draws",
            sa.Column("reason", sa.Text(), nullable=False),
            sa.Column("was_known", sa.Boolean(), nullable=False),
        ),
    ):
        op.create_table(
            table,
            _ref("id"),
            *own,
            _ref("person_id"),
            _ref("seat_id"),
            sa.Column("at", sa.BigInteger(), nullable=False),
            *_about(table, column, parent),
        )
