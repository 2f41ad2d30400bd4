"""Contact notes as lists and pages show them: frozen values, filtered by rights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party
from app.access.queries import PartyView, parties_of
from app.access.rules import Permission
from app.access.site_grants import WORKING
from app.accounts.models import Organisation, Person
from app.drawings.queries.register import SheetName, names_of_revisions
from app.files.models import Rendition
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.policy import Columns, Rights
from app.projects.models import Project
from app.questions.actions.notes import note_target, seat_of_note
from app.questions.models import ContactNote, ContactNoteFile, ContactNoteStep
from app.questions.rules import NOTES, NoteState


@dataclass(frozen=True)
class SheetPlace:
    """Where a question stands, as far as the reader may see the sheet."""

    sheet_id: str
    revision_id: str
    number: str
    title: str
    rev_label: str
    rendition_id: str
    """Of which a region can be shown; empty: none."""
    region: tuple[int, ...]
    grid: str

    @property
    def box(self) -> str:
        """The region as addresses take it."""
        return ",".join(map(str, self.region))


@dataclass(frozen=True)
class NoteRow:
    """A note in a list."""

    id: str
    serial: int
    title: str
    discipline: str
    state: str
    party_id: str
    party: str
    to_party_id: str
    to_party: str
    wanted_on: str
    is_overdue: bool
    place: SheetPlace | None
    has_hidden_sheet: bool
    """It stands on a sheet that the reader may not see."""
    files: int
    answers: int
    created_at: datetime
    state_at: datetime


@dataclass(frozen=True)
class NoteStepView:
    """One step of a note."""

    event: str
    text: str
    person: str
    party: str
    at: datetime


@dataclass(frozen=True)
class NoteFileView:
    """A photo or a paper of a note."""

    id: str
    is_photo: bool
    file_name: str
    size: int
    sha256: str
    person: str
    party: str
    added_at: datetime


@dataclass(frozen=True)
class NoteView:
    """One note with all that its page shows."""

    row: NoteRow
    project_id: str
    question: str
    asked_by: str
    base_sha256: str
    copies: tuple[str, ...]
    change_id: str
    steps: tuple[NoteStepView, ...]
    files: tuple[NoteFileView, ...]
    events: tuple[str, ...]
    """What the reader may do now."""
    may_add_files: bool
    version: int

    @property
    def id(self) -> str:
        """Its identifier."""
        return self.row.id


def is_overdue(state: str, wanted_on: str, now: datetime, zone: ZoneInfo) -> bool:
    """Whether the wished day has passed, in the project's zone, without an answer."""
    return state == NoteState.OPEN and bool(wanted_on) and wanted_on < now.astimezone(zone).date().isoformat()


def notes_of(session: Session, rights: Rights, project_id: str, now: datetime) -> list[NoteRow]:
    """The notes of a project that the actor may see, the newest first."""
    return _rows(session, rights, project_id, now, ContactNote.project_id == project_id)


def notes_on_sheet(
    session: Session, rights: Rights, project_id: str, sheet_id: str, now: datetime
) -> list[NoteRow]:
    """The notes on a sheet, whichever revision, the newest first."""
    return _rows(session, rights, project_id, now, ContactNote.sheet_id == sheet_id)


def note_row(session: Session, rights: Rights, note_id: str) -> ContactNote:
    """The row of a note that the actor may see.

    Raises:
        Refused: ``not-found``.
    """
    row = session.get(ContactNote, note_id)
    if row is None or not rights.may(Permission.NOTE_VIEW, note_target(row)):
        raise Refused(NOT_FOUND)
    return row


def note_for(session: Session, rights: Rights, note_id: str, now: datetime) -> NoteView:
    """One note.

    Raises:
        Refused: ``not-found``.
    """
    note = note_row(session, rights, note_id)
    (row,) = _rows(session, rights, note.project_id, now, ContactNote.id == note_id)
    parties = party_names(session, note.project_id)
    people = _people(session, note_id, note.person_id)
    steps = session.scalars(
        sa.select(ContactNoteStep)
        .where(ContactNoteStep.note_id == note_id)
        .order_by(ContactNoteStep.at, ContactNoteStep.id)
    )
    files = session.scalars(
        sa.select(ContactNoteFile)
        .where(ContactNoteFile.note_id == note_id)
        .order_by(ContactNoteFile.added_at, ContactNoteFile.id)
    )
    events = tuple(
        step.event
        for step in NOTES.steps_from(note.state)
        if seat_of_note(rights, note, step.event, step.permission) is not None
    )
    return NoteView(
        row=row,
        project_id=note.project_id,
        question=note.question,
        asked_by=people.get(note.person_id, ""),
        base_sha256=note.base_sha256 if row.place else "",
        copies=tuple(parties.get(p, "") for p in note.copy_party_ids),
        change_id=note.change_id,
        steps=tuple(
            NoteStepView(s.event, s.text, people.get(s.person_id, ""), parties.get(s.party_id, ""), s.at)
            for s in steps
        ),
        files=tuple(
            NoteFileView(
                f.id,
                f.is_photo,
                f.file_name,
                f.size,
                f.sha256,
                people.get(f.person_id, ""),
                parties.get(f.party_id, ""),
                f.added_at,
            )
            for f in files
        ),
        events=events,
        may_add_files=bool({"close", "reopen", "withdraw", "answer"} & set(events)),
        version=note.version,
    )


