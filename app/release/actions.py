"""Releasing revisions and cancelling sheets: each writes a base fact of the record in the same act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.changes.actions.absorptions import absorbed_by, write_absorbed
from app.drawings.actions.acceptance import NUMBER_RESERVED
from app.drawings.actions.revisions import move
from app.drawings.guards import GuardContext, ReleaseFact, ReviewFact, load_contexts
from app.drawings.models import SheetRevision
from app.drawings.queries.visibility import revision_target
from app.drawings.rules import RevisionState
from app.kernel.clock import to_micros
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused, RowReport, declare, invalid
from app.kernel.policy import Rights, Target
from app.projects.models import Project
from app.projects.queries import policy_of
from app.questions.queries.standing import joint_facts_of
from app.record.actions import Effect, append_base_fact, hold_sheets, settle_effect
from app.record.models import FactKind, RecordFact
from app.review.queries.certificates import certified

BASIS_NEEDED = declare(
    "cancel-basis-needed",
    422,
    "作废图纸必须填写依据。",
    "Cancelling a sheet needs its basis.",
    "请填写变更单号或说明；图号将保留，不可再用。",
    "Give the change document or a reason; the number stays reserved.",
)

NOT_NEWEST = declare(
    "not-newest-release",
    409,
    "该版次之后已有新版发布。",
    "A later revision of this sheet was released.",
    "如需作废整张图纸，请选择最新发布的版次。",
    "To cancel the sheet, choose the revision that was released last.",
)

HISTORY_REASON = "补录历史图纸 / entered from history"


@dataclass(frozen=True)
class ReleaseRevisions:
    """Revisions that shall be in force."""

    project_id: str
    revision_ids: Sequence[str]
    effective_at: datetime | None = None
    """None: now; for history, the date recorded with each revision."""
    reason: str = ""
    """Needed when the effect lies in the past."""


def release_revisions(tx: Tx, command: ReleaseRevisions) -> RowReport:
    """Release revisions to site (发布): from ``effective_at`` on they are the drawing in force; predecessors end.

    Raises:
        Refused: the project is not the actor's to see. Rows report their own refusals.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    rights.require(Permission.PROJECT_VIEW, Target(command.project_id))
    zone = ZoneInfo(tx.session.get_one(Project, command.project_id).timezone)
    contexts = _contexts(tx, rights, command.project_id, command.revision_ids)
    report = RowReport()
    ordered = sorted(contexts.values(), key=lambda c: (c.revision.sheet_id, c.revision.rev_seq))
    releases = {sheet: list(facts) for sheet, facts in _releases(tx, contexts).items()}
    cancelled = _cancelled(tx, contexts)
    ticks = absorbed_by(tx.session, contexts)
    for context in ordered:
        revision = context.revision
        try:
            if revision.sheet_id in cancelled:
                raise Refused(NUMBER_RESERVED, number=context.sheet.number)  # noqa: TRY301  this row's refusal
            effective = command.effective_at or _recorded_date(revision, zone)
            facts = releases.setdefault(revision.sheet_id, [])
            context = replace(context, releases=tuple(facts), effective_at=effective or tx.now)  # noqa: PLW2901
            _release(tx, rights, context, effective, command.reason, ticks.get(revision.id, {}))
            facts.append(ReleaseFact(revision.rev_seq, effective or tx.now))
            report.done.append(revision.id)
        except Refused as refusal:
            report.refused[revision.id] = refusal
    report.refused.update({i: Refused(NOT_FOUND) for i in command.revision_ids if i not in contexts})
    return report


@dataclass(frozen=True)
class CancelSheets:
    """Released sheets that shall no longer exist."""

    project_id: str
    revision_ids: Sequence[str]
    basis: str
    effective_at: datetime | None = None


def cancel_sheets(tx: Tx, command: CancelSheets) -> RowReport:
    """Cancel sheets (图纸取消): no base from now on; the number stays reserved.

    Raises:
        Refused: ``cancel-basis-needed``; the project is not the actor's to see.
    """
    if not command.basis.strip():
        raise Refused(BASIS_NEEDED)
    rights = rights_of(tx.session, tx.actor, tx.now)
    rights.require(Permission.PROJECT_VIEW, Target(command.project_id))
    contexts = _contexts(tx, rights, command.project_id, command.revision_ids)
    report = RowReport()
    releases = _releases(tx, contexts)
    for revision_id in dict.fromkeys(command.revision_ids):
        try:
            if revision_id not in contexts:
                raise Refused(NOT_FOUND)  # noqa: TRY301  the row's refusal, reported below
            revision = contexts[revision_id].revision
            if any(r.rev_seq > revision.rev_seq for r in releases.get(revision.sheet_id, ())):
                raise Refused(NOT_NEWEST)  # noqa: TRY301
            _cancel(tx, rights, contexts[revision_id], command)
            report.done.append(revision_id)
        except Refused as refusal:
            report.refused[revision_id] = refusal
    return report


