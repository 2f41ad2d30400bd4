"""Change documents as the ledger tells them: the chapter that this subject adds to the record's fold."""

from app.changes.models import (
    ChangeAbsorption,
    ChangeDocument,
    ChangeFile,
    ChangeIncorporation,
    ChangePaper,
    ChangeSheet,
    ChangeStep,
    ChangeWord,
)
from app.changes.rules import PAST
from app.kernel.ledger.telling import read_back
from app.record.replay import Chapter, ChapterTable, Entry, Replay

_FIRST = {"version": 1}
TABLES = (
    ChapterTable("change", ChangeDocument, _FIRST),
    ChapterTable("change-sheet", ChangeSheet, _FIRST),
    ChapterTable("change-step", ChangeStep),
    ChapterTable("change-word", ChangeWord),
    ChapterTable("change-file", ChangeFile),
    ChapterTable("change-absorption", ChangeAbsorption),
    ChapterTable("change-incorporation", ChangeIncorporation),
    ChapterTable("change-paper", ChangePaper),
)
_MODELS = {str(t.model.__tablename__): t.model for t in TABLES}
_PEOPLE = ("person_id", "created_by")


def _rows(now: Replay, entry: Entry) -> None:
    for table, rows in entry["data"]["rows"].items():
        for row in rows:
            now.more[table][row["id"]] = read_back(_MODELS[table], row)


def _people(told: Replay) -> set[str]:
    rows = (row for table in _MODELS for row in told.more[table].values())
    return {row[name] for row in rows for name in _PEOPLE if row.get(name)}


def _without_drafts(now: Replay) -> None:
    """A draft that was not frozen does not come back; neither does what a change said of it."""
    sheets = now.more["change_sheets"]
    now.more["change_sheets"] = {k: r for k, r in sheets.items() if r["sheet_id"] in now.sheets}
    ticks = now.more["change_absorptions"]
    now.more["change_absorptions"] = {k: r for k, r in ticks.items() if r["revision_id"] in now.revisions}


OTHER_ENTRIES = (
    "change.edited",
    "change.classed",
    "change.costed",
    "change.word-given",
    "change.file-added",
    "change.absorption-ticked",
    "change.incorporation-stated",
    "change.paper-kept",
)
CHANGES = Chapter(
    tables=TABLES,
    rules=dict.fromkeys((*(f"change.{past}" for past in PAST.values()), *OTHER_ENTRIES), _rows),
    people=_people,
    forget_drafts=_without_drafts,
)
"""Change documents with their steps, words, files, absorptions."""
