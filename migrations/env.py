"""Alembic's entry: one connection, one transaction, both databases."""

import sqlalchemy as sa
from alembic import context

from app.config import settings_from
from app.kernel.db.engine import open_engine
from app.tables import METADATA


def include_object(thing, name, kind, reflected, compare_to):
    """Tables that PostgreSQL search keeps for itself are not the models' business."""
    return not (kind == "table" and name and name.startswith("search_index"))


def run(connection: sa.Connection) -> None:
    """Run the migrations on an open connection."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        include_object=include_object,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = open_engine(context.config.get_main_option("sqlalchemy.url") or settings_from().database)
    with engine.begin() as connection:
        run(connection)
