"""Bringing a database to the newest schema."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

SCRIPTS = Path(__file__).resolve().parents[3] / "migrations"


def migrate(engine: sa.Engine, target: str = "head") -> None:
    """Run all migrations up to a target in one transaction."""
    with engine.begin() as connection:
        command.upgrade(_config(connection), target)


def downgrade(engine: sa.Engine, target: str) -> None:
    """Run migrations backwards: for tests; a record in use is never downgraded."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), target)


def is_current(engine: sa.Engine) -> bool:
    """True when the database is at the newest schema."""
    with engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
    return here == ScriptDirectory(str(SCRIPTS)).get_current_head()


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config
