"""Photos and papers of a contact note: rows for bytes that are stored already."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.kernel.db.transactions import Tx
from app.kernel.errors import FORBIDDEN, Refused
from app.kernel.ids import new_id
from app.kernel.ledger.append import FileFact
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact
from app.questions.actions.notes import note_to_change, seat_of_note
from app.questions.models import ContactNote, ContactNoteFile
from app.questions.refusals import NOTE_ENDED, TOO_MANY_FILES
from app.questions.rules import MOST_FILES, NOTE_LABELS, NoteState

TAKES_FILES = frozenset({NoteState.OPEN, NoteState.ANSWERED})


@dataclass(frozen=True)
class StoredFile:
    """A file whose bytes are in the store."""

    file: FileFact
    media_type: str
    file_name: str
    is_photo: bool


def file_seat(rights: Rights, note: ContactNote) -> SeatFact:
    """Who may add a file: the two parties between whom the note goes, while it is at work.

    Raises:
        Refused: ``forbidden``; ``note-ended``.
    """
    seat = seat_of_note(rights, note, "close", Permission.NOTE_ASK) or seat_of_note(
        rights, note, "answer", Permission.NOTE_ANSWER
    )
    if seat is None:
        raise Refused(FORBIDDEN, action=Permission.NOTE_ASK)
    if note.state not in TAKES_FILES:
        raise Refused(NOTE_ENDED, state=NOTE_LABELS[note.state])
    return seat


def add_note_file(tx: Tx, note_id: str, stored: StoredFile) -> str:
    """Add a photo or a paper to a note; returns its id. The same bytes from the same party exist once.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``note-ended``; ``note-files-many``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    note = note_to_change(tx, rights, note_id)
    seat = file_seat(rights, note)
    query = sa.select(ContactNoteFile).where(ContactNoteFile.note_id == note.id)
    known = tx.session.scalars(query).all()
    for row in known:
        if (row.sha256, row.party_id) == (stored.file.sha256, seat.party_id):
            return row.id
    if len(known) >= MOST_FILES:
        raise Refused(TOO_MANY_FILES, most=MOST_FILES)
    row = ContactNoteFile(
        id=new_id(),
        note_id=note.id,
        is_photo=stored.is_photo,
        sha256=stored.file.sha256,
        sm3=stored.file.sm3,
        size=stored.file.size,
        media_type=stored.media_type,
        file_name=stored.file_name[:300],
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        party_id=seat.party_id,
        added_at=tx.now,
    )
    tx.session.add(row)
    tell(tx, "note.file-added", note.project_id, seat, row, files=(stored.file,), note=note.id, file=row.id)
    return row.id
