"""Who is told: people by the seats they hold now, with the party for which they hear it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.queries import project_rights
from app.access.rules import Permission
from app.changes.facts import name_of
from app.changes.models import ChangeDocument, ChangeStep
from app.distribution.models import Transmittal
from app.drawings.models import Sheet, SheetRevision
from app.drawings.queries.visibility import revision_target
from app.drawings.rules import SIGNATURE_RIGHTS, RevisionState, SignatureRole
from app.kernel.ledger.models import LedgerEntry
from app.kernel.policy import Rights, Target
from app.markups.models import Markup
from app.notices.rules import BUILDERS
from app.notices.told import Audience, Subject, Told, Who
from app.projects.queries import policy_of
from app.questions.models import ContactNote, ContactNoteStep, JointReview, JointStep
from app.review.models import ReviewAssignment, ReviewCase, ReviewCertificate, ReviewStep

_OF_DESIGNER = frozenset({Permission.CHANGE_DESIGN, Permission.CHANGE_ISSUE})
_STEPS = ((ReviewStep, "case"), (ChangeStep, "change"), (ContactNoteStep, "note"), (JointStep, "review"))
"""Rows that say that a thing has moved, and the subject of the entry that names it."""
Listeners = dict[str, set[str]]
"""People, each with the parties for which they hear it; none where it is for the person alone."""


@dataclass(frozen=True)
class Heard:
    """One entry of the ledger, as far as notices need it."""

    type: str
    act_id: str
    project_id: str
    at: datetime
    by: str | None
    sheet_id: str | None
    subjects: Mapping[str, str]
    data: Mapping[str, Any]

    @classmethod
    def of(cls, entry: LedgerEntry) -> "Heard":
        """Read an entry; it must speak of a project."""
        content = json.loads(entry.body)
        return cls(
            type=entry.type,
            act_id=entry.act_id,
            project_id=entry.project_id or "",
            at=entry.recorded_at,
            by=content["actor"]["person"],
            sheet_id=content["prev"][0][0] if content["prev"] else None,
            subjects=content["subjects"],
            data=content["data"],
        )


@dataclass
class House:
    """What is looked up once for many entries: seats, rows."""

    session: Session
    now: datetime
    _rights: dict[str, dict[str, Rights]] = field(default_factory=dict)
    _able: dict[tuple[str, Target, bool], Listeners] = field(default_factory=dict)

    def rights(self, project_id: str) -> dict[str, Rights]:
        """Everybody's rights in a project."""
        if project_id not in self._rights:
            self._rights[project_id] = project_rights(self.session, project_id, self.now)
        return self._rights[project_id]

    def able(self, permission: str, target: Target, *, builders: bool = False) -> Listeners:
        """Who may do something to a target, with the party of the seat by which he may."""
        key = (permission, target, builders)
        if key not in self._able:
            found: Listeners = {}
            for person, rights in self.rights(target.project_id).items():
                seats = tuple(s for s in rights.seats if not builders or s.party_role in BUILDERS)
                seat = replace(rights, seats=seats).seat_for(permission, target)
                if seat is not None:
                    found[person] = {seat.party_id}
            self._able[key] = found
        return self._able[key]


