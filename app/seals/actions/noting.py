"""How acts with seals are told to the ledger: each entry carries the rows it wrote, whole (as the other subjects do)."""

from collections.abc import Sequence
from typing import Any

from app.kernel.db.transactions import Tx
from app.kernel.db.types import Base
from app.kernel.ledger.append import Fact, FileFact
from app.kernel.ledger.telling import told


def note(
    tx: Tx,
    kind: str,
    *rows: Base,
    project_id: str | None = None,
    sheet_id: str | None = None,
    files: Sequence[FileFact] = (),
    seat_id: str | None = None,
    party_id: str | None = None,
    **subjects: str,
) -> None:
    """Note a fact with the rows it wrote."""
    tx.session.flush()
    by_table: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_table.setdefault(str(type(row).__tablename__), []).append(told(row))
    tx.record(
        Fact(
            kind,
            project_id,
            sheet_id=sheet_id,
            subjects=subjects,
            files=files,
            data={"rows": by_table},
            seat_id=seat_id,
            party_id=party_id,
        )
    )
