"""Seals as the ledger tells them: the chapter that they add to the record's fold.

It stands here because seals stand below the record and cannot know it.
"""

from app.kernel.clock import from_micros
from app.kernel.ledger.telling import read_back
from app.record.replay import Chapter, ChapterTable, Entry, Replay
from app.seals.models import Seal, SealBatch, SealJudgement, SealKeeper, SealOfficer, SealUse

_FIRST = {"version": 1}
TABLES = (
    ChapterTable("seal-officer", SealOfficer),
    ChapterTable("seal", Seal, _FIRST),
    ChapterTable("seal-keeper", SealKeeper),
    ChapterTable("seal-batch", SealBatch, _FIRST),
    ChapterTable("seal-use", SealUse, _FIRST),
    ChapterTable("seal-judgement", SealJudgement),
)
_MODELS = {str(t.model.__tablename__): t.model for t in TABLES}
_PEOPLE = ("person_id", "appointed_by", "holder_id", "created_by", "named_by", "asked_by", "second_by")


def _rows(now: Replay, entry: Entry) -> None:
    for table, rows in entry["data"]["rows"].items():
        for row in rows:
            if table == "renditions":
                now.sealed[row["id"]] = {**row, "recorded_at": from_micros(row["recorded_at"])}
            else:
                now.more[table][row["id"]] = read_back(_MODELS[table], row)


def _put(now: Replay, entry: Entry) -> None:
    """A seal was put on: its bytes, and those that were made ready for it, have gone into the revision."""
    _rows(now, entry)
    revision = entry["subjects"].get("revision")
    if revision is not None:
        now.files.setdefault(revision, set()).update(file["sha256"] for file in entry["files"])


def _people(told: Replay) -> set[str]:
    rows = (row for table in _MODELS for row in told.more[table].values())
    return {row[name] for row in rows for name in _PEOPLE if row.get(name)}


def _without_drafts(now: Replay) -> None:
    """What was sealed and never issued does not come back; that it was decided stays told."""
    now.sealed = {
        key: row
        for key, row in now.sealed.items()
        if row["owner_kind"] != "revision" or row["owner_id"] in now.revisions
    }


OTHER_ENTRIES = (
    "seal-officer.appointed",
    "seal-officer.dismissed",
    "seal.registered",
    "seal.edited",
    "seal.state-set",
    "seal.keeper-named",
    "seal.keeper-ended",
    "seal-batch.asked",
    "seal-batch.confirmed",
    "seal-batch.refused",
    "seal-batch.resumed",
    "seal-batch.done",
    "seal-batch.broken-off",
    "seal.not-put",
    "seal.judged",
    "seal.verdict-worsened",
)
SEALS = Chapter(
    tables=TABLES,
    rules={**dict.fromkeys(OTHER_ENTRIES, _rows), "seal.put": _put},
    people=_people,
    forget_drafts=_without_drafts,
)
"""Officers, seals, keepers, decisions to seal with each document, judgements."""
