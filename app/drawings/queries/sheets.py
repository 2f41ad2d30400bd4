"""One sheet: its revisions, renditions, signatures, and what can be done with each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.drawings.guards import GuardContext, JointFact, ReviewFact, judge, load_contexts, missing_signatures
from app.drawings.models import RevisionSignature, Sheet, SheetRevision
from app.drawings.queries.visibility import revision_target, visible_revisions
from app.drawings.rules import OPEN_STATES, REVISIONS
from app.files.models import Rendition
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.labels import Label
from app.kernel.policy import Rights
from app.kernel.workflow import GuardResult
from app.projects.queries import policy_of


@dataclass(frozen=True)
class RenditionView:
    """Bytes of a revision, as pages and the API show them."""

    id: str
    role: str
    sha256: str
    sm3: str
    size: int
    media_type: str
    file_name: str
    page: int
    manifest_of: str
    manifest_page: int
    recorded_at: datetime


@dataclass(frozen=True)
class SignatureView:
    """An internal signature or rejection."""

    round: int
    role: str
    discipline: str
    decision: str
    comment: str
    person: str
    signed_at: datetime


@dataclass(frozen=True)
class NextStep:
    """A step that the actor's seats allow from here, with the guards' answers."""

    event: str
    label: Label
    guards: tuple[GuardResult, ...]

    @property
    def is_open(self) -> bool:
        """True when no guard stops it."""
        return not any(g.stops for g in self.guards)


@dataclass(frozen=True)
class RevisionView:
    """A revision as pages show it."""

    id: str
    sheet_id: str
    rev_seq: int
    rev_label: str
    state: str
    stage: str
    title: str
    paper: str
    scales: str
    issue_date: str
    party_id: str
    drafted_by: str
    short_code: str
    base_sha256: str | None
    frozen_at: datetime | None
    origin: str
    external: dict[str, Any]
    title_block: dict[str, Any]
    completeness: str
    created_at: datetime
    state_at: datetime
    version: int
    renditions: tuple[RenditionView, ...]
    signatures: tuple[SignatureView, ...]
    missing: tuple[Label, ...]
    steps: tuple[NextStep, ...]

    @property
    def shown(self) -> RenditionView | None:
        """The rendition whose manifest the viewer reads: the printable one, else the CAD file."""
        by_role = {r.role: r for r in self.renditions}
        return by_role.get("published") or by_role.get("cad_source")


@dataclass(frozen=True)
class SheetView:
    """A sheet with all revisions the actor may see, newest first."""

    id: str
    project_id: str
    number: str
    discipline: str
    building_id: str | None
    revisions: tuple[RevisionView, ...]


Reviewed = Callable[[Session, Iterable[str]], Mapping[str, ReviewFact]]
"""What the review says of revisions; its subject stands above this one, so it is handed in."""


Jointly = Callable[[Session, str], Callable[[str], JointFact]]
"""What joint drawing reviews say of a project's disciplines; handed in for the same reason."""


def sheet_for(
    session: Session,
    rights: Rights,
    sheet_id: str,
    *,
    reviewed: Reviewed | None = None,
    jointly: Jointly | None = None,
) -> SheetView:
    """One sheet. Without ``reviewed`` its next steps know of no certificate, without ``jointly`` of no joint review.

    Raises:
        Refused: ``not-found`` when there is nothing of it that the actor may see.
    """
    sheet = session.get(Sheet, sheet_id)
    if sheet is None:
        raise Refused(NOT_FOUND)
    query = (
        sa.select(SheetRevision)
        .where(SheetRevision.sheet_id == sheet_id, visible_revisions(rights))
        .order_by(SheetRevision.rev_seq.desc())
    )
    rows = session.scalars(query).all()
    if not rows:
        raise Refused(NOT_FOUND)
    contexts = load_contexts(session, rows, policy_of(session, sheet.project_id))
    if reviewed is not None:
        facts = reviewed(session, contexts)
        contexts = {k: replace(c, review=facts.get(k, c.review)) for k, c in contexts.items()}
    if jointly is not None:
        fact = jointly(session, sheet.project_id)
        contexts = {k: replace(c, joint=fact(c.revision.discipline)) for k, c in contexts.items()}
    signatures = _signatures(session, [r.id for r in rows])
    views = tuple(_revision(r, contexts[r.id], signatures.get(r.id, ()), rights) for r in rows)
    return SheetView(sheet.id, sheet.project_id, sheet.number, sheet.discipline, sheet.building_id, views)


