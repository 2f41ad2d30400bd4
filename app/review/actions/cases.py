"""Preparing a case and moving it: every step of its machine goes through :func:`move_case`."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.access.models import Party
from app.access.queries import rights_of
from app.access.rules import Permission
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, STALE, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact, Target
from app.kernel.text import tidy
from app.kernel.workflow import GuardResult, Step
from app.projects.queries import policy_of
from app.projects.rules import REVIEW_MODE_LABELS, ReviewMode
from app.review.facts import CaseFacts, case_facts
from app.review.guards import judge_case
from app.review.models import ReviewCase, ReviewStep
from app.review.refusals import CASE_GUARD, NO_REVIEW, NOT_AN_AGENCY
from app.review.rules import CASES, PAST

MOST_NOTE = 4_000


def case_target(case: ReviewCase, discipline: str | None = None) -> Target:
    """A case as the policy sees it: of its agency."""
    return Target(case.project_id, party_id=case.agency_id, discipline=discipline)


def case_to_change(tx: Tx, rights: Rights, case_id: str) -> ReviewCase:
    """A case that the actor may see, locked: two acts on it come one after the other.

    Raises:
        Refused: ``not-found``.
    """
    query = sa.select(ReviewCase).where(ReviewCase.id == case_id).with_for_update()
    case = tx.session.execute(query).scalar_one_or_none()
    if case is None or not rights.may(Permission.REVIEW_VIEW, case_target(case)):
        raise Refused(NOT_FOUND)
    return case


@dataclass(frozen=True)
class PrepareCase:
    """A case that the owner begins."""

    project_id: str
    agency_id: str
    """The reviewing party."""
    title: str
    business_no: str = ""
    is_fire_joint: bool = False
    is_civil_defence_joint: bool = False


def prepare_case(tx: Tx, command: PrepareCase) -> str:
    """Begin a review case (准备送审); returns its id. The policy of this day stays with it.

    Raises:
        Refused: ``forbidden``; ``not-found``; ``review-not-in-policy``; ``not-a-review-agency``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    agency = tx.session.get(Party, command.agency_id)
    seat = rights.require(Permission.REVIEW_SUBMIT, Target(command.project_id))
    policy = policy_of(tx.session, command.project_id)
    if policy.review_mode is ReviewMode.EXEMPT:
        raise Refused(NO_REVIEW, mode=REVIEW_MODE_LABELS[policy.review_mode])
    is_agency = agency is not None and (agency.project_id, agency.role) == (command.project_id, "reviewer")
    if agency is None or not is_agency or (agency.valid_to is not None and agency.valid_to <= tx.now):
        raise Refused(NOT_AN_AGENCY)
    title = tidy(command.title)
    if not title or len(title) > 200:
        raise invalid("名称 / title", "需要 1 至 200 个字", "needs 1 to 200 characters")
    case = ReviewCase(
        id=new_id(),
        project_id=command.project_id,
        agency_id=agency.id,
        mode=policy.review_mode,
        title=title,
        business_no=tidy(command.business_no)[:80],
        is_fire_joint=command.is_fire_joint or policy.review_mode is ReviewMode.JOINT,
        is_civil_defence_joint=command.is_civil_defence_joint or policy.review_mode is ReviewMode.JOINT,
        term_days=policy.review_days,
        state=CASES.step(None, "create").target,
        round=0,
        is_first_pass=None,
        last_opinion=0,
        created_by=seat.person_id,
        created_at=tx.now,
        state_at=tx.now,
    )
    tx.session.add(case)
    tx.session.flush()
    step = note_step(tx, case, "create", seat, "")
    tell(tx, "review-case.prepared", case.project_id, seat, case, step, case=case.id)
    return case.id


@dataclass(frozen=True)
class EditCase:
    """Title and number of a case; its agency while it is being prepared."""

    case_id: str
    version: int
    title: str
    business_no: str


def edit_case(tx: Tx, command: EditCase) -> int:
    """Correct a case's title or its number in the authority's system; returns its version.

    Raises:
        Refused: ``forbidden``; ``not-found``; ``stale-version``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    seat = rights.require(Permission.REVIEW_SUBMIT, Target(case.project_id))
    if case.version != command.version:
        raise Refused(STALE)
    title = tidy(command.title)
    if not title:
        raise invalid("名称 / title", "不能为空", "must not be empty")
    case.title, case.business_no = title[:200], tidy(command.business_no)[:80]
    tell(tx, "review-case.edited", case.project_id, seat, case, case=case.id)
    return case.version


@dataclass(frozen=True)
class MoveCase:
    """A plain step of a case: one that brings nothing but words."""

    case_id: str
    event: str
    note: str = ""


PLAIN = frozenset(
    {
        "start_intake",
        "need_documents",
        "supplement",
        "accept",
        "assign",
        "consolidate",
        "send_back",
        "open_reply",
        "file",
    }
)
"""Events that move the case and nothing else; the others have acts of their own."""


def move_plainly(tx: Tx, command: MoveCase) -> None:
    """Take a plain step (:data:`PLAIN`).

    Raises:
        Refused: ``not-found``; ``forbidden``; ``state-conflict``; ``review-guard-failed``; ``invalid-input``.
    """
    if command.event not in PLAIN:
        raise invalid(
            "event", f"应为 {', '.join(sorted(PLAIN))} 之一", f"is one of {', '.join(sorted(PLAIN))}"
        )
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    move_case(tx, rights, case, command.event, note=command.note)


def may_take(rights: Rights, case: ReviewCase, event: str) -> tuple[Step, SeatFact]:
    """The step that an event takes from here, and the seat by which the actor may take it; guards are not asked.

    Raises:
        Refused: ``state-conflict``; ``forbidden``.
    """
    step = CASES.step(case.state, event)
    return step, rights.require(step.permission, case_target(case), visible_by=Permission.REVIEW_VIEW)


def move_case(
    tx: Tx, rights: Rights, case: ReviewCase, event: str, *, note: str = "", facts: CaseFacts | None = None
) -> SeatFact:
    """One step of the machine: find it, ask the right, ask the guards, move, note. In that order, every time.

    ``facts`` are handed in by acts that bring more than words; else they are loaded here.

    Raises:
        Refused: ``state-conflict``, ``forbidden``, ``review-guard-failed``, ``invalid-input``.
    """
    step, seat = may_take(rights, case, event)
    if len(note) > MOST_NOTE:
        raise invalid("说明 / note", f"不超过 {MOST_NOTE} 字", f"has at most {MOST_NOTE} characters")
    if step.guards:
        stop_on_failure(judge_case(step.guards, facts or case_facts(tx.session, case, note=note)))
    case.state, case.state_at = step.target, tx.now
    row = note_step(tx, case, event, seat, note)
    tell(tx, f"review-case.{PAST[event]}", case.project_id, seat, case, row, case=case.id)
    return seat


def stop_on_failure(results: list[GuardResult]) -> None:
    """Refuse with the first guard that failed.

    Raises:
        Refused: ``review-guard-failed``.
    """
    for result in results:
        if result.stops:
            raise Refused(CASE_GUARD, reason=result.reason, guard=result.guard)


def note_step(tx: Tx, case: ReviewCase, event: str, seat: SeatFact, note: str) -> ReviewStep:
    """The row from which the clock is read."""
    row = ReviewStep(
        id=new_id(),
        case_id=case.id,
        event=event,
        target=case.state,
        round=case.round,
        note=note.strip(),
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        party_id=seat.party_id,
        at=tx.now,
    )
    tx.session.add(row)
    return row