@dataclass
class Telling:
    """One entry and the people it is told to."""

    house: House
    heard: Heard
    rule: Told

    def listeners(self) -> Listeners:
        """Everybody who is told, but for who did it."""
        found: Listeners = {}
        for audience in self.rule.to:
            for person, parties in self._people(audience).items():
                found.setdefault(person, set()).update(parties)
        found.pop(self.heard.by or "", None)
        return found

    @property
    def moved(self) -> str:
        """The case, the change, the note or the joint review that has moved by this entry; empty: none has."""
        rows = self.heard.data.get("rows", {})
        for model, subject in _STEPS:
            if model.__tablename__ in rows:
                return self.heard.subjects.get(subject, "")
        return ""

    def subject(self) -> tuple[str, str]:
        """Identifier and name of what the notice is about."""
        if self.rule.about is Subject.CASE and self.case is not None:
            return self.case.id, self.case.title
        if self.rule.about is Subject.CHANGE and self.change is not None:
            return self.change.id, f"{name_of(self.change)} {self.change.title}"
        if self.rule.about is Subject.SHEET and self.heard.sheet_id:
            sheet = self.house.session.get(Sheet, self.heard.sheet_id)
            title = self.revision.title if self.revision is not None else ""
            return self.heard.sheet_id, f"{sheet.number if sheet else ''} {title}".strip()
        if self.rule.about is Subject.NOTE and self.note is not None:
            return self.note.id, f"#{self.note.serial} {self.note.title}"
        if self.rule.about is Subject.JDR and self.joint is not None:
            return self.joint.id, self.joint.title
        if self.rule.about is Subject.TRANSMITTAL:
            found = self.house.session.get(Transmittal, self.heard.subjects["transmittal"])
            return self.heard.subjects["transmittal"], f"{found.number} {found.title}" if found else ""
        if self.rule.about is Subject.RECEIPTS:
            return self.heard.project_id, self._receipt_name()
        return self.heard.project_id, ""

    def _receipt_name(self) -> str:
        """What the receipt is of: a sheet's number, or nothing that a line could say shortly."""
        sheet = self.house.session.get(Sheet, self.heard.sheet_id) if self.heard.sheet_id else None
        return sheet.number if sheet else ""

    @cached_property
    def note(self) -> ContactNote | None:
        """The contact note that the entry speaks of."""
        return self.house.session.get(ContactNote, self.heard.subjects.get("note", ""))

    @cached_property
    def joint(self) -> JointReview | None:
        """The joint drawing review that the entry speaks of."""
        return self.house.session.get(JointReview, self.heard.subjects.get("review", ""))

    @cached_property
    def case(self) -> ReviewCase | None:
        """The case that the entry speaks of."""
        key = self.heard.subjects.get("case") or self._case_of_certificate()
        return self.house.session.get(ReviewCase, key) if key else None

    @cached_property
    def change(self) -> ChangeDocument | None:
        """The change document that the entry speaks of."""
        key = self.heard.subjects.get("change")
        return self.house.session.get(ChangeDocument, key) if key else None

    @cached_property
    def revision(self) -> SheetRevision | None:
        """The revision that the entry speaks of."""
        key = self.heard.subjects.get("revision")
        return self.house.session.get(SheetRevision, key) if key else None

    @cached_property
    def mark(self) -> Markup | None:
        """The mark that the entry speaks of."""
        key = self.heard.subjects.get("markup")
        return self.house.session.get(Markup, key) if key else None

    def _case_of_certificate(self) -> str | None:
        found = self.house.session.get(ReviewCertificate, self.heard.subjects.get("certificate", ""))
        return found.case_id if found else None

    def _people(self, audience: Audience) -> Listeners:
        match audience.who:
            case Who.MAY if audience.permission in _OF_DESIGNER and self.change is not None:
                return self.house.able(_needed(audience), self._change_target(self.change.designer_id))
            case Who.MAY:
                return self.house.able(_needed(audience), self._target())
            case Who.AGENCY:
                return self.house.able(_needed(audience), self._agency())
            case Who.REVIEWERS:
                return _of_party(self._reviewers(), self.case)
            case Who.ASSIGNED:
                return _of_party(self._assigned(), None)
            case Who.NEXT_SIGNER:
                return self._next_signer()
            case Who.BUILDERS:
                return self._builders()
            case Who.MENTIONED:
                return _of_party(
                    [*self._named("mentions"), *([self.mark.author_id] if self.mark else [])], None
                )
            case Who.MARK_PEOPLE:
                both = [self.mark.author_id, self.mark.assignee_id] if self.mark else []
                return _of_party([p for p in both if p], None)
            case Who.ASSIGNEE:
                return _of_party(self._named("assignee"), None)
            case Who.HOLDER:
                return _of_party([self.heard.subjects["person"]], None)
            case Who.NOTE_ASKER:
                return {self.note.person_id: {self.note.party_id}} if self.note else {}
            case Who.NOTE_ASKED:
                return note_readers(self.house, self.note, [self.note.to_party_id]) if self.note else {}
            case Who.NOTE_COPIES:
                return note_readers(self.house, self.note, self.note.copy_party_ids) if self.note else {}
            case Who.RECEIVER | Who.RECIPIENTS:
                return self._receivers(_needed(audience))

    def _target(self) -> Target:
        if self.change is not None:
            return self._change_target(self.change.party_id)
        if self.revision is not None and self.case is None:
            return revision_target(self.revision)
        return Target(self.heard.project_id)

    def _change_target(self, party_id: str | None) -> Target:
        change = self.change
        if change is None:
            return Target(self.heard.project_id)
        return Target(change.project_id, discipline=change.discipline, party_id=party_id, state=change.state)

    def _agency(self) -> Target:
        return Target(self.heard.project_id, party_id=self.case.agency_id if self.case else "")

    def _named(self, key: str) -> list[str]:
        value = self.heard.data.get(key) or []
        return [value] if isinstance(value, str) else [v for v in value if isinstance(v, str)]

    def _reviewers(self) -> list[str]:
        """The newest assignment of each discipline."""
        if self.case is None:
            return []
        query = (
            sa.select(ReviewAssignment.discipline, ReviewAssignment.reviewer_id)
            .where(ReviewAssignment.case_id == self.case.id)
            .order_by(ReviewAssignment.at, ReviewAssignment.id)
        )
        return list(dict(self.house.session.execute(query).all()).values())

    def _assigned(self) -> list[str]:
        rows = self.heard.data.get("rows", {}).get(ReviewAssignment.__tablename__, [])
        return [row["reviewer_id"] for row in rows if row.get("reviewer_id")]

    def _builders(self) -> Listeners:
        if self.change is not None:
            seen = self._change_target(self.change.party_id)
            return self.house.able(Permission.CHANGE_VIEW, seen, builders=True)
        if self.revision is None:
            return {}
        state = RevisionState.VOID if self.heard.type == "revision.voided" else RevisionState.RELEASED
        target = replace(revision_target(self.revision), state=state)
        return self.house.able(Permission.REVISION_VIEW, target, builders=True)

    def _receivers(self, permission: str) -> Listeners:
        """People of the parties that the entry names, who may do something for them."""
        rows = self.heard.data.get("rows", {}).get(Transmittal.__tablename__, [])
        parties = [r["party"] for row in rows for r in row["recipients"]] or [self.heard.subjects["to"]]
        found: Listeners = {}
        for party in parties:
            for person, of in self.house.able(
                permission, Target(self.heard.project_id, party_id=party)
            ).items():
                found.setdefault(person, set()).update(of)
        return found

    def _next_signer(self) -> Listeners:
        """Who may give the signature after this one; a co-signature stands beside their order and waits for nobody."""
        role = self.heard.data.get("role")
        if self.revision is None or role == SignatureRole.COSIGNER:
            return {}
        order = list(policy_of(self.house.session, self.heard.project_id).signatures)
        rest = order[order.index(role) + 1 :] if role in order else order
        permission = SIGNATURE_RIGHTS[SignatureRole(rest[0])] if rest else Permission.REVISION_ISSUE
        return self.house.able(permission, revision_target(self.revision))


def note_readers(house: House, note: ContactNote, parties: Iterable[str]) -> Listeners:
    """Who answers notes for some parties, as if it were to them."""
    found: Listeners = {}
    for party in parties:
        target = Target(note.project_id, party_id=party, discipline=note.discipline)
        for person, of in house.able(Permission.NOTE_ANSWER, target).items():
            found.setdefault(person, set()).update(of)
    return found


def _needed(audience: Audience) -> str:
    if audience.permission is None:
        raise AssertionError(f"{audience.who} needs a permission")
    return audience.permission


def _of_party(people: Iterable[str], case: ReviewCase | None) -> Listeners:
    return {person: {case.agency_id} if case is not None else set() for person in people}