def revision_for(
    session: Session,
    rights: Rights,
    revision_id: str,
    *,
    reviewed: Reviewed | None = None,
    jointly: Jointly | None = None,
) -> tuple[SheetView, RevisionView]:
    """One revision with its sheet.

    Raises:
        Refused: ``not-found``.
    """
    row = session.get(SheetRevision, revision_id)
    if row is None:
        raise Refused(NOT_FOUND)
    sheet = sheet_for(session, rights, row.sheet_id, reviewed=reviewed, jointly=jointly)
    found = next((r for r in sheet.revisions if r.id == revision_id), None)
    if found is None:
        raise Refused(NOT_FOUND)
    return sheet, found


@dataclass(frozen=True)
class ByteSource:
    """Bytes that an actor may read: for viewer, tiles and downloads."""

    project_id: str
    sheet_id: str
    revision_id: str
    number: str
    title: str
    rev_label: str
    discipline: str
    state: str
    rendition: RenditionView


def byte_source(session: Session, rights: Rights, rendition_id: str) -> ByteSource:
    """A rendition that the actor may read.

    Raises:
        Refused: ``not-found`` when absent or not his to see.
    """
    query = (
        sa.select(Rendition, SheetRevision, Sheet.number)
        .join(SheetRevision, SheetRevision.id == Rendition.owner_id)
        .join(Sheet, Sheet.id == SheetRevision.sheet_id)
        .where(Rendition.id == rendition_id, Rendition.owner_kind == "revision", visible_revisions(rights))
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise Refused(NOT_FOUND)
    rendition, revision, number = row
    return ByteSource(
        revision.project_id,
        revision.sheet_id,
        revision.id,
        number,
        revision.title,
        revision.rev_label,
        revision.discipline,
        revision.state,
        _rendition(rendition),
    )


def _signatures(session: Session, ids: Sequence[str]) -> dict[str, list[SignatureView]]:
    query = (
        sa.select(RevisionSignature, Person.name)
        .join(Person, Person.id == RevisionSignature.person_id)
        .where(RevisionSignature.revision_id.in_(ids))
        .order_by(RevisionSignature.signed_at, RevisionSignature.id)
    )
    found: dict[str, list[SignatureView]] = {}
    for s, name in session.execute(query):
        view = SignatureView(s.round, s.role, s.discipline, s.decision, s.comment, name, s.signed_at)
        found.setdefault(s.revision_id, []).append(view)
    return found


ELSEWHERE = frozenset({"check_reject", "submit", "resubmit", "take_back", "return", "approve"})
"""Steps that are part of another act: a signature, or a review case over many sheets."""


def next_steps(context: GuardContext, rights: Rights) -> tuple[NextStep, ...]:
    """What the actor's seats allow from here, each with its guards' answers."""
    revision = context.revision
    steps = []
    for step in REVISIONS.steps_from(revision.state):
        if step.event in ELSEWHERE or not rights.may(step.permission, revision_target(revision)):
            continue
        label = REVISIONS.events[step.event]
        steps.append(NextStep(step.event, label, tuple(judge(step.guards, context))))
    return tuple(steps)


def _revision(
    row: SheetRevision, context: GuardContext, signatures: Sequence[SignatureView], rights: Rights
) -> RevisionView:
    pending = row.state in OPEN_STATES
    return RevisionView(
        id=row.id,
        sheet_id=row.sheet_id,
        rev_seq=row.rev_seq,
        rev_label=row.rev_label,
        state=row.state,
        stage=row.stage,
        title=row.title,
        paper=row.paper,
        scales=row.scales,
        issue_date=row.issue_date,
        party_id=row.party_id,
        drafted_by=row.drafted_by,
        short_code=row.short_code,
        base_sha256=row.base_sha256,
        frozen_at=row.frozen_at,
        origin=row.origin,
        external=row.external,
        title_block=row.title_block,
        completeness=row.completeness,
        created_at=row.created_at,
        state_at=row.state_at,
        version=row.version,
        renditions=tuple(_rendition(r) for r in context.renditions),
        signatures=tuple(signatures),
        missing=tuple(missing_signatures(context)) if pending else (),
        steps=next_steps(context, rights),
    )


def _rendition(row: Rendition) -> RenditionView:
    return RenditionView(
        id=row.id,
        role=row.role,
        sha256=row.sha256,
        sm3=row.sm3,
        size=row.size,
        media_type=row.media_type,
        file_name=row.file_name,
        page=row.page,
        manifest_of=row.manifest_of,
        manifest_page=row.manifest_page,
        recorded_at=row.recorded_at,
    )
