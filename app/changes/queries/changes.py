"""Change documents: the list of a project, one document with all that its page shows, and what can be done now."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.changes.actions.proposals import editing_seat_of
from app.changes.facts import ChangeFacts, change_facts, externals_of, is_irregular, name_of, needs_review
from app.changes.guards import consents, judge_change
from app.changes.models import (
    ChangeDocument,
    ChangeFile,
    ChangeIncorporation,
    ChangeSheet,
    ChangeStep,
    ChangeWord,
)
from app.changes.queries.names import parties_named, people_named
from app.changes.queries.views import (
    ChangeRow,
    ChangeView,
    FileView,
    LinkView,
    NextMove,
    SheetView,
    StepView,
    WordView,
)
from app.changes.queries.visibility import seen_changes
from app.changes.rules import CHANGES, OPEN, ChangeState
from app.changes.seats import buildings_of, change_target, seat_covering
from app.drawings.models import Sheet, SheetRevision
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.policy import Rights
from app.projects.models import Project
from app.projects.queries import policy_of
from app.projects.workdays import china

FOLLOWS_FROM_ANOTHER = frozenset({"supersede", "cancel", "enact", "emergency", "restate"})
"""Events that no button takes: they follow from another act."""
NOTHING_TO_WAIT_FOR = frozenset({"withdraw", "refuse", "fail", "reopen"})
"""Events that somebody may take, but that nobody waits for."""


def changes_of(session: Session, rights: Rights, project_id: str, now: datetime) -> list[ChangeRow]:
    """The changes of a project that the actor sees, the newest first. Five statements, however many there are."""
    query = (
        sa.select(ChangeDocument)
        .where(ChangeDocument.project_id == project_id, seen_changes(rights))
        .order_by(ChangeDocument.serial.desc())
    )
    return list(_rows(session, rights, session.scalars(query).all(), now))


def changes_on(session: Session, rights: Rights, sheet_id: str, now: datetime) -> list[ChangeRow]:
    """The changes that affect a sheet, as far as the actor sees them, the newest first."""
    affected = sa.select(ChangeSheet.change_id).where(
        ChangeSheet.sheet_id == sheet_id, ChangeSheet.is_dropped.is_(False)
    )
    query = (
        sa.select(ChangeDocument)
        .where(ChangeDocument.id.in_(affected), seen_changes(rights))
        .order_by(ChangeDocument.serial.desc())
    )
    return list(_rows(session, rights, session.scalars(query).all(), now))


def change_row(session: Session, rights: Rights, change_id: str) -> ChangeDocument:
    """The row of a change that the actor sees.

    Raises:
        Refused: ``not-found``.
    """
    query = sa.select(ChangeDocument).where(ChangeDocument.id == change_id, seen_changes(rights))
    change = session.execute(query).scalar_one_or_none()
    if change is None:
        raise Refused(NOT_FOUND)
    return change


def change_for(session: Session, rights: Rights, change_id: str, now: datetime) -> ChangeView:
    """One change.

    Raises:
        Refused: ``not-found``.
    """
    change = change_row(session, rights, change_id)
    (row,) = _rows(session, rights, [change], now)
    facts = change_facts(session, change, now=now)
    buildings = buildings_of(session, [change.id]).get(change.id, ())
    may = frozenset(
        p
        for p in Permission
        if p.startswith(("change:", "revision:edit"))
        and seat_covering(rights, p, change_target(change, p), buildings) is not None
    )
    return ChangeView(
        row=row,
        reason=change.reason,
        description=change.description,
        class_basis=change.class_basis,
        externals=externals_of(change),
        stated_externals=tuple(change.externals),
        triggers=tuple(change.triggers),
        needs_review=needs_review(change, facts.policy),
        content_sha256=change.content_sha256,
        digest=facts.digest,
        origin=change.origin,
        version=change.version,
        serial=change.serial,
        number=change.number,
        sheets=tuple(_sheets(session, change, facts)),
        steps=tuple(_steps(session, change.id)),
        words=tuple(_words(session, change.id, facts.digest)),
        files=tuple(_files(session, change.id)),
        ends=tuple(_ends(session, change)),
        ended_by=tuple(_ended_by(session, change)),
        consents=consents(facts),
        moves=tuple(_moves(may, change, facts)),
        may_edit=editing_seat_of(rights, change, buildings) is not None,
        may_class=_may_class(change, may),
        may=may,
        regularised_at=change.regularised_at,
        person=people_named(session, [change.created_by]).get(change.created_by, ""),
    )


def _may_class(change: ChangeDocument, may: frozenset[str]) -> bool:
    if change.state == ChangeState.DESIGNING:
        return Permission.CHANGE_DESIGN in may
    return is_irregular(change) and Permission.CHANGE_ISSUE in may


def _moves(may: frozenset[str], change: ChangeDocument, facts: ChangeFacts) -> Iterator[NextMove]:
    for step in CHANGES.steps_from(change.state):
        if step.permission not in may or step.event in FOLLOWS_FROM_ANOTHER:
            continue
        guards = tuple(judge_change([g for g in step.guards if g != "reason"], facts))
        if any(g.stops and g.guard in ("is_emergency", "needs_review", "not_assessed") for g in guards):
            continue  # not this change's way at all: no button that could never be pressed
        yield NextMove(step.event, CHANGES.events[step.event], guards)


def _rows(
    session: Session, rights: Rights, changes: Sequence[ChangeDocument], now: datetime
) -> Iterator[ChangeRow]:
    ids = [c.id for c in changes]
    sheets: dict[str, list[tuple[str, str]]] = {}
    query = (
        sa.select(ChangeSheet.change_id, Sheet.number, Sheet.id)
        .join(Sheet, Sheet.id == ChangeSheet.sheet_id)
        .where(ChangeSheet.change_id.in_(ids), ChangeSheet.is_dropped.is_(False))
        .order_by(Sheet.sort_key, Sheet.id)
    )
    for change_id, number, sheet_id in session.execute(query):
        sheets.setdefault(change_id, []).append((number, sheet_id))
    parties = parties_named(session, {p for c in changes for p in (c.party_id, c.designer_id)})
    buildings = buildings_of(session, ids)
    due = _terms(session, changes, now)
    for c in changes:
        named = sheets.get(c.id, ())
        yield ChangeRow(
            id=c.id,
            project_id=c.project_id,
            name=name_of(c),
            kind=c.kind,
            title=c.title,
            discipline=c.discipline,
            state=c.state,
            flags=tuple(c.flags),
            is_emergency=c.is_emergency,
            is_irregular=is_irregular(c),
            due=due[c.id][0] if c.id in due else None,
            is_overdue=due[c.id][1] if c.id in due else False,
            effective_at=c.effective_at,
            created_at=c.created_at,
            state_at=c.state_at,
            sheets=tuple(number for number, _ in named),
            sheet_ids=tuple(key for _, key in named),
            party=parties.get(c.party_id, ("", ""))[0],
            designer=parties.get(c.designer_id or "", ("", ""))[0],
            cost_estimate=c.cost_estimate,
            cost_agreed=c.cost_agreed,
            days_estimate=c.days_estimate,
            days_agreed=c.days_agreed,
            waits_for_me=tuple(_waiting(rights, c, buildings.get(c.id, ()))),
        )


def _waiting(rights: Rights, change: ChangeDocument, buildings: Iterable[str | None]) -> Iterator[str]:
    """Events that somebody waits for the actor to take."""
    if change.state not in OPEN and not is_irregular(change):
        return
    places = list(buildings)
    policy_free = FOLLOWS_FROM_ANOTHER | NOTHING_TO_WAIT_FOR
    for step in CHANGES.steps_from(change.state):
        if step.event in policy_free or (step.source == step.target and not is_irregular(change)):
            continue
        if seat_covering(rights, step.permission, change_target(change, step.permission), places):
            yield step.event


def _terms(
    session: Session, changes: Sequence[ChangeDocument], now: datetime
) -> dict[str, tuple[date, bool]]:
    """By irregular emergency: the day on which its term ends, and whether it has passed."""
    found: dict[str, tuple[date, bool]] = {}
    for change in changes:
        if is_irregular(change) and change.effective_at is not None:
            days = policy_of(session, change.project_id).change_emergency_days
            zone = ZoneInfo(session.get_one(Project, change.project_id).timezone)
            due = china().after(change.effective_at.astimezone(zone).date(), days)
            found[change.id] = due, now.astimezone(zone).date() > due
    return found


def _sheets(session: Session, change: ChangeDocument, facts: ChangeFacts) -> Iterator[SheetView]:
    ids = [s.revision_id for s in facts.sheets]
    titles = dict(
        session.execute(
            sa.select(SheetRevision.id, SheetRevision.title).where(SheetRevision.id.in_(ids))
        ).all()
    )
    query = (
        sa.select(ChangeIncorporation.sheet_id, ChangeIncorporation.place)
        .where(ChangeIncorporation.change_id == change.id)
        .order_by(ChangeIncorporation.at, ChangeIncorporation.id)
    )
    places = dict(session.execute(query).all())
    for s in facts.sheets:
        yield SheetView(
            sheet_id=s.sheet_id,
            number=s.number,
            title=titles.get(s.revision_id, ""),
            discipline=s.discipline,
            revision_id=s.revision_id,
            rev_label=s.rev_label,
            action=s.action,
            boxes=s.boxes,
            note=s.note,
            base_label=s.base_label,
            is_on_base=s.base_revision_id == s.revision_id,
            place=places.get(s.sheet_id, ""),
        )


def _steps(session: Session, change_id: str) -> Iterator[StepView]:
    query = sa.select(ChangeStep).where(ChangeStep.change_id == change_id)
    rows = session.scalars(query.order_by(ChangeStep.at, ChangeStep.id)).all()
    people = people_named(session, {s.person_id for s in rows})
    parties = parties_named(session, {s.party_id for s in rows})
    for s in rows:
        party, role = parties.get(s.party_id, ("", ""))
        yield StepView(s.event, s.target, s.note, people.get(s.person_id, ""), party, role, s.at)


def _words(session: Session, change_id: str, digest: str) -> Iterator[WordView]:
    query = sa.select(ChangeWord).where(ChangeWord.change_id == change_id)
    rows = session.scalars(query.order_by(ChangeWord.at, ChangeWord.id)).all()
    people = people_named(session, {w.person_id for w in rows})
    parties = parties_named(session, {w.party_id for w in rows})
    for w in rows:
        yield WordView(
            kind=w.kind,
            domain=w.domain,
            is_yes=w.is_yes,
            note=w.note,
            counts=w.content_sha256 == digest,
            person=people.get(w.person_id, ""),
            party=parties.get(w.party_id, ("", ""))[0],
            at=w.at,
        )


def _files(session: Session, change_id: str) -> Iterator[FileView]:
    query = sa.select(ChangeFile).where(ChangeFile.change_id == change_id)
    rows = session.scalars(query.order_by(ChangeFile.added_at, ChangeFile.id)).all()
    people = people_named(session, {f.person_id for f in rows})
    for f in rows:
        yield FileView(
            f.id, f.kind, f.domain, f.title, f.number, f.sha256, f.size, f.media_type, f.file_name,
            people.get(f.person_id, ""), f.added_at,
        )  # fmt: skip


def _ends(session: Session, change: ChangeDocument) -> Iterator[LinkView]:
    named = {end["change"]: end for end in change.ends}
    query = sa.select(ChangeDocument).where(ChangeDocument.id.in_(named)).order_by(ChangeDocument.serial)
    for other in session.scalars(query):
        end = named[other.id]
        yield LinkView(other.id, name_of(other), end["how"], end["note"])


def _ended_by(session: Session, change: ChangeDocument) -> Iterator[LinkView]:
    """What took its place: among the project's changes in effect, those that name it."""
    if change.state not in (ChangeState.SUPERSEDED, ChangeState.CANCELLED):
        return
    query = sa.select(ChangeDocument).where(
        ChangeDocument.project_id == change.project_id,
        ChangeDocument.effective_at.is_not(None),
    )
    for other in session.scalars(query.order_by(ChangeDocument.serial)):
        for end in other.ends:
            if end["change"] == change.id:
                yield LinkView(other.id, name_of(other), end["how"], end["note"])
