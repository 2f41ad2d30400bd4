"""What the guards of a change document look at, loaded once: the page shows the same value beside each button."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party
from app.changes.content import content_digest
from app.changes.models import (
    ChangeDocument,
    ChangeFile,
    ChangeIncorporation,
    ChangeSheet,
    ChangeWord,
)
from app.changes.rules import IMPLIED, IRREGULAR, REVIEWED, ChangeKind, Flag
from app.drawings.models import Sheet, SheetRevision
from app.projects.queries import policy_of
from app.projects.rules import Policy
from app.record.models import BaselineItem
from app.record.queries import Instants, set_in_force
from app.review.models import CertificateEnd, ReviewCertificate


@dataclass(frozen=True)
class SheetFact:
    """A sheet of a change, and what is in force of it when the change takes effect."""

    sheet_id: str
    number: str
    discipline: str
    building_id: str | None
    revision_id: str
    rev_label: str
    revision_state: str
    action: str
    boxes: tuple[tuple[int, ...], ...]
    note: str
    base_revision_id: str | None
    """None: nothing is in force, or the sheet is void."""
    base_label: str
    is_void: bool


@dataclass(frozen=True)
class EndFact:
    """A change that this one ends."""

    change_id: str
    name: str
    how: str
    state: str
    effective_at: datetime | None
    kind: str


@dataclass(frozen=True)
class ChangeFacts:
    """A change document with all that its guards look at."""

    change: ChangeDocument
    policy: Policy
    sheets: Sequence[SheetFact]
    files: Sequence[ChangeFile]
    words: Sequence[ChangeWord]
    """Of this exact content; the newest of each party and matter."""
    digest: str
    ends: Sequence[EndFact]
    agencies: frozenset[str]
    """Reviewing parties whose certificate lists a sheet of it: the original agency."""
    designer_role: str
    """Role of the party that took it up; empty before."""
    incorporated: frozenset[str]
    """Sheets whose as-built is said to have it."""
    effective_at: datetime
    """When it is to take effect, or did."""
    now: datetime
    """When the act is."""
    note: str = ""
    party_id: str = ""
    """Who acts."""

    @property
    def needs_review(self) -> bool:
        """Whether the agency must pass it (DOMAIN 2.4)."""
        return needs_review(self.change, self.policy)

    @property
    def externals(self) -> tuple[str, ...]:
        """Departments whose approval it needs."""
        return externals_of(self.change)


def needs_review(change: ChangeDocument, policy: Policy) -> bool:
    """Whether a change of this class goes back to the agency."""
    flags = set(change.flags)
    return bool(flags & REVIEWED) or (Flag.FIRE_MINOR in flags and policy.change_fire_minor_reviewed)


def is_irregular(change: ChangeDocument) -> bool:
    """Whether it is an emergency in effect, or ended since, whose formalities are missing: it stays red until then."""
    return change.is_emergency and change.regularised_at is None and change.state in IRREGULAR


def externals_of(change: ChangeDocument) -> tuple[str, ...]:
    """Departments that were stated, and those that follow from a flag."""
    implied = {IMPLIED[flag] for flag in change.flags if flag in IMPLIED}
    return tuple(sorted({*change.externals, *implied}))


def name_of(change: ChangeDocument) -> str:
    """Its number; before it has one, its serial."""
    return change.number or f"#{change.serial}"


def change_facts(
    session: Session,
    change: ChangeDocument,
    *,
    now: datetime,
    effective_at: datetime | None = None,
    note: str = "",
    party_id: str = "",
) -> ChangeFacts:
    """Load what the guards of a change look at; ``effective_at`` None: now, or when it took effect."""
    rows = sheet_rows(session, change.id)
    files = file_rows(session, change.id)
    digest = content_digest(change, rows, files)
    effective = effective_at or change.effective_at or now
    designer = session.get(Party, change.designer_id) if change.designer_id else None
    return ChangeFacts(
        change=change,
        policy=policy_of(session, change.project_id),
        sheets=_sheets(session, change, rows, effective, now),
        files=files,
        words=_words(session, change.id, digest),
        digest=digest,
        ends=_ends(session, change),
        agencies=_agencies(session, [row.revision_id for row in rows]),
        designer_role=designer.role if designer else "",
        incorporated=_incorporated(session, change.id),
        effective_at=effective,
        now=now,
        note=note.strip(),
        party_id=party_id,
    )


def sheet_rows(session: Session, change_id: str) -> list[ChangeSheet]:
    """The sheets that a change affects."""
    query = (
        sa.select(ChangeSheet)
        .where(ChangeSheet.change_id == change_id, ChangeSheet.is_dropped.is_(False))
        .order_by(ChangeSheet.sheet_id)
    )
    return list(session.scalars(query))


def file_rows(session: Session, change_id: str) -> list[ChangeFile]:
    """Its files, oldest first."""
    query = sa.select(ChangeFile).where(ChangeFile.change_id == change_id)
    return list(session.scalars(query.order_by(ChangeFile.added_at, ChangeFile.id)))


def _sheets(
    session: Session, change: ChangeDocument, rows: Sequence[ChangeSheet], effective: datetime, now: datetime
) -> list[SheetFact]:
    ids = [row.sheet_id for row in rows]
    at = Instants(effective, now, is_now=True)
    force = {
        f.sheet_id: f
        for f in set_in_force(session, change.project_id, at, visible=Sheet.id.in_(ids), with_void=True)
    }
    query = (
        sa.select(Sheet, SheetRevision)
        .join(SheetRevision, SheetRevision.sheet_id == Sheet.id)
        .where(SheetRevision.id.in_([row.revision_id for row in rows]))
    )
    known = {sheet.id: (sheet, revision) for sheet, revision in session.execute(query)}
    found = []
    for row in rows:
        sheet, revision = known[row.sheet_id]
        base = force.get(row.sheet_id)
        found.append(
            SheetFact(
                sheet_id=sheet.id,
                number=sheet.number,
                discipline=sheet.discipline,
                building_id=sheet.building_id,
                revision_id=revision.id,
                rev_label=revision.rev_label,
                revision_state=revision.state,
                action=row.action,
                boxes=tuple(tuple(box) for box in row.boxes),
                note=row.note,
                base_revision_id=base.revision_id if base and not base.is_void else None,
                base_label=base.rev_label if base else "",
                is_void=base.is_void if base else False,
            )
        )
    order = {sheet.id: sheet.sort_key for sheet, _ in known.values()}
    return sorted(found, key=lambda f: (order[f.sheet_id], f.sheet_id))


def _words(session: Session, change_id: str, digest: str) -> list[ChangeWord]:
    query = (
        sa.select(ChangeWord)
        .where(ChangeWord.change_id == change_id, ChangeWord.content_sha256 == digest)
        .order_by(ChangeWord.at, ChangeWord.id)
    )
    newest: dict[tuple[str, str, str], ChangeWord] = {}
    for word in session.scalars(query):
        key = (word.kind, word.domain, word.party_id)
        newest.pop(
            key, None
        )  # of two parties the one who spoke last stands last, however often he spoke before
        newest[key] = word
    return list(newest.values())


def _ends(session: Session, change: ChangeDocument) -> list[EndFact]:
    named = {end["change"]: end["how"] for end in change.ends}
    if not named:
        return []
    query = sa.select(ChangeDocument).where(ChangeDocument.id.in_(named)).order_by(ChangeDocument.id)
    return [
        EndFact(c.id, name_of(c), named[c.id], c.state, c.effective_at, c.kind)
        for c in session.scalars(query.execution_options(populate_existing=True))
    ]


def _agencies(session: Session, revision_ids: Sequence[str]) -> frozenset[str]:
    """Parties whose certificate, not ended, lists one of the revisions."""
    query = (
        sa.select(ReviewCertificate.party_id)
        .join(BaselineItem, BaselineItem.baseline_id == ReviewCertificate.baseline_id)
        .where(
            BaselineItem.revision_id.in_(revision_ids),
            ReviewCertificate.id.not_in(sa.select(CertificateEnd.certificate_id)),
        )
    )
    return frozenset(session.scalars(query))


def _incorporated(session: Session, change_id: str) -> frozenset[str]:
    query = (
        sa.select(ChangeIncorporation.sheet_id, ChangeIncorporation.place)
        .where(ChangeIncorporation.change_id == change_id)
        .order_by(ChangeIncorporation.at, ChangeIncorporation.id)
    )
    newest = dict(session.execute(query).all())
    return frozenset(sheet for sheet, place in newest.items() if place)


def makes_slips(kind: str) -> bool:
    """Whether it stands on its sheets as a slip: a reissue does not, its revision is in force itself."""
    return kind != ChangeKind.REISSUE
