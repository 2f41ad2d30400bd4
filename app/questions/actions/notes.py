"""Contact notes (工程联系单): asked, answered, closed, reopened, withdrawn, turned into a change. Each act is told whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from app.access.models import Party
from app.access.queries import rights_of
from app.access.rules import PARTY_LABELS, PartyRole, Permission
from app.access.site_grants import WORKING
from app.kernel.db.transactions import Tx
from app.kernel.errors import FORBIDDEN, NOT_FOUND, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact, Target
from app.kernel.text import tidy
from app.projects.models import Project
from app.questions.models import ContactNote, ContactNoteStep
from app.questions.places import checked_day, checked_discipline, checked_region, checked_text, place_of
from app.questions.refusals import NOT_YOUR_NOTE, PARTY_NOT_HERE, TO_YOURSELF
from app.questions.rules import NEEDS_WORDS, NOTE_EVENTS, NOTE_PAST, NOTES
from app.questions.turning import USUAL, Turning, change_from_note

MOST_COPIES = 30
BY_ASKER = frozenset({"close", "reopen", "withdraw"})
BY_ASKED = frozenset({"answer"})


@dataclass(frozen=True)
class AskNote:
    """A question to another party."""

    project_id: str
    to_party_id: str
    question: str
    title: str = ""
    revision_id: str = ""
    region: Sequence[int] = ()
    grid: str = ""
    discipline: str = ""
    """Empty: the sheet's."""
    wanted_on: str = ""
    copy_party_ids: Sequence[str] = ()
    client_key: str = ""
    """Sent twice under one key, the note exists once."""