def release_event(state: str) -> str:
    """The event by which a state is released; empty when it cannot be."""
    return {RevisionState.ISSUED: "release_direct", RevisionState.APPROVED: "release"}.get(
        RevisionState(state), ""
    )


def _release(
    tx: Tx,
    rights: Rights,
    context: GuardContext,
    effective: datetime | None,
    reason: str,
    ticks: Mapping[str, bool],
) -> None:
    """One revision: its step, its base fact, and the changes that it takes in."""
    revision = context.revision
    is_history = revision.origin == "history"
    effect = settle_effect(tx, effective, reason or (HISTORY_REASON if is_history else ""))
    seat = move(tx, rights, context, release_event(revision.state) or "release", data=_data(revision, effect))
    _append(tx, revision, FactKind.RELEASED, effect)
    write_absorbed(tx, revision, ticks, effect, seat)


def _cancel(tx: Tx, rights: Rights, context: GuardContext, command: CancelSheets) -> None:
    effect = settle_effect(tx, command.effective_at, command.basis)
    move(tx, rights, context, "cancel_sheet", data=_data(context.revision, effect))
    _append(tx, context.revision, FactKind.VOIDED, effect)


def _data(revision: SheetRevision, effect: Effect) -> dict[str, object]:
    return {
        "label": revision.rev_label,
        "effective_at": to_micros(effect.effective_at),
        "is_backdated": effect.is_backdated,
        "reason": effect.reason,
    }


def _append(tx: Tx, revision: SheetRevision, kind: FactKind, effect: Effect) -> None:
    append_base_fact(
        tx,
        project_id=revision.project_id,
        sheet_id=revision.sheet_id,
        kind=kind,
        revision_id=revision.id,
        effect=effect,
    )


def _recorded_date(revision: SheetRevision, zone: ZoneInfo) -> datetime | None:
    """The date from which a revision of history was in force, as recorded; None for new work."""
    if revision.origin != "history":
        return None
    text = str(revision.external.get("external_effective_date") or "")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise invalid(
            "生效日期 / effective date",
            "历史图纸需要形如 2024-05-12 的生效日期",
            "drawings from history need an effective date such as 2024-05-12",
        ) from error
    return datetime.combine(day, time.min, zone)


def _contexts(
    tx: Tx, rights: Rights, project_id: str, revision_ids: Sequence[str]
) -> dict[str, GuardContext]:
    query = (
        sa.select(SheetRevision)
        .where(SheetRevision.project_id == project_id, SheetRevision.id.in_(list(revision_ids)))
        .order_by(SheetRevision.id)
        .with_for_update()
    )
    rows = [r for r in tx.session.scalars(query) if rights.may(Permission.REVISION_VIEW, revision_target(r))]
    hold_sheets(tx, {r.sheet_id for r in rows})
    contexts = load_contexts(tx.session, rows, policy_of(tx.session, project_id))
    listed = certified(tx.session, contexts)
    joint = joint_facts_of(tx.session, project_id)
    return {
        k: replace(c, review=ReviewFact(certified=listed.get(k)), joint=joint(c.revision.discipline))
        for k, c in contexts.items()
    }


def _cancelled(tx: Tx, contexts: Mapping[str, GuardContext]) -> frozenset[str]:
    """Those of the sheets that were cancelled: a draft left over from before cannot bring one back."""
    sheets = {c.revision.sheet_id for c in contexts.values()}
    query = sa.select(RecordFact.sheet_id).where(
        RecordFact.sheet_id.in_(sheets), RecordFact.kind == FactKind.VOIDED
    )
    return frozenset(tx.session.scalars(query))


def _releases(tx: Tx, contexts: Mapping[str, GuardContext]) -> dict[str, list[ReleaseFact]]:
    """Earlier releases of the sheets in question."""
    sheets = {c.revision.sheet_id for c in contexts.values()}
    query = (
        sa.select(RecordFact.sheet_id, SheetRevision.rev_seq, RecordFact.effective_at)
        .join(SheetRevision, SheetRevision.id == RecordFact.revision_id)
        .where(RecordFact.sheet_id.in_(sheets), RecordFact.kind == FactKind.RELEASED)
    )
    found: dict[str, list[ReleaseFact]] = {}
    for sheet_id, seq, effective in tx.session.execute(query):
        found.setdefault(sheet_id, []).append(ReleaseFact(seq, effective))
    return found
