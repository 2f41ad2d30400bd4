"""Moving revisions through their machine: check, sign, issue, withdraw. Bulk first (UI rule 4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.drawings.guards import GuardContext, base_rendition, judge, load_contexts, next_round
from app.drawings.models import RevisionSignature, SheetRevision
from app.drawings.queries.visibility import revision_target
from app.drawings.rules import (
    FROZEN_STATES,
    REVISIONS,
    SIGNATURE_LABELS,
    SIGNATURE_RIGHTS,
    RevisionState,
    SignatureRole,
)
from app.files.models import Rendition
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused, RowReport, declare, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.append import Fact, FileFact
from app.kernel.policy import Rights, SeatFact, Target
from app.kernel.workflow import GuardResult
from app.projects.queries import policy_of
from app.projects.rules import Discipline, Policy

GUARD_FAILED = declare(
    "guard-failed",
    409,
    "不满足条件：{reason}",
    "A condition is not met: {reason}",
    "请先补齐所列条件。",
    "Meet the condition first.",
)
SAME_PERSON = declare(
    "same-person",
    409,
    "设计、校对、审核、审定须由不同人员完成（您已是{role}）。",
    "Drafter, checker, verifier and approver must be different people (you are already: {role}).",
    "请由另一位有资格的人员签署。",
    "Have another qualified person sign.",
)
ALREADY_SIGNED = declare(
    "already-signed",
    409,
    "{role}已签署。",
    "{role}: signed already.",
    "无需重复签署。",
    "There is nothing to do.",
)
COMMENT_NEEDED = declare(
    "comment-needed",
    422,
    "退回必须说明原因。",
    "A rejection needs a comment.",
    "请写明需要修改之处。",
    "Say what must be changed.",
)
WRONG_ORDER = declare(
    "signing-order",
    409,
    "签署顺序为校对、审核、审定，尚缺{role}。",
    "The order is checked, verified, approved; still missing: {role}.",
    "请等待前一道签署完成。",
    "Wait for the signature before.",
)


@dataclass(frozen=True)
class MoveRevisions:
    """An event for many revisions of one project."""

    project_id: str
    revision_ids: Sequence[str]
    event: str
    comment: str = ""


def send_to_checking(tx: Tx, command: MoveRevisions) -> RowReport:
    """Drafts go to checking (提交校审)."""
    return _each(tx, command, _send_check)


def issue_revisions(tx: Tx, command: MoveRevisions) -> RowReport:
    """Checked revisions are issued (出图): content freezes, the base digest is set for ever."""
    return _each(tx, command, _issue)


def withdraw_revisions(tx: Tx, command: MoveRevisions) -> RowReport:
    """Take revisions back before release (撤回). Bytes stay."""
    return _each(tx, command, _withdraw)


@dataclass(frozen=True)
class SignRevisions:
    """One person's signature, or rejection, on many revisions."""

    project_id: str
    revision_ids: Sequence[str]
    role: SignatureRole
    is_rejection: bool = False
    comment: str = ""
    discipline: str = ""
    """For co-signatures."""


def sign_revisions(tx: Tx, command: SignRevisions) -> RowReport:
    """Check, verify, approve or co-sign (校对 审核 审定 会签). A rejection sends the revision back to draft.

    Raises:
        Refused: ``comment-needed`` for a rejection without one; a co-signature for no known discipline.
    """
    if command.is_rejection and not command.comment.strip():
        raise Refused(COMMENT_NEEDED)
    if command.role is SignatureRole.COSIGNER and command.discipline not in set(Discipline):
        raise invalid("专业 / discipline", "会签须写明所代表的专业", "say for which discipline you co-sign")

    def sign(tx: Tx, rights: Rights, context: GuardContext) -> None:
        _sign(tx, rights, context, command)

    move = MoveRevisions(command.project_id, command.revision_ids, "sign", command.comment)
    return _each(tx, move, sign)


Mover = Callable[[Tx, Rights, GuardContext], None]


def _each(tx: Tx, command: MoveRevisions, mover: Mover) -> RowReport:
    """Load all, then move one by one; a refused row is reported and leaves the others alone."""
    rights = rights_of(tx.session, tx.actor, tx.now)
    rights.require(Permission.PROJECT_VIEW, Target(command.project_id))
    report = RowReport()
    contexts = _contexts(tx, rights, command)
    for revision_id in dict.fromkeys(command.revision_ids):
        try:
            if revision_id not in contexts:
                raise Refused(NOT_FOUND)  # noqa: TRY301  the row's refusal, reported below
            mover(tx, rights, contexts[revision_id])
            report.done.append(revision_id)
        except Refused as refusal:
            report.refused[revision_id] = refusal
    return report


def _contexts(tx: Tx, rights: Rights, command: MoveRevisions) -> dict[str, GuardContext]:
    """Contexts of those revisions the actor may see, locked in the order of their identifiers."""
    query = (
        sa.select(SheetRevision)
        .where(
            SheetRevision.project_id == command.project_id, SheetRevision.id.in_(list(command.revision_ids))
        )
        .order_by(SheetRevision.id)
        .with_for_update()
    )
    found = [r for r in tx.session.scalars(query) if rights.may(Permission.REVISION_VIEW, revision_target(r))]
    return load_contexts(tx.session, found, policy_of(tx.session, command.project_id))


