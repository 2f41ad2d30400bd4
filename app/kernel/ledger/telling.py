"""How acts of the review are told to the ledger: each entry carries the rows it wrote, whole, by table.

So the fold that reads them back (:mod:`app.review.replay`) is one rule for all entries, and a column added to a table is
told from that day on.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.kernel.clock import from_micros, to_micros
from app.kernel.db.transactions import Tx
from app.kernel.db.types import Base, UtcMicros
from app.kernel.ledger.append import Fact, FileFact
from app.kernel.policy import SeatFact

VERSION = "version"
"""The column that counts writes; not of the record."""


def told(row: Base) -> dict[str, Any]:
    """A row's columns as canonical JSON takes them; instants in microseconds."""
    table = sa.inspect(type(row)).local_table
    values = {c.key: getattr(row, c.key) for c in table.columns if c.key != VERSION}
    return {k: to_micros(v) if isinstance(v, datetime) else v for k, v in values.items()}


def read_back(model: type[Base], values: Mapping[str, Any]) -> dict[str, Any]:
    """What :func:`told` wrote, as the database gives it."""
    kinds = {c.key: c.type for c in sa.inspect(model).local_table.columns}
    return {
        k: from_micros(v) if v is not None and isinstance(kinds.get(k), UtcMicros) else v
        for k, v in values.items()
    }


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
    """Note a fact with the rows it wrote; ``project_id`` None: it is of no single project. Defaults are told too."""
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


def tell(
    tx: Tx,
    kind: str,
    project_id: str | None,
    seat: SeatFact,
    *rows: Base,
    sheet_id: str | None = None,
    files: tuple[FileFact, ...] = (),
    **subjects: str,
) -> None:
    """Note a fact that came by a seat, with the rows it wrote."""
    note(
        tx,
        kind,
        *rows,
        project_id=project_id,
        sheet_id=sheet_id,
        files=files,
        seat_id=seat.seat_id,
        party_id=seat.party_id,
        **subjects,
    )
