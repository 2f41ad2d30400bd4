"""How sheets stand with their seals: one revision with its whole standing, a whole register by its marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.drawings.intake_models import IntakeFile
from app.drawings.models import SheetRevision
from app.files.models import Rendition, RenditionRole
from app.seals.chain import PDF, Chain
from app.seals.models import SealJudgement
from app.seals.queries.standing import Standing, standing_of
from app.seals.rules import Verdict
from app.seals.saying import SealMark, SealSaid, said_of, settle_mark

REVISION = "revision"
AT_ONCE = 500
"""Revisions in one statement."""


@dataclass(frozen=True)
class SealsOfRevision:
    """A revision's seals, and what is said of them."""

    standing: Standing | None
    said: SealSaid

    @property
    def chain(self) -> Chain | None:
        """Its bytes, as published and with each seal; None when nothing was published."""
        return self.standing.chain if self.standing else None

    @property
    def sealed_sha256(self) -> str:
        """Of the bytes with every seal put on here; empty when there is none."""
        return self.chain.latest.sha256 if self.chain and self.chain.sealed else ""


def seals_of_revisions(
    session: Session, revision_ids: Sequence[str], known_at: datetime | None = None
) -> dict[str, SealsOfRevision]:
    """The seals of some hundreds of revisions, in four statements; of what was recorded by an instant, if one is given.

    The right to see them is asked by who names them.
    """
    standings = standing_of(session, REVISION, revision_ids, known_at)
    unjudged = [s.chain.published.manifest_of for s in standings.values() if s.judgement is None]
    carrying = carrying_signatures(session, unjudged)
    found = {}
    for revision_id in revision_ids:
        standing = standings.get(revision_id)
        carries = carrying.get(standing.chain.published.manifest_of) if standing else None
        found[revision_id] = SealsOfRevision(standing, said_of(standing, carries=carries))
    return found


def seals_in_parts(
    session: Session, revision_ids: Sequence[str], known_at: datetime | None = None
) -> dict[str, SealsOfRevision]:
    """As :func:`seals_of_revisions`, for the thousands of a set: so many parameters no database takes at once."""
    found: dict[str, SealsOfRevision] = {}
    for start in range(0, len(revision_ids), AT_ONCE):
        found |= seals_of_revisions(session, revision_ids[start : start + AT_ONCE], known_at)
    return found


def carrying_signatures(session: Session, digests: Sequence[str]) -> dict[str, bool]:
    """Of uploaded files that were read: whether they carry signatures. Of others nobody knows, and nothing is said."""
    wanted = sorted(set(digests))
    if not wanted:
        return {}
    query = sa.select(IntakeFile.sha256, IntakeFile.signatures).where(
        IntakeFile.sha256.in_(wanted), IntakeFile.read_at.is_not(None)
    )
    return {sha256: has_signatures(signatures) for sha256, signatures in session.execute(query)}


def has_signatures(signatures: Sequence[Mapping[str, object]]) -> bool:
    """Whether what reading found of fields for signatures holds one that is filled."""
    return any(one.get("is_signed") for one in signatures)


def seal_marks(session: Session, project_id: str, known_at: datetime | None = None) -> dict[str, SealMark]:
    """The marks of a project's revisions, but for those that certainly have no seal: they are not in it.

    Two statements that answer with the sheets that have something to tell, however many there are.

    Args:
        session: a reading session.
        project_id: the project; the right to see its sheets is asked by who shows them.
        known_at: leave out what was recorded later than this.
    """
    found: dict[str, SealMark] = {}
    connection = session.connection()
    for owner, role, verdict in connection.execute(_judged(project_id, known_at)):
        has_own = role == RenditionRole.SEALED
        known = Verdict(verdict) if verdict else None
        found[owner] = settle_mark(known, has_own=has_own, is_pdf=True, carries=None)
    for owner, is_read, signatures in connection.execute(_unread_or_signed(project_id, known_at)):
        carries = has_signatures(signatures) if is_read else None
        found.setdefault(owner, settle_mark(None, has_own=False, is_pdf=True, carries=carries))
    return found


def _judged(project_id: str, known_at: datetime | None) -> sa.Select[*tuple[Any, ...]]:
    """The newest bytes of revisions that were sealed or judged, with their judgements, oldest first: the last holds."""
    r, j, following = Rendition, SealJudgement, aliased(Rendition)
    known = (r.recorded_at <= known_at, j.recorded_at <= known_at) if known_at else (sa.true(), sa.true())
    further = sa.select(following.id).where(
        following.derived_from == r.id,
        following.role == RenditionRole.SEALED,
        following.recorded_at <= known_at if known_at else sa.true(),
    )
    return (
        sa.select(r.owner_id, r.role, j.verdict)
        .join(SheetRevision, SheetRevision.id == r.owner_id)
        .outerjoin(j, sa.and_(j.sha256 == r.sha256, known[1]))
        .where(
            *_newest(project_id, known_at),
            known[0],
            r.role.in_((RenditionRole.PUBLISHED, RenditionRole.SEALED)),
            sa.or_(r.role == RenditionRole.SEALED, j.id.is_not(None)),
            ~further.exists(),
        )
        .order_by(r.recorded_at, r.id, j.judged_at, j.id)
    )


def _unread_or_signed(project_id: str, known_at: datetime | None) -> sa.Select[*tuple[Any, ...]]:
    """PDFs of which nobody knows that they carry no signatures."""
    r, file = Rendition, IntakeFile
    is_of_it = sa.and_(file.sha256 == r.manifest_of, file.project_id == project_id, file.read_at.is_not(None))
    return (
        sa.select(r.owner_id, file.id.is_not(None), file.signatures)
        .join(SheetRevision, SheetRevision.id == r.owner_id)
        .outerjoin(file, is_of_it)
        .where(
            *_newest(project_id, known_at),
            r.role == RenditionRole.PUBLISHED,
            r.media_type == PDF,
            sa.or_(file.id.is_(None), sa.cast(file.signatures, sa.Text) != "[]"),
        )
    )


def _newest(project_id: str, known_at: datetime | None) -> tuple[sa.ColumnElement[bool], ...]:
    """Renditions of a project's revisions after which no other file was published: a replaced one tells nothing."""
    r, later = Rendition, aliased(Rendition)
    replaced = sa.select(later.id).where(
        later.owner_kind == REVISION,
        later.owner_id == r.owner_id,
        later.role == RenditionRole.PUBLISHED,
        later.recorded_at > r.recorded_at,
        later.recorded_at <= known_at if known_at else sa.true(),
    )
    return SheetRevision.project_id == project_id, r.owner_kind == REVISION, ~replaced.exists()
