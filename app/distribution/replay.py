"""Distribution as the ledger tells it: the chapter that this subject adds to the record's fold."""

from app.distribution.models import ControlledCopy, CopyEvent, ReceiptFact, Transmittal
from app.distribution.rules import ReceiptFactKind
from app.kernel.ledger.telling import read_back
from app.record.replay import Chapter, ChapterTable, Entry, Replay

TABLES = (
    ChapterTable("receipt", ReceiptFact),
    ChapterTable("transmittal", Transmittal),
    ChapterTable("controlled-copy", ControlledCopy),
    ChapterTable("copy-event", CopyEvent),
)
_MODELS = {str(t.model.__tablename__): t.model for t in TABLES}
ENTRIES = (
    *(f"receipt.{kind.replace('_', '-')}" for kind in ReceiptFactKind),
    "transmittal.sent",
    "transmittal.listed",
    "copy.issued",
    "copy.recalled",
    "copy.destroyed",
)


def _rows(now: Replay, entry: Entry) -> None:
    for table, rows in entry["data"]["rows"].items():
        for row in rows:
            now.more[table][row["id"]] = read_back(_MODELS[table], row)


def _people(told: Replay) -> set[str]:
    return {row["person_id"] for table in _MODELS for row in told.more[table].values()}


def _nothing_is_draft(now: Replay) -> None:
    """Receipts speak of frozen revisions and effective slips alone."""
    del now


DISTRIBUTION = Chapter(
    tables=TABLES,
    rules=dict.fromkeys(ENTRIES, _rows),
    people=_people,
    forget_drafts=_nothing_is_draft,
)
"""Receipts, transmittals, controlled copies."""
