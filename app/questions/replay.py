"""Questions as the ledger tells them: the chapter that this subject adds to the record's fold."""

from app.kernel.ledger.telling import read_back
from app.questions.models import (
    ContactNote,
    ContactNoteFile,
    ContactNoteStep,
    JointItem,
    JointReview,
    JointSignature,
    JointStep,
    JointWaiver,
)
from app.questions.rules import JOINT_PAST, NOTE_PAST
from app.record.replay import Chapter, ChapterTable, Entry, Replay

_FIRST = {"version": 1}
TABLES = (
    ChapterTable("contact-note", ContactNote, _FIRST),
    ChapterTable("contact-note-step", ContactNoteStep),
    ChapterTable("contact-note-file", ContactNoteFile),
    ChapterTable("jdr", JointReview, _FIRST),
    ChapterTable("jdr-step", JointStep),
    ChapterTable("jdr-item", JointItem, _FIRST),
    ChapterTable("jdr-signature", JointSignature),
    ChapterTable("jdr-waiver", JointWaiver),
)
_MODELS = {str(t.model.__tablename__): t.model for t in TABLES}
_PEOPLE = ("person_id", "created_by", "answered_by")
OTHER_ENTRIES = (
    "note.file-added",
    "jdr.meeting-set",
    "jdr.item-asked",
    "jdr.items-imported",
    "jdr.item-edited",
    "jdr.item-withdrawn",
    "jdr.items-ordered",
    "jdr.item-answered",
    "jdr.signed",
    "jdr.waived",
)


def _rows(now: Replay, entry: Entry) -> None:
    for table, rows in entry["data"]["rows"].items():
        for row in rows:
            now.more[table][row["id"]] = read_back(_MODELS[table], row)


def _people(told: Replay) -> set[str]:
    rows = [row for table in _MODELS for row in told.more[table].values()]
    return {row[name] for row in rows for name in _PEOPLE if row.get(name)}


def _nothing_is_draft(now: Replay) -> None:
    """A question was put to others: it stays, even when the sheet it named was a draft that is not there any more."""
    del now


_NOTES = tuple(f"note.{past}" for past in NOTE_PAST.values())
_JOINTS = tuple(f"jdr.{past}" for past in JOINT_PAST.values())
QUESTIONS = Chapter(
    tables=TABLES,
    rules=dict.fromkeys((*_NOTES, *_JOINTS, *OTHER_ENTRIES), _rows),
    people=_people,
    forget_drafts=_nothing_is_draft,
)
"""Contact notes and joint drawing reviews."""
