"""Opinions with their places, answers and decisions, as far as the actor may see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.drawings.models import Sheet, SheetRevision
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.policy import Rights, Target
from app.review.earlier import Spoken, clause_of, same_matter, settled_before
from app.review.facts import reviewers_of
from app.review.models import (
    OpinionJudgement,
    OpinionPlace,
    OpinionReply,
    ReviewCase,
    ReviewOpinion,
)
from app.review.opinion_rules import INSIDE, OPEN, OPINIONS, REPLIES
from app.review.queries.cases import case_row, names_of, sees_inside
from app.review.rules import OPEN_ROUNDS, WRITING, CaseState


@dataclass(frozen=True)
class PlaceView:
    """A sheet that an opinion speaks of."""

    id: str
    sheet_id: str
    revision_id: str
    number: str
    title: str
    rev_label: str
    region: tuple[int, ...]
    grid: str


@dataclass(frozen=True)
class FixView:
    """A revision in which something is said to be fixed."""

    revision_id: str
    sheet_id: str
    number: str
    rev_label: str
    state: str


@dataclass(frozen=True)
class ReplyView:
    """A designer's answer."""

    kind: str
    text: str
    round: int
    person: str
    at: datetime
    fixes: tuple[FixView, ...]


@dataclass(frozen=True)
class JudgementView:
    """A decision about an opinion."""

    event: str
    text: str
    round: int
    person: str
    at: datetime
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class OpinionView:
    """An opinion as pages, tables and notices show it."""

    id: str
    case_id: str
    serial: int
    position: int
    state: str
    round: int
    issued_round: int | None
    discipline: str
    domain: str
    basis: str
    severity: str
    fact: str
    standard_no: str
    standard_name: str
    clause_no: str
    clause_text: str
    basis_reason: str
    action: str
    origin: str
    author_id: str
    author: str
    created_at: datetime
    issued_at: datetime | None
    settled_at: datetime | None
    version: int
    merged_into: str | None
    carried_from: int | None
    """The earlier round since which it has been open; None when it is of this round, or settled."""
    raises_again: tuple[int, ...]
    """Serial numbers of settled opinions of earlier rounds that speak of the same matter."""
    places: tuple[PlaceView, ...]
    replies: tuple[ReplyView, ...]
    judgements: tuple[JudgementView, ...]
    events: tuple[str, ...]
    """What the actor may do with it now."""

    @property
    def citation(self) -> str:
        """Standard and clause as they are cited."""
        name = f"《{self.standard_name}》" if self.standard_name else ""
        return f"{name}{self.standard_no} {self.clause_no}".strip()

    @property
    def reply(self) -> ReplyView | None:
        """The newest answer."""
        return self.replies[-1] if self.replies else None


def opinions_of(session: Session, rights: Rights, case_id: str, *, sheet_id: str = "") -> list[OpinionView]:
    """The opinions of a case in display order; drafts and proposals only for its agency.

    Raises:
        Refused: ``not-found``.
    """
    case = case_row(session, rights, case_id)
    query = sa.select(ReviewOpinion).where(ReviewOpinion.case_id == case.id)
    if not sees_inside(rights, case):
        query = query.where(ReviewOpinion.state.not_in(sorted(INSIDE)))
    if sheet_id:
        here = sa.select(OpinionPlace.opinion_id).where(
            OpinionPlace.sheet_id == sheet_id, OpinionPlace.is_dropped.is_(False)
        )
        query = query.where(ReviewOpinion.id.in_(here))
    rows = session.scalars(query.order_by(ReviewOpinion.position, ReviewOpinion.serial)).all()
    return _views(session, rights, case, rows)


def opinion_for(session: Session, rights: Rights, opinion_id: str) -> OpinionView:
    """One opinion.

    Raises:
        Refused: ``not-found``.
    """
    row = session.get(ReviewOpinion, opinion_id)
    if row is None:
        raise Refused(NOT_FOUND)
    case = case_row(session, rights, row.case_id)
    if row.state in INSIDE and not sees_inside(rights, case):
        raise Refused(NOT_FOUND)
    return _views(session, rights, case, [row])[0]