def ask_note(tx: Tx, command: AskNote) -> str:
    """Send a contact note (发出联系单); returns its id.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``note-party-unknown``; ``note-to-yourself``;
            ``question-sheet-unknown``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    rights.require(Permission.NOTE_ASK, Target(command.project_id))
    place = place_of(tx, rights, command.project_id, command.revision_id)
    discipline = checked_discipline(command.discipline, place)
    seat = rights.require(Permission.NOTE_ASK, Target(command.project_id, discipline=discipline))
    key = command.client_key[:40] or new_id()
    known = sa.select(ContactNote.id).where(
        ContactNote.person_id == seat.person_id,
        ContactNote.client_key == key,
        ContactNote.project_id == command.project_id,
    )
    if (found := tx.session.scalar(known)) is not None:
        return found
    to, copies = _addressees(tx, command, seat)
    question = checked_text("问题 / question", command.question, is_needed=True)
    note = ContactNote(
        id=new_id(),
        project_id=command.project_id,
        serial=_next_serial(tx, command.project_id),
        client_key=key,
        title=(tidy(command.title) or tidy(question))[:200],
        question=question,
        discipline=discipline,
        sheet_id=place.sheet_id,
        revision_id=place.revision_id,
        base_sha256=place.base_sha256,
        region=checked_region(command.region, place),
        grid=tidy(command.grid)[:20],
        wanted_on=checked_day("希望答复日期 / wanted on", command.wanted_on),
        party_id=seat.party_id,
        to_party_id=to,
        copy_party_ids=copies,
        state=NOTES.step(None, "ask").target,
        change_id="",
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        created_at=tx.now,
        state_at=tx.now,
    )
    tx.session.add(note)
    tx.session.flush()
    _tell(tx, note, "ask", seat, "")
    return note.id


@dataclass(frozen=True)
class MoveNote:
    """One step of a note: an answer, a closing, a reopening, a withdrawal, the turn into a change."""

    note_id: str
    event: str
    text: str = ""
    turning: Turning = USUAL
    """For ``turn``: into which kind of change."""


def move_note(tx: Tx, command: MoveNote) -> str:
    """Take a step of a note; returns the change's id when it became one, else an empty text.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``not-your-note``; ``state-conflict``; ``invalid-input``;
            ``note-needs-sheet``; what proposing a change refuses.
    """
    if command.event not in NOTE_EVENTS or command.event == "ask":
        raise invalid("event", "没有这个操作", "no such step")
    rights = rights_of(tx.session, tx.actor, tx.now)
    note = note_to_change(tx, rights, command.note_id)
    step = NOTES.step(note.state, command.event)
    seat = seat_of_note(rights, note, command.event, step.permission)
    if seat is None:
        raise _not_yours(tx, rights, note, command.event, step.permission)
    text = checked_text("说明 / text", command.text, is_needed=command.event in NEEDS_WORDS)
    if command.event == "turn":
        note.change_id = change_from_note(tx, note, seat, command.turning)
    note.state, note.state_at = step.target, tx.now
    _tell(tx, note, command.event, seat, text)
    return note.change_id if command.event == "turn" else ""


def note_to_change(tx: Tx, rights: Rights, note_id: str) -> ContactNote:
    """A note that the actor may see, locked.

    Raises:
        Refused: ``not-found``.
    """
    query = sa.select(ContactNote).where(ContactNote.id == note_id).with_for_update()
    note = tx.session.execute(query).scalar_one_or_none()
    if note is None or not rights.may(Permission.NOTE_VIEW, note_target(note)):
        raise Refused(NOT_FOUND)
    return note


def note_target(note: ContactNote) -> Target:
    """A note as the policy sees it: of the asked party, in its discipline."""
    return Target(note.project_id, party_id=note.to_party_id, discipline=note.discipline)


def seat_of_note(rights: Rights, note: ContactNote, event: str, permission: str) -> SeatFact | None:
    """The seat by which a step is taken: of the asking party, of the asked one, or of either for a change."""
    if event in BY_ASKER:
        parties = {note.party_id}
    elif event in BY_ASKED:
        parties = {note.to_party_id}
    else:
        parties = {note.party_id, note.to_party_id}
    seats = tuple(s for s in rights.seats if s.party_id in parties)
    target = replace(note_target(note), state="proposed")
    return replace(rights, seats=seats).seat_for(permission, target)


def _not_yours(tx: Tx, rights: Rights, note: ContactNote, event: str, permission: str) -> Refused:
    """Another party's step is called that; a step that one's own seat may not take is forbidden like any other."""
    mine = {note.party_id} if event in BY_ASKER else {note.to_party_id}
    if event == "turn" or any(s.party_id in mine for s in rights.in_project(note.project_id)):
        return Refused(FORBIDDEN, action=permission)
    party = tx.session.get_one(Party, next(iter(mine)))
    return Refused(NOT_YOUR_NOTE, event=NOTE_EVENTS[event], party=PARTY_LABELS[PartyRole(party.role)])


def _addressees(tx: Tx, command: AskNote, seat: SeatFact) -> tuple[str, list[str]]:
    """The asked party and those that get a copy; all of them at work in the project.

    Raises:
        Refused: ``note-party-unknown``; ``note-to-yourself``.
    """
    query = sa.select(Party.id).where(
        Party.project_id == command.project_id,
        Party.role.in_(WORKING),
        sa.or_(Party.valid_to.is_(None), Party.valid_to > tx.now),
    )
    known = set(tx.session.scalars(query))
    if command.to_party_id == seat.party_id:
        raise Refused(TO_YOURSELF)
    copies = [
        p for p in dict.fromkeys(command.copy_party_ids) if p not in (command.to_party_id, seat.party_id)
    ]
    if command.to_party_id not in known or not set(copies) <= known or len(copies) > MOST_COPIES:
        raise Refused(PARTY_NOT_HERE)
    return command.to_party_id, copies


def _next_serial(tx: Tx, project_id: str) -> int:
    """The next number of the project, taken under its lock: no gap, none twice."""
    tx.session.execute(sa.select(Project.id).where(Project.id == project_id).with_for_update())
    newest = sa.select(sa.func.max(ContactNote.serial)).where(ContactNote.project_id == project_id)
    return (tx.session.execute(newest).scalar_one() or 0) + 1


def _tell(tx: Tx, note: ContactNote, event: str, seat: SeatFact, text: str) -> None:
    row = ContactNoteStep(
        id=new_id(),
        note_id=note.id,
        event=event,
        target=note.state,
        text=text,
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        party_id=seat.party_id,
        at=tx.now,
    )
    tx.session.add(row)
    tell(tx, f"note.{NOTE_PAST[event]}", note.project_id, seat, note, row, note=note.id)
