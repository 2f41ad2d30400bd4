"""How sheets stand with their seals: one revision with its whole standing, a whole register by its marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.drawings.intake_models import IntakeFile
from app.drawings.models import SheetRevision
from app.files.models import Rendition, RenditionRole
from app.seals.chain import PDF, Chain, chain_of
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
    """The marks of all revisions of a project that have a file which can carry a seal; two statements for any number.

    Other revisions are not in it: they have no seal.

    Args:
        session: a reading session.
        project_id: the project; the right to see its sheets is asked by who shows them.
        known_at: leave out what was recorded later than this.
    """
    renditions: dict[str, list[Rendition]] = {}
    verdicts: dict[str, str] = {}
    for row in session.connection().execute(_carriers(project_id, known_at)):
        renditions.setdefault(row.owner_id, []).append(cast("Rendition", row))
        if row.verdict is not None:
            verdicts[row.sha256] = row.verdict
    carrying = _carrying_in(session, project_id)
    return {owner: _mark(rows, verdicts, carrying) for owner, rows in renditions.items()}


def _mark(rows: Sequence[Rendition], verdicts: Mapping[str, str], carrying: Mapping[str, bool]) -> SealMark:
    if len(rows) == 1:
        published, latest, has_own = rows[0], rows[0], False
    else:
        chain = chain_of(rows)
        if chain is None:
            return SealMark.NONE
        published, latest, has_own = chain.published, chain.latest, bool(chain.sealed)
    verdict = verdicts.get(latest.sha256)
    return settle_mark(
        Verdict(verdict) if verdict else None,
        has_own=has_own,
        is_pdf=published.media_type == PDF,
        carries=carrying.get(published.manifest_of),
    )


def _carriers(project_id: str, known_at: datetime | None) -> sa.Select[*tuple[Any, ...]]:
    """Published and sealed files, oldest first, each with its judgements, oldest first: the last one holds."""
    r, j = Rendition, SealJudgement
    known = (j.recorded_at <= known_at, r.recorded_at <= known_at) if known_at else (sa.true(), sa.true())
    return (
        sa.select(
            r.id,
            r.owner_id,
            r.role,
            r.derived_from,
            r.sha256,
            r.media_type,
            r.manifest_of,
            j.verdict.label("verdict"),
        )
        .join(SheetRevision, SheetRevision.id == r.owner_id)
        .outerjoin(j, sa.and_(j.sha256 == r.sha256, known[0]))
        .where(
            SheetRevision.project_id == project_id,
            r.owner_kind == REVISION,
            known[1],
            r.role.in_((RenditionRole.PUBLISHED, RenditionRole.SEALED)),
        )
        .order_by(r.recorded_at, r.id, j.judged_at, j.id)
    )


def _carrying_in(session: Session, project_id: str) -> dict[str, bool]:
    """As :func:`carrying_signatures`, for all uploads of a project."""
    holds_any = sa.cast(IntakeFile.signatures, sa.Text) != "[]"
    query = sa.select(
        IntakeFile.sha256, sa.case((holds_any, IntakeFile.signatures), else_=None).label("signatures")
    ).where(IntakeFile.project_id == project_id, IntakeFile.read_at.is_not(None))
    return {sha256: has_signatures(signatures or ()) for sha256, signatures in session.execute(query)}
