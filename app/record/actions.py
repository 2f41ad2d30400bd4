"""Appending to the record: base facts at release and cancellation, slip effects, frozen sets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.drawings.models import Sheet
from app.kernel.clock import to_micros
from app.kernel.db.transactions import Tx
from app.kernel.errors import STALE, Refused, declare
from app.kernel.ids import new_id
from app.kernel.ledger.append import Fact
from app.kernel.ledger.canonical import canonical_bytes
from app.kernel.policy import Columns, SeatFact, Target
from app.record.models import (
    Baseline,
    BaselineItem,
    BaselineKind,
    EffectKind,
    FactKind,
    RecordFact,
    SlipEffect,
)
from app.record.queries import InForce, Instants, set_in_force, settle_instants
from app.record.rules import digest_of

CLOCK_TOLERANCE = timedelta(minutes=1)
"""An effect this little before the act is "now", not a backdated one: people press a button after they look."""

REASON_NEEDED = declare(
    "backdating-reason-needed",
    422,
    "生效时间早于登记时间，必须填写理由。",
    "The effect lies before its recording: a reason is needed.",
    "请填写理由；该条将永久标注“补记”，且不会改变此前时点已知的答案。",
    "Give a reason; the entry stays marked as backdated and changes no earlier answer.",
)


@dataclass(frozen=True)
class Effect:
    """When something takes effect, settled: by whose clock, and whether it was written down too late."""

    effective_at: datetime
    is_backdated: bool
    reason: str


def settle_effect(tx: Tx, effective_at: datetime | None, reason: str) -> Effect:
    """Settle the instant of an effect; None means now.

    Raises:
        Refused: ``backdating-reason-needed``.
    """
    effective = effective_at or tx.now
    is_backdated = effective < tx.now - CLOCK_TOLERANCE
    if is_backdated and not reason.strip():
        raise Refused(REASON_NEEDED)
    return Effect(effective, is_backdated, reason.strip())


def hold_sheets(tx: Tx, sheet_ids: Iterable[str]) -> None:
    """Lock sheets until the act ends: what takes effect on a sheet comes one after the other.

    Each act's guards then see what the one before has made true: two releases, or a release and a change. An act that
    had to wait carries an instant from before the one it waited for: what it says would take effect before what its
    guards have seen. It is refused, and comes again with a new instant.

    Raises:
        Refused: ``stale-version``.
    """
    held = list(sheet_ids)
    query = sa.select(Sheet.id).where(Sheet.id.in_(held)).order_by(Sheet.id)
    tx.session.execute(query.with_for_update(key_share=True)).all()
    for model in (RecordFact, SlipEffect):
        later = sa.select(model.id).where(
            model.sheet_id.in_(held), model.recorded_at >= tx.now, model.act_id != tx.act_id
        )
        if tx.session.execute(later.limit(1)).first() is not None:
            raise Refused(STALE)


def append_base_fact(
    tx: Tx, *, project_id: str, sheet_id: str, kind: FactKind, revision_id: str, effect: Effect
) -> None:
    """Append a base fact inside somebody's act; the act is checked and put on the ledger by its own subject."""
    tx.session.add(
        RecordFact(
            project_id=project_id,
            sheet_id=sheet_id,
            kind=kind,
            revision_id=revision_id,
            effective_at=effect.effective_at,
            recorded_at=tx.now,
            is_backdated=effect.is_backdated,
            reason=effect.reason,
            act_id=tx.act_id,
        )
    )
    tx.changed(project_id, "sheet", sheet_id)


@dataclass(frozen=True)
class SlipEntry:
    """One effect fact of a change slip on one sheet."""

    project_id: str
    sheet_id: str
    change_id: str
    number: str
    kind: EffectKind
    effect: Effect
    absorbed_by: str | None = None
    regions: Mapping[str, Any] = field(default_factory=dict)


def append_slip_effect(tx: Tx, entry: SlipEntry, seat: SeatFact | None = None) -> None:
    """Append a slip's effect on one sheet inside somebody's act, and tell the sheet's chain of it (law 6)."""
    tx.session.add(
        SlipEffect(
            project_id=entry.project_id,
            sheet_id=entry.sheet_id,
            change_id=entry.change_id,
            number=entry.number,
            kind=entry.kind,
            absorbed_by=entry.absorbed_by,
            regions=dict(entry.regions),
            effective_at=entry.effect.effective_at,
            recorded_at=tx.now,
            is_backdated=entry.effect.is_backdated,
            reason=entry.effect.reason,
            act_id=tx.act_id,
        )
    )
    tx.changed(entry.project_id, "sheet", entry.sheet_id)
    absorber = {"revision": entry.absorbed_by} if entry.absorbed_by else {}
    tx.record(
        Fact(
            f"slip.{entry.kind}",
            entry.project_id,
            sheet_id=entry.sheet_id,
            subjects={"change": entry.change_id, **absorber},
            data={
                "number": entry.number,
                "regions": dict(entry.regions),
                "effective_at": to_micros(entry.effect.effective_at),
                "is_backdated": entry.effect.is_backdated,
                "reason": entry.effect.reason,
            },
            seat_id=seat.seat_id if seat else None,
            party_id=seat.party_id if seat else None,
        )
    )