def may_read_entry(session: Session, rights: Rights, subjects: Mapping[str, str]) -> bool:
    """Whether the actor may read a ledger entry with these subjects, as far as the review is concerned.

    Of a case, whoever sees the case; of an opinion that never went out, its agency alone.
    """
    if "case" not in subjects and "opinion" not in subjects:
        return True
    case = session.get(ReviewCase, subjects.get("case", ""))
    if case is None or not rights.may(
        Permission.REVIEW_VIEW, Target(case.project_id, party_id=case.agency_id)
    ):
        return False
    opinion = session.get(ReviewOpinion, subjects["opinion"]) if "opinion" in subjects else None
    return opinion is None or opinion.state not in INSIDE or sees_inside(rights, case)


def _views(
    session: Session, rights: Rights, case: ReviewCase, rows: Sequence[ReviewOpinion]
) -> list[OpinionView]:
    ids = sa.select(ReviewOpinion.id).where(ReviewOpinion.case_id == case.id)
    places = _places(session, ids)
    replies = _grouped(session, OpinionReply, ids)
    judgements = _grouped(session, OpinionJudgement, ids)
    people = names_of(
        session,
        {
            *(o.author_id for o in rows),
            *(r.person_id for found in replies.values() for r in found),
            *(j.person_id for found in judgements.values() for j in found),
        },
    )
    fixes = _fixes(session, {key for found in replies.values() for r in found for key in r.fixed_in})
    may = _Allowed(session, rights, case)
    again = _raised_again(session, case, rows, places)
    return [
        OpinionView(
            id=o.id,
            case_id=o.case_id,
            serial=o.serial,
            position=o.position,
            state=o.state,
            round=o.round,
            issued_round=o.issued_round,
            discipline=o.discipline,
            domain=o.domain,
            basis=o.basis,
            severity=o.severity,
            fact=o.fact,
            standard_no=o.standard_no,
            standard_name=o.standard_name,
            clause_no=o.clause_no,
            clause_text=o.clause_text,
            basis_reason=o.basis_reason,
            action=o.action,
            origin=o.origin,
            author_id=o.author_id,
            author=people.get(o.author_id, ""),
            created_at=o.created_at,
            issued_at=o.issued_at,
            settled_at=o.settled_at,
            version=o.version,
            merged_into=o.merged_into,
            carried_from=_carried_from(o, case),
            raises_again=again.get(o.id, ()),
            places=tuple(places.get(o.id, ())),
            replies=tuple(_reply(r, people, fixes) for r in replies.get(o.id, ())),
            judgements=tuple(_judgement(j, people) for j in judgements.get(o.id, ())),
            events=may.events(o),
        )
        for o in rows
    ]


def _carried_from(opinion: ReviewOpinion, case: ReviewCase) -> int | None:
    is_earlier = opinion.issued_round is not None and opinion.issued_round < case.round
    return opinion.issued_round if is_earlier and opinion.state in OPEN else None


def _raised_again(
    session: Session,
    case: ReviewCase,
    rows: Sequence[ReviewOpinion],
    places: Mapping[str, Sequence[PlaceView]],
) -> dict[str, tuple[int, ...]]:
    """By opinion of a later round: what was settled before on the same matter."""
    later = [o for o in rows if o.round > 1]
    settled = settled_before(session, case) if later else []
    found = {}
    for o in later:
        spots = tuple((p.sheet_id, p.region) for p in places.get(o.id, ()))
        one = Spoken(o.id, o.serial, o.round, clause_of(o.standard_no, o.clause_no), spots)
        found[o.id] = tuple(e.serial for e in same_matter(one, settled) if e.round < o.round)
    return found


