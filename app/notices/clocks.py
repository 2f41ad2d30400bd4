"""What no act tells: a term that is about to end, or has ended. Asked once an hour, told once for each end."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.kernel.clock import to_micros
from app.kernel.db.transactions import Database, database_now
from app.kernel.policy import Target
from app.notices.audience import House, Listeners, note_readers
from app.notices.models import NoticeHead
from app.notices.question_rules import NOTE_OVERDUE
from app.notices.receipt_clock import look_at_receipts
from app.notices.rules import DUE_SOON, OVERDUE, SOON_DAYS
from app.notices.taking import HEAD_ID, locked_head
from app.notices.writing import Said, Writer
from app.projects.models import Project
from app.questions.models import ContactNote
from app.questions.queries.notes import is_overdue
from app.questions.rules import NoteState
from app.review.clock import ClockFace
from app.review.models import ReviewCase
from app.review.queries.cases import clock_of
from app.review.rules import TURNS, C, Turn

LOOK_EVERY = timedelta(hours=1)
_QUIET = (C.FILED, C.FAILED, C.WITHDRAWN)


def look_at_clocks(database: Database) -> int:
    """Tell of terms near their end and past it; returns how many cases were looked at, 0 when it is not yet time."""
    with database.read() as session:
        head = session.get(NoticeHead, HEAD_ID)
        if not _is_time(head.clocks_at if head else None, database.clock.now()):
            return 0
    with database.plumbing() as session:
        return _look(session, database_now(session, database.clock))


def _is_time(last: datetime | None, now: datetime) -> bool:
    return last is None or now - last >= LOOK_EVERY


def _look(session: Session, now: datetime) -> int:
    head = locked_head(session)
    if not _is_time(head.clocks_at, now):
        return 0
    head.clocks_at = now
    house, writer = House(session, now), Writer(session)
    cases = session.scalars(sa.select(ReviewCase).where(ReviewCase.state.not_in(_QUIET))).all()
    for case in cases:
        clock = clock_of(session, case, now)
        kind = _kind(clock)
        if kind is None:
            continue
        key = f"{kind}:{case.id}:{clock.due}:{clock.turn}"
        listeners = _listeners(house, case)
        for person in writer.has_been_said(key, listeners):
            del listeners[person]
        if listeners:
            title = f"{case.title} · {clock.due}"
            writer.say(Said(key, case.project_id, kind, case.id, title, now, is_once=True), listeners)
    notes = _look_at_notes(house, writer)
    look_at_receipts(session, house, writer, now)
    writer.flush()
    return len(cases) + notes


def _look_at_notes(house: House, writer: Writer) -> int:
    """Contact notes whose wished day has passed without an answer: told once to who is asked and to who asks."""
    query = (
        sa.select(ContactNote, Project.timezone)
        .join(Project, Project.id == ContactNote.project_id)
        .where(ContactNote.state == NoteState.OPEN, ContactNote.wanted_on != "")
    )
    found = house.session.execute(query).all()
    for note, zone in found:
        if not is_overdue(note.state, note.wanted_on, house.now, ZoneInfo(zone)):
            continue
        listeners = note_readers(house, note, [note.to_party_id])
        listeners.setdefault(note.person_id, set()).add(note.party_id)
        key = f"{NOTE_OVERDUE}:{note.id}:{note.wanted_on}:{to_micros(note.state_at)}"
        for person in writer.has_been_said(key, listeners):
            del listeners[person]
        if listeners:
            title = f"#{note.serial} {note.title} · {note.wanted_on}"
            said = Said(key, note.project_id, NOTE_OVERDUE, note.id, title, house.now, is_once=True)
            writer.say(said, listeners)
    return len(found)


def _kind(clock: ClockFace) -> str | None:
    if clock.due is None:
        return None
    if clock.is_overdue:
        return OVERDUE
    return DUE_SOON if clock.left <= SOON_DAYS else None


def _listeners(house: House, case: ReviewCase) -> Listeners:
    """Whose turn it is; of the agency its leads, who see how the load lies."""
    turn = TURNS[case.state]
    agency = Target(case.project_id, party_id=case.agency_id)
    if turn is Turn.AGENCY:
        return dict(house.able(Permission.REVIEW_LEAD, agency))
    permission = Permission.REVIEW_REPLY if turn is Turn.DESIGNER else Permission.REVIEW_SUBMIT
    return dict(house.able(permission, Target(case.project_id)))