@dataclass(frozen=True)
class FreezeBaseline:
    """Freeze the set of an instant."""

    project_id: str
    title: str
    kind: BaselineKind = BaselineKind.INSPECTION
    as_of: datetime | None = None
    known_at: datetime | None = None
    """From :func:`app.record.flows.fresh_knowledge`, or a past one; None: what is published by now."""


def freeze_baseline(tx: Tx, command: FreezeBaseline) -> str:
    """Freeze the set in force at an instant, with a digest over its lines (基线); returns its id.

    What is frozen is what the actor may see: a seat limited to one building freezes that building.

    Raises:
        Refused: no right.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    seat = rights.require(Permission.BASELINE_FREEZE, Target(command.project_id))
    at = _settled(tx, command)
    columns = Columns(Sheet.project_id, Sheet.building_id, Sheet.discipline)
    visible = rights.clause(Permission.RECORD_VIEW, columns)
    rows = set_in_force(tx.session, command.project_id, at, visible=visible)
    lines = [SetLine(r.sheet_id, r.revision_id or "", r.base_sha256 or "", baseline_line(r)) for r in rows]
    return keep_set(tx, KeptSet(command.project_id, command.kind, command.title, at, lines), seat)


@dataclass(frozen=True)
class SetLine:
    """One line of a set that is frozen."""

    sheet_id: str
    revision_id: str
    sha256: str
    line: str
    """Canonical JSON with at least ``sheet``, ``revision`` and ``sha256``: what the digest covers."""


@dataclass(frozen=True)
class KeptSet:
    """A set as some act freezes it."""

    project_id: str
    kind: BaselineKind
    title: str
    at: Instants
    lines: Sequence[SetLine]


def keep_set(tx: Tx, kept: KeptSet, seat: SeatFact) -> str:
    """Freeze a set inside an act that was authorised: rows, entry, and the job that writes its list beside the bytes."""
    baseline = Baseline(
        id=new_id(),
        project_id=kept.project_id,
        kind=kept.kind,
        title=kept.title.strip() or str(kept.kind),
        as_of=kept.at.as_of,
        known_at=kept.at.known_at,
        digest=digest_of(line.line for line in kept.lines),
        items=len(kept.lines),
        person_id=seat.person_id,
        recorded_at=tx.now,
    )
    tx.session.add(baseline)
    tx.session.flush()
    _insert_items(tx, baseline.id, kept.lines)
    tx.enqueue("write_baseline_list", {"baseline_id": baseline.id}, project_id=kept.project_id)
    tx.record(
        Fact(
            "baseline.frozen",
            kept.project_id,
            subjects={"baseline": baseline.id},
            data={
                "kind": str(kept.kind),
                "title": baseline.title,
                "digest": baseline.digest,
                "items": len(kept.lines),
                "as_of": to_micros(kept.at.as_of),
                "known_at": to_micros(kept.at.known_at),
            },
            seat_id=seat.seat_id,
            party_id=seat.party_id,
        )
    )
    return baseline.id


def _settled(tx: Tx, command: FreezeBaseline) -> Instants:
    """The clocks of a set that must come out the same for ever.

    On SQLite nothing can be recorded any more up to this act's instant. On PostgreSQL an act that began earlier may
    still commit: there only what the watermark covers is frozen.
    """
    is_alone = tx.session.get_bind().dialect.name == "sqlite"
    known_at = command.known_at or (None if is_alone else tx.now)
    return settle_instants(tx.session, now=tx.now, as_of=command.as_of, known_at=known_at)


def baseline_line(row: InForce) -> str:
    """The canonical line of one sheet in a frozen set: JSON with sorted keys, see ``ledger.canonical``."""
    return canonical_bytes(
        {
            "sheet": row.sheet_id,
            "number": row.number,
            "title": row.title,
            "revision": row.revision_id,
            "label": row.rev_label,
            "sha256": row.base_sha256,
            "effective_at": to_micros(row.effective_at),
            "recorded_at": to_micros(row.recorded_at),
            "slips": [{"change": s.change_id, "number": s.number} for s in row.slips],
        }
    ).decode()


def _insert_items(tx: Tx, baseline_id: str, lines: Sequence[SetLine]) -> None:
    items = [
        {
            "baseline_id": baseline_id,
            "position": n,
            "sheet_id": line.sheet_id,
            "revision_id": line.revision_id,
            "sha256": line.sha256,
            "line": line.line,
        }
        for n, line in enumerate(lines)
    ]
    if items:
        tx.session.execute(sa.insert(BaselineItem), items)
