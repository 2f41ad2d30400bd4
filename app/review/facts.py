"""Everything the guards of a case look at, loaded in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.drawings.models import Sheet, SheetRevision
from app.drawings.rules import FROZEN_STATES, RevisionState
from app.kernel.clock import EPOCH
from app.kernel.labels import Label
from app.projects.queries import policy_of
from app.projects.rules import Policy
from app.review.conflicts import conflicts_of
from app.review.joint import conclusions_of, joint_domains
from app.review.models import (
    OpinionPlace,
    OpinionReply,
    ReviewAssignment,
    ReviewCase,
    ReviewDocument,
    ReviewDone,
    ReviewOpinion,
    ReviewSheet,
    ReviewStep,
)
from app.review.opinion_rules import OpinionState
from app.review.rules import WRITING


@dataclass(frozen=True)
class CaseSheet:
    """A sheet of a case as it stands in the newest submission that brought it."""

    sheet_id: str
    revision_id: str
    sha256: str
    pages: int
    """Pages of the bytes; 0 when they were never read."""
    why: str
    sequence: int
    number: str
    title: str
    discipline: str
    building_id: str | None
    party_id: str
    rev_label: str
    rev_seq: int
    state: str
    """Of the revision."""


@dataclass(frozen=True)
class OpinionFact:
    """An opinion, as far as guards need it."""

    id: str
    serial: int
    state: str
    severity: str
    discipline: str
    round: int
    sheet_ids: tuple[str, ...] = ()
    fixed_in: tuple[str, ...] = ()
    """Revisions that its newest reply names."""


@dataclass(frozen=True)
class CaseFacts:
    """A case with all that its guards look at."""

    case: ReviewCase
    policy: Policy
    sheets: Sequence[CaseSheet]
    opinions: Sequence[OpinionFact]
    reviewers: Mapping[str, str]
    """Person by discipline."""
    done: frozenset[str]
    """Disciplines that are done in this round."""
    documents: frozenset[str]
    """Kinds that are there."""
    conflicts: Mapping[str, Label]
    """By person: why he must stand aside."""
    joint: tuple[str, ...] = ()
    """Domains on which another authority concludes."""
    verdicts: Mapping[str, str] = field(default_factory=dict)
    """By domain: the newest conclusion of this round."""
    unissued: tuple[str, ...] = ()
    """Numbers of sheets whose named fixes are not issued."""
    note: str = ""
    """What the act says."""
    stops: tuple[Label, ...] = ()
    """What the gate found that stops the submission."""
    chosen: int = 0
    """Sheets that the act brings."""

    @property
    def disciplines(self) -> tuple[str, ...]:
        """Disciplines of the sheets."""
        return tuple(sorted({sheet.discipline for sheet in self.sheets}))


def case_facts(
    session: Session, case: ReviewCase, *, note: str = "", stops: Sequence[Label] = (), chosen: int = 0
) -> CaseFacts:
    """Load what the guards of a case look at."""
    opinions = opinion_facts(session, case.id)
    reviewers = reviewers_of(session, case.id)
    kinds = sa.select(ReviewDocument.kind).where(ReviewDocument.case_id == case.id)
    return CaseFacts(
        case=case,
        policy=policy_of(session, case.project_id),
        sheets=sheets_of_case(session, case.id),
        opinions=opinions,
        reviewers=reviewers,
        done=_done(session, case),
        documents=frozenset(session.scalars(kinds)),
        conflicts=conflicts_of(session, case, set(reviewers.values())),
        joint=joint_domains(case),
        verdicts={c.domain: c.verdict for c in conclusions_of(session, case) if c.round == case.round},
        unissued=_unissued(session, opinions),
        note=note.strip(),
        stops=tuple(stops),
        chosen=chosen,
    )


def sheets_of_case(session: Session, case_id: str) -> list[CaseSheet]:
    """The sheets of a case in the order of the register; of each the newest that was handed in."""
    query = (
        sa.select(ReviewSheet, Sheet, SheetRevision)
        .join(Sheet, Sheet.id == ReviewSheet.sheet_id)
        .join(SheetRevision, SheetRevision.id == ReviewSheet.revision_id)
        .where(ReviewSheet.case_id == case_id)
        .order_by(ReviewSheet.sequence)
    )
    newest = {sheet.id: (row, sheet, revision) for row, sheet, revision in session.execute(query)}
    ordered = sorted(newest.values(), key=lambda found: (found[1].sort_key, found[1].id))
    return [
        CaseSheet(
            sheet_id=row.sheet_id,
            revision_id=row.revision_id,
            sha256=row.sha256,
            pages=row.pages,
            why=row.why,
            sequence=row.sequence,
            number=sheet.number,
            title=revision.title,
            discipline=revision.discipline,
            building_id=revision.building_id,
            party_id=revision.party_id,
            rev_label=revision.rev_label,
            rev_seq=revision.rev_seq,
            state=revision.state,
        )
        for row, sheet, revision in ordered
    ]


_UNDER_WORK = (RevisionState.DRAFT, RevisionState.CHECKING, RevisionState.ISSUED, RevisionState.RETURNED)


def own_sheets(session: Session, project_id: str, party_id: str) -> list[CaseSheet]:
    """What a design institute has under work: the newest revisions of its sheets that are not with anybody else yet."""
    query = (
        sa.select(Sheet, SheetRevision)
        .join(
            SheetRevision,
            sa.and_(SheetRevision.sheet_id == Sheet.id, SheetRevision.rev_seq == Sheet.last_rev_seq),
        )
        .where(
            Sheet.project_id == project_id,
            SheetRevision.party_id == party_id,
            SheetRevision.state.in_(_UNDER_WORK),
        )
        .order_by(Sheet.sort_key, Sheet.id)
    )
    return [
        CaseSheet(
            sheet_id=sheet.id,
            revision_id=revision.id,
            sha256=revision.base_sha256 or "",
            pages=0,
            why="",
            sequence=0,
            number=sheet.number,
            title=revision.title,
            discipline=revision.discipline,
            building_id=revision.building_id,
            party_id=revision.party_id,
            rev_label=revision.rev_label,
            rev_seq=revision.rev_seq,
            state=revision.state,
        )
        for sheet, revision in session.execute(query)
    ]


def opinion_facts(session: Session, case_id: str) -> list[OpinionFact]:
    """The opinions of a case in the order of their serial numbers."""
    places: dict[str, list[str]] = {}
    standing = (
        sa.select(OpinionPlace.opinion_id, OpinionPlace.sheet_id)
        .join(ReviewOpinion, ReviewOpinion.id == OpinionPlace.opinion_id)
        .where(ReviewOpinion.case_id == case_id, OpinionPlace.is_dropped.is_(False))
        .order_by(OpinionPlace.id)
    )
    for opinion_id, sheet_id in session.execute(standing):
        places.setdefault(opinion_id, []).append(sheet_id)
    fixes: dict[str, tuple[str, ...]] = {}
    replies = (
        sa.select(OpinionReply.opinion_id, OpinionReply.fixed_in)
        .join(ReviewOpinion, ReviewOpinion.id == OpinionReply.opinion_id)
        .where(ReviewOpinion.case_id == case_id)
        .order_by(OpinionReply.at, OpinionReply.id)
    )
    for opinion_id, fixed_in in session.execute(replies):
        fixes[opinion_id] = tuple(fixed_in)
    rows = sa.select(ReviewOpinion).where(ReviewOpinion.case_id == case_id).order_by(ReviewOpinion.serial)
    return [
        OpinionFact(
            o.id,
            o.serial,
            o.state,
            o.severity,
            o.discipline,
            o.round,
            tuple(places.get(o.id, ())),
            fixes.get(o.id, ()),
        )
        for o in session.scalars(rows)
    ]


def reviewers_of(session: Session, case_id: str) -> dict[str, str]:
    """Who reviews each discipline: the newest assignment counts."""
    query = (
        sa.select(ReviewAssignment.discipline, ReviewAssignment.reviewer_id)
        .where(ReviewAssignment.case_id == case_id)
        .order_by(ReviewAssignment.at, ReviewAssignment.id)
    )
    return dict(session.execute(query).all())


def round_began(session: Session, case: ReviewCase) -> datetime:
    """When the reviewers last began to write: words of "done" from before do not count any more."""
    query = sa.select(sa.func.max(ReviewStep.at)).where(
        ReviewStep.case_id == case.id, ReviewStep.target.in_(sorted(WRITING))
    )
    return session.execute(query).scalar_one() or EPOCH


def _done(session: Session, case: ReviewCase) -> frozenset[str]:
    query = sa.select(ReviewDone.discipline).where(
        ReviewDone.case_id == case.id,
        ReviewDone.round == case.round,
        ReviewDone.at >= round_began(session, case),
    )
    return frozenset(session.scalars(query))


def _unissued(session: Session, opinions: Sequence[OpinionFact]) -> tuple[str, ...]:
    named = {key for o in opinions if o.state == OpinionState.REPLIED for key in o.fixed_in}
    if not named:
        return ()
    query = (
        sa.select(Sheet.number)
        .join(SheetRevision, SheetRevision.sheet_id == Sheet.id)
        .where(SheetRevision.id.in_(named), SheetRevision.state.not_in(sorted(FROZEN_STATES)))
        .order_by(Sheet.sort_key)
    )
    return tuple(session.scalars(query))
