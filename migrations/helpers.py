"""What several migrations share: frozen forms of types and triggers that work on both databases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def big_id() -> sa.types.TypeEngine:
    """Counting keys: SQLite counts only plain INTEGER."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def json() -> sa.types.TypeEngine:
    """JSONB on PostgreSQL, JSON text on SQLite."""
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def make_append_only(table: str) -> None:
    """Stop UPDATE, DELETE and TRUNCATE by trigger (SECURITY 3, 16): slows a careless hand, the ledger finds the rest."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(
                f"create trigger {table}_no_{act} before {act} on {table} "
                f"begin select raise(abort, '{table} is append-only'); end"
            )
        return
    op.execute(
        "create or replace function oneset_append_only() returns trigger language plpgsql as "
        "$$ begin raise exception '% is append-only', tg_table_name; end $$"
    )
    op.execute(
        f"create trigger {table}_append_only before update or delete on {table} "
        "for each row execute function oneset_append_only()"
    )
    op.execute(
        f"create trigger {table}_no_truncate before truncate on {table} "
        "for each statement execute function oneset_append_only()"
    )


def drop_append_only(table: str) -> None:
    """Take the triggers away again; a migration that drops the table needs it on PostgreSQL."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(f"drop trigger if exists {table}_no_{act}")
        return
    op.execute(f"drop trigger if exists {table}_append_only on {table}")
    op.execute(f"drop trigger if exists {table}_no_truncate on {table}")