def move(
    tx: Tx, rights: Rights, context: GuardContext, event: str, *, data: dict[str, object] | None = None
) -> SeatFact:
    """One step of the machine: find it, ask the right, ask the guards, move, note. In that order, every time.

    Raises:
        Refused: ``state-conflict``, ``forbidden``, ``guard-failed``.
    """
    revision = context.revision
    step = REVISIONS.step(revision.state, event)
    seat = rights.require(step.permission, revision_target(revision), visible_by=Permission.REVISION_VIEW)
    results = judge(step.guards, context)
    stop_on_failure(results)
    revision.state = step.target
    revision.state_at = tx.now
    base = base_rendition(context.renditions)
    frozen = step.target in FROZEN_STATES and base is not None
    tx.record(
        Fact(
            f"revision.{_PAST[event]}",
            revision.project_id,
            sheet_id=revision.sheet_id,
            subjects={"revision": revision.id},
            files=[FileFact(base.sha256, base.sm3, base.size)] if frozen and base else (),
            data={**(data or {}), "guards": {r.guard: str(r.verdict) for r in results}},
            seat_id=seat.seat_id,
            party_id=seat.party_id,
        )
    )
    tx.changed(revision.project_id, "sheet", revision.sheet_id)
    return seat


def stop_on_failure(results: Sequence[GuardResult]) -> None:
    """Refuse with the first guard that failed.

    Raises:
        Refused: ``guard-failed``.
    """
    for result in results:
        if result.stops:
            raise Refused(GUARD_FAILED, reason=result.reason, guard=result.guard)


_PAST = {
    "send_check": "sent-to-checking",
    "check_reject": "rejected-in-checking",
    "issue": "issued",
    "withdraw": "withdrawn",
    "submit": "submitted",
    "resubmit": "submitted",
    "take_back": "taken-back-from-review",
    "return": "returned",
    "approve": "approved",
    "release": "released",
    "release_direct": "released",
    "cancel_sheet": "voided",
}
"""Ledger entry types: ``noun.past``."""


def _send_check(tx: Tx, rights: Rights, context: GuardContext) -> None:
    move(tx, rights, context, "send_check")


def _issue(tx: Tx, rights: Rights, context: GuardContext) -> None:
    base = base_rendition(context.renditions)
    move(tx, rights, context, "issue")
    if base is not None:
        freeze(tx, context.revision, base)


def freeze(tx: Tx, revision: SheetRevision, base: Rendition) -> None:
    """Set the record's hash (ARCHITECTURE 7, 2) and have a manifest written beside the bytes (law 10)."""
    revision.base_sha256 = base.sha256
    revision.frozen_at = tx.now
    tx.enqueue(
        "write_record_manifest",
        {"revision_id": revision.id},
        project_id=revision.project_id,
        dedupe_key=f"manifest:{revision.id}",
    )


def _withdraw(tx: Tx, rights: Rights, context: GuardContext) -> None:
    move(tx, rights, context, "withdraw")


def _sign(tx: Tx, rights: Rights, context: GuardContext, command: SignRevisions) -> None:
    revision = context.revision
    if revision.state != RevisionState.CHECKING:
        REVISIONS.step(revision.state, "check_reject")  # refuses, with the state in its sentence
    permission, target = SIGNATURE_RIGHTS[command.role], revision_target(revision)
    if command.role is SignatureRole.COSIGNER:  # judged by the discipline he speaks for, not by the sheet's
        target = replace(target, discipline=command.discipline)
    seat = rights.require(permission, target, visible_by=Permission.REVISION_VIEW)
    _different_people(seat, context, command.role)
    if not command.is_rejection:
        _in_order(context, command)
    earlier = tx.session.scalars(
        sa.select(RevisionSignature).where(RevisionSignature.revision_id == revision.id)
    ).all()
    signature = RevisionSignature(
        id=new_id(),
        revision_id=revision.id,
        round=next_round(earlier),
        role=command.role,
        discipline=command.discipline if command.role is SignatureRole.COSIGNER else "",
        decision="rejected" if command.is_rejection else "signed",
        comment=command.comment.strip(),
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        signed_at=tx.now,
    )
    tx.session.add(signature)
    if command.is_rejection:
        revision.state, revision.state_at = RevisionState.DRAFT, tx.now
    tx.record(
        Fact(
            "revision.rejected-in-checking" if command.is_rejection else "revision.signed",
            revision.project_id,
            sheet_id=revision.sheet_id,
            subjects={"revision": revision.id, "signature": signature.id},
            data={
                "role": str(command.role),
                "discipline": signature.discipline,
                "round": signature.round,
                "comment": signature.comment,
            },
            seat_id=seat.seat_id,
            party_id=seat.party_id,
        )
    )
    tx.changed(revision.project_id, "sheet", revision.sheet_id)


def _different_people(seat: SeatFact, context: GuardContext, role: SignatureRole) -> None:
    """Drafter ≠ checker ≠ verifier ≠ approver of the same revision (DOMAIN 2.11)."""
    if role is SignatureRole.COSIGNER:
        return
    if seat.person_id in (context.revision.drafted_by, *context.revision.also_drafted_by):
        raise Refused(SAME_PERSON, role="设计 / drafter")
    for signature in context.signatures:
        if signature.person_id == seat.person_id and signature.role not in (role, SignatureRole.COSIGNER):
            raise Refused(SAME_PERSON, role=SIGNATURE_LABELS[signature.role])


def _in_order(context: GuardContext, command: SignRevisions) -> None:
    have = {s.role for s in context.signatures}
    if command.role is SignatureRole.COSIGNER:
        if any(s.role == command.role and s.discipline == command.discipline for s in context.signatures):
            raise Refused(ALREADY_SIGNED, role=SIGNATURE_LABELS[command.role])
        return
    if command.role in have:
        raise Refused(ALREADY_SIGNED, role=SIGNATURE_LABELS[command.role])
    for before in _before(context.policy, command.role):
        if before not in have:
            raise Refused(WRONG_ORDER, role=SIGNATURE_LABELS[before])


def _before(policy: Policy, role: SignatureRole) -> Sequence[str]:
    order = policy.signatures
    return order[: order.index(role)] if role in order else ()
