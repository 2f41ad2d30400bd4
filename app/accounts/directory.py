"""Who is behind the identifiers of the ledger, beside the bytes: the one thing of the register that may be erased.

The ledger names people by identifiers only, so that it never has to forget. Their names stand in one side file that is
written again whenever they change; with it a rebuilt register shows names, without it identifiers. No secret is in it.
"""

import json
from typing import Any

import sqlalchemy as sa

from app.accounts.models import Person
from app.kernel.db.transactions import Database
from app.kernel.ledger.canonical import canonical_bytes
from storage import ObjectStore
from storage.errors import NotFound

KEY = "directory/people.json"
COLUMNS = ("id", "organisation_id", "name", "login", "email", "phone", "language", "timezone")
FLAGS = ("is_platform_admin", "is_active")


class DirectoryWriter:
    """Writes the file when it is not what the database says; remembers what it wrote."""

    def __init__(self, database: Database, store: ObjectStore) -> None:
        self._database = database
        self._store = store
        self._written = b""

    def write(self) -> None:
        """Bring the file up to date."""
        columns = [getattr(Person, name) for name in (*COLUMNS, *FLAGS)]
        with self._database.read() as session:
            rows = session.execute(sa.select(*columns).order_by(Person.id)).mappings().all()
        data = canonical_bytes([dict(row) for row in rows])
        if data != self._written:
            self._store.write_named(KEY, data)
            self._written = data


def read_directory(store: ObjectStore) -> dict[str, dict[str, Any]]:
    """People by identifier; empty when the file is not there."""
    try:
        rows = json.loads(store.read_named(KEY))
    except NotFound:
        return {}
    return {row["id"]: row for row in rows}
