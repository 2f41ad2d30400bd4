"""The public answer behind a printed code: is this drawing still the one to build from? Never its content."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.distribution.queries.building import may_build
from app.drawings.models import Sheet, SheetRevision
from app.drawings.queries.seal_marks import SealsOfRevision, seals_of_revisions
from app.drawings.rules import RevisionState
from app.kernel.ids import SHORT_CODE_LENGTH
from app.kernel.labels import Label
from app.projects.models import Project
from app.record.queries import InForce, Instants, base_history, in_force
from app.seals.listing import seal_rows
from app.seals.saying import SealSaid, said_of

NO_SEAL = said_of(None, carries=False)


class CopyStatus(StrEnum):
    """What the holder of a copy must know."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    COMING = "coming"
    """Released, but not in force yet."""
    VOID = "void"
    NOT_RELEASED = "not_released"


COPY_STATUS_LABELS: dict[CopyStatus, Label] = {
    CopyStatus.CURRENT: Label("现行有效", "In force"),
    CopyStatus.SUPERSEDED: Label("已被替代，请勿使用", "Superseded: do not use"),
    CopyStatus.COMING: Label("尚未生效", "Not yet in force"),
    CopyStatus.VOID: Label("已作废，请勿使用", "Void: do not use"),
    CopyStatus.NOT_RELEASED: Label("未发布，不得用于施工", "Not released: not for construction"),
}


@dataclass(frozen=True)
class PublicSeal:
    """A seal as everybody may read it on the sheet itself."""

    kind: Label
    name: str
    organisation: str


@dataclass(frozen=True)
class PublicStatus:
    """The answer. Of a restricted project everything but status and instant stays empty (DOMAIN 5.1)."""

    short_code: str
    status: CopyStatus
    label: Label
    since: datetime | None
    """From when this status holds, where an instant made it so."""
    as_of: datetime
    number: str = ""
    rev_label: str = ""
    superseded_by: str = ""
    """Label of the revision in force now."""
    successor_code: str = ""
    """Printed code of that revision: its own page."""
    hash_prefix: str = ""
    """First 16 digits of the base hash."""
    slips: tuple[str, ...] = ()
    """Numbers of the change slips that stand on this revision: the copy alone does not say everything."""
    project: str = ""
    is_for_construction: bool = True
    """False: in force, but the policy makes construction wait for confirmations that are missing (DOMAIN 2.5)."""
    confirmed: int = 0
    needed: int = 0
    """Confirmations of the revision and its slips; 0 of 0 where it is not in force."""
    seals: SealSaid = NO_SEAL
    """What is said of its seals; names nobody."""
    seal_names: tuple[PublicSeal, ...] = ()
    """Each seal; of a restricted project none."""

    @property
    def change_slips(self) -> int:
        """How many change slips stand on it."""
        return len(self.slips)


def public_status(session: Session, short_code: str, now: datetime) -> PublicStatus | None:
    """The status of the revision with a printed code; None when no revision has it."""
    if len(short_code) != SHORT_CODE_LENGTH or not short_code.isalnum() or not short_code.isascii():
        return None
    query = (
        sa.select(SheetRevision, Sheet.number, Project)
        .join(Sheet, Sheet.id == SheetRevision.sheet_id)
        .join(Project, Project.id == SheetRevision.project_id)
        .where(SheetRevision.short_code == short_code.lower())
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    revision, number, project = row
    force = in_force(session, revision.sheet_id, Instants(now, now, is_now=True))
    status = status_of(revision.id, revision.state, revision.rev_seq, force)
    since = _since(session, revision, status, force, now)
    label = COPY_STATUS_LABELS[status]
    build = may_build(session, revision.sheet_id, now) if status is CopyStatus.CURRENT else None
    may_be_built = build is None or build.is_for_construction
    seals = seals_of_revisions(session, [revision.id])[revision.id]
    if project.is_restricted:
        return PublicStatus(
            revision.short_code,
            status,
            label,
            since,
            now,
            is_for_construction=may_be_built,
            seals=seals.said,
        )
    is_old = status is CopyStatus.SUPERSEDED and force is not None
    return PublicStatus(
        short_code=revision.short_code,
        status=status,
        label=label,
        since=since,
        as_of=now,
        number=number,
        rev_label=revision.rev_label,
        superseded_by=force.rev_label if is_old and force else "",
        hash_prefix=(revision.base_sha256 or "")[:16],
        successor_code=force.short_code if is_old and force else "",
        slips=tuple(s.number for s in force.slips) if status is CopyStatus.CURRENT and force else (),
        project=project.name if project.is_name_public else "",
        is_for_construction=may_be_built,
        confirmed=build.confirmed if build else 0,
        needed=build.needed if build else 0,
        seals=seals.said,
        seal_names=_names(seals),
    )


def _names(seals: SealsOfRevision) -> tuple[PublicSeal, ...]:
    rows = [row for row in seal_rows(seals.standing) if not row.is_timestamp]
    return tuple(
        PublicSeal(row.kind_label, row.name or (row.who or {}).get("name", ""), row.organisation)
        for row in rows
    )


def status_of(revision_id: str, state: str, rev_seq: int, force: InForce | None) -> CopyStatus:
    """Of a revision, by what is in force of its sheet."""
    if force is not None and force.is_void:
        return CopyStatus.VOID
    if force is not None and force.revision_id == revision_id:
        return CopyStatus.CURRENT
    if state not in (RevisionState.RELEASED, RevisionState.VOID):
        return CopyStatus.NOT_RELEASED
    if force is None or force.rev_seq < rev_seq:
        return CopyStatus.COMING
    return CopyStatus.SUPERSEDED


def _since(
    session: Session, revision: SheetRevision, status: CopyStatus, force: InForce | None, now: datetime
) -> datetime | None:
    """When the status began: of a superseded revision, the effect of the fact that followed its own."""
    if status in (CopyStatus.CURRENT, CopyStatus.VOID):
        return force.effective_at if force else None
    facts = list(reversed(base_history(session, revision.sheet_id)))
    own = [n for n, fact in enumerate(facts) if fact.revision_id == revision.id]
    if not own:
        return None
    if status is CopyStatus.COMING:
        return next((facts[n].effective_at for n in own if facts[n].effective_at > now), None)
    after = facts[own[-1] + 1 :]
    return after[0].effective_at if after else None