class _Allowed:
    """What the actor may do with opinions of one case: its seats and assignments are looked up once."""

    def __init__(self, session: Session, rights: Rights, case: ReviewCase) -> None:
        self._rights, self._case = rights, case
        self._reviewers = reviewers_of(session, case.id)
        self._agency = Target(case.project_id, party_id=case.agency_id)
        self._is_lead = rights.may(Permission.REVIEW_LEAD, self._agency)

    def events(self, opinion: ReviewOpinion) -> tuple[str, ...]:
        return tuple(
            step.event
            for step in OPINIONS.steps_from(opinion.state)
            if self._may(step.event, step.permission, opinion.discipline)
        )

    def _may(self, event: str, permission: str, discipline: str) -> bool:
        state = self._case.state
        is_writing = state in WRITING or state == CaseState.CONSOLIDATING
        if event in REPLIES:
            target = Target(self._case.project_id, discipline=discipline)
            return state == CaseState.REPLYING and self._rights.may(permission, target)
        if event in ("recheck_ok", "recheck_fail"):
            return state == CaseState.RECHECK and self._is_reviewer(discipline)
        if permission == Permission.REVIEW_RULE:
            target = Target(self._case.project_id)
            return state in (CaseState.REPLYING, CaseState.RECHECK) and self._rights.may(permission, target)
        if event == "issue":
            return False  # with the whole case
        if permission == Permission.REVIEW_LEAD:
            return self._is_lead and (is_writing or (event == "retract" and state in OPEN_ROUNDS))
        return is_writing and (self._is_reviewer(discipline) or self._is_lead)

    def _is_reviewer(self, discipline: str) -> bool:
        return self._reviewers.get(discipline) == self._rights.actor.person_id


Said = TypeVar("Said", OpinionReply, OpinionJudgement)


def _grouped(session: Session, model: type[Said], ids: sa.Select[str]) -> dict[str, list[Said]]:
    """Rows of a case's opinions by opinion, oldest first."""
    query = sa.select(model).where(model.opinion_id.in_(ids)).order_by(model.at, model.id)
    found: dict[str, list[Said]] = {}
    for row in session.scalars(query):
        found.setdefault(row.opinion_id, []).append(row)
    return found


def _places(session: Session, ids: sa.Select[str]) -> dict[str, list[PlaceView]]:
    query = (
        sa.select(OpinionPlace, Sheet.number, SheetRevision.title, SheetRevision.rev_label)
        .join(Sheet, Sheet.id == OpinionPlace.sheet_id)
        .join(SheetRevision, SheetRevision.id == OpinionPlace.revision_id)
        .where(OpinionPlace.opinion_id.in_(ids), OpinionPlace.is_dropped.is_(False))
        .order_by(Sheet.sort_key, OpinionPlace.id)
    )
    found: dict[str, list[PlaceView]] = {}
    for p, number, title, label in session.execute(query):
        view = PlaceView(p.id, p.sheet_id, p.revision_id, number, title, label, tuple(p.region), p.grid)
        found.setdefault(p.opinion_id, []).append(view)
    return found


def _fixes(session: Session, ids: Iterable[str]) -> dict[str, FixView]:
    query = (
        sa.select(SheetRevision, Sheet.number)
        .join(Sheet, Sheet.id == SheetRevision.sheet_id)
        .where(SheetRevision.id.in_(list(ids)))
    )
    return {
        r.id: FixView(r.id, r.sheet_id, number, r.rev_label, r.state) for r, number in session.execute(query)
    }


def _reply(row: OpinionReply, people: Mapping[str, str], fixes: Mapping[str, FixView]) -> ReplyView:
    named = tuple(fixes[key] for key in row.fixed_in if key in fixes)
    return ReplyView(row.kind, row.text, row.round, people.get(row.person_id, ""), row.at, named)


def _judgement(row: OpinionJudgement, people: Mapping[str, str]) -> JudgementView:
    return JudgementView(
        row.event, row.text, row.round, people.get(row.person_id, ""), row.at, tuple(row.warnings)
    )