def note_file_for(session: Session, rights: Rights, file_id: str) -> ContactNoteFile:
    """A file of a note that the actor may see.

    Raises:
        Refused: ``not-found``.
    """
    row = session.get(ContactNoteFile, file_id)
    if row is None:
        raise Refused(NOT_FOUND)
    note_row(session, rights, row.note_id)
    return row


def askable_parties(session: Session, rights: Rights, project_id: str, now: datetime) -> list[PartyView]:
    """Whom the actor may write to: parties at work, not his own."""
    own = {s.party_id for s in rights.in_project(project_id)}
    return [
        p
        for p in parties_of(session, project_id)
        if p.role in WORKING and p.id not in own and (p.valid_to is None or p.valid_to > now)
    ]


def party_names(session: Session, project_id: str) -> dict[str, str]:
    """Organisations by party."""
    query = (
        sa.select(Party.id, Organisation.name)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .where(Party.project_id == project_id)
    )
    return dict(session.execute(query).all())


def places_of(
    session: Session, rights: Rights, project_id: str, revision_ids: Iterable[str]
) -> dict[str, tuple[SheetName, str]]:
    """Of revisions that the actor may see: name and the rendition to show."""
    ids = sorted(set(revision_ids))
    names = names_of_revisions(session, rights, project_id, ids) if ids else {}
    query = (
        sa.select(Rendition.owner_id, Rendition.id)
        .where(Rendition.owner_kind == "revision", Rendition.owner_id.in_(sorted(names)))
        .order_by((Rendition.role == "published").desc(), Rendition.recorded_at, Rendition.id)
    )
    shown: dict[str, str] = {}
    for owner, rendition in session.execute(query):
        shown.setdefault(owner, rendition)
    return {key: (name, shown.get(key, "")) for key, name in names.items()}


def sheet_place(found: tuple[SheetName, str] | None, region: Sequence[int], grid: str) -> SheetPlace | None:
    """A place in words; None where the reader may not see the sheet."""
    if found is None:
        return None
    name, rendition = found
    return SheetPlace(
        name.sheet_id,
        name.revision_id,
        name.number,
        name.title,
        name.rev_label,
        rendition,
        tuple(region),
        grid,
    )


def _rows(
    session: Session, rights: Rights, project_id: str, now: datetime, *where: sa.ColumnElement[bool]
) -> list[NoteRow]:
    clause = rights.clause(
        Permission.NOTE_VIEW,
        Columns(ContactNote.project_id, discipline=ContactNote.discipline, party_id=ContactNote.to_party_id),
    )
    query = sa.select(ContactNote).where(ContactNote.project_id == project_id, clause, *where)
    notes = session.scalars(query.order_by(ContactNote.serial.desc())).all()
    zone = ZoneInfo(session.get_one(Project, project_id).timezone)
    parties = party_names(session, project_id)
    places = places_of(session, rights, project_id, [n.revision_id for n in notes if n.revision_id])
    files = _counts(session, ContactNoteFile.note_id, notes)
    answers = _counts(session, ContactNoteStep.note_id, notes, ContactNoteStep.event == "answer")
    return [
        NoteRow(
            id=n.id,
            serial=n.serial,
            title=n.title,
            discipline=n.discipline,
            state=n.state,
            party_id=n.party_id,
            party=parties.get(n.party_id, ""),
            to_party_id=n.to_party_id,
            to_party=parties.get(n.to_party_id, ""),
            wanted_on=n.wanted_on,
            is_overdue=is_overdue(n.state, n.wanted_on, now, zone),
            place=sheet_place(places.get(n.revision_id or ""), n.region, n.grid),
            has_hidden_sheet=bool(n.revision_id) and n.revision_id not in places,
            files=files.get(n.id, 0),
            answers=answers.get(n.id, 0),
            created_at=n.created_at,
            state_at=n.state_at,
        )
        for n in notes
    ]


def _counts(
    session: Session,
    column: sa.orm.InstrumentedAttribute[str],
    notes: Iterable[ContactNote],
    *where: sa.ColumnElement[bool],
) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).where(column.in_([n.id for n in notes]), *where)
    return dict(session.execute(query.group_by(column)).all())


def _people(session: Session, note_id: str, asker: str) -> dict[str, str]:
    said = sa.select(ContactNoteStep.person_id).where(ContactNoteStep.note_id == note_id)
    sent = sa.select(ContactNoteFile.person_id).where(ContactNoteFile.note_id == note_id)
    query = sa.select(Person.id, Person.name).where(
        sa.or_(Person.id == asker, Person.id.in_(said), Person.id.in_(sent))
    )
    return dict(session.execute(query).all())
