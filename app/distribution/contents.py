"""What is to be confirmed: every revision in force and every change slip that stands, with its exact digest."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.changes.models import ChangeDocument
from app.distribution.rules import ItemKind
from app.drawings.models import SheetRevision
from app.kernel.clock import to_micros
from app.kernel.ledger.canonical import canonical_bytes
from app.record.models import EffectKind, SlipEffect
from app.record.queries import (
    InForce,
    Instants,
    SlipInForce,
    in_force,
    set_in_force,
    sheets_within,
)

FEW = 20
"""Up to so many items are asked for one by one; more, with the whole set."""


class Place(NamedTuple):
    """A sheet as far as scopes need it."""

    sheet_id: str
    building_id: str | None
    discipline: str
    number: str


class Item(NamedTuple):
    """One thing that parties confirm. A tuple: there are thousands at a time."""

    kind: str
    id: str
    sha256: str
    number: str
    """Of the sheet, or of the change document."""
    label: str
    """The revision; empty for a slip."""
    title: str
    places: tuple[Place, ...]
    """Of a slip: every sheet on which it stands."""
    since: datetime
    """From when it could be confirmed: in force, and recorded."""
    effective_at: datetime

    @property
    def key(self) -> str:
        """How forms and the API name it."""
        return f"{self.kind}:{self.id}"

    @property
    def name(self) -> str:
        """``建施-01 A``, or the number of the change."""
        return f"{self.number} {self.label}".strip()


def now_in_force(now: datetime) -> Instants:
    """The newest knowledge at an instant."""
    return Instants(now, now, is_now=True)


def items_of_project(
    session: Session, project_id: str, now: datetime, *, visible: sa.ColumnElement[bool] | None = None
) -> list[Item]:
    """Everything in force in a project: sheets in the order of the register, then slips by number.

    A slip is one item, with all the sheets on which it stands, seen or not: its digest covers them all.
    """
    rows = set_in_force(session, project_id, now_in_force(now))
    digests = slip_digests(session, project_id=project_id) if any(row.slips for row in rows) else {}
    items = items_of(rows, digests)
    if visible is None:
        return items
    seen = sheets_within(session, project_id, visible)
    return [item for item in items if any(place.sheet_id in seen for place in item.places)]


def items_of_sheet(session: Session, sheet_id: str, now: datetime) -> list[Item]:
    """What is in force on one sheet: its revision, and the slips that stand on it (each with all its sheets)."""
    force = in_force(session, sheet_id, now_in_force(now))
    if force is None or force.is_void:
        return []
    others = _with_the_same_slips(session, force, now)
    found = items_of([force, *others], _digests_for(session, [force]))
    return [item for item in found if item.kind == ItemKind.SLIP or item.id == force.revision_id]


def items_by_key(session: Session, project_id: str, keys: Iterable[str], now: datetime) -> dict[str, Item]:
    """Those of some items that are in force now, by key; of a few, only their own sheets are looked at."""
    wanted = set(keys)
    if len(wanted) > FEW:
        found = items_of_project(session, project_id, now)
        return {item.key: item for item in found if item.key in wanted}
    ids = {kind: [key.partition(":")[2] for key in wanted if key.startswith(f"{kind}:")] for kind in ItemKind}
    changes = set(ids[ItemKind.SLIP])
    revisions = sa.select(SheetRevision.sheet_id).where(
        SheetRevision.project_id == project_id, SheetRevision.id.in_(ids[ItemKind.REVISION])
    )
    slips = sa.select(SlipEffect.sheet_id).where(
        SlipEffect.project_id == project_id, SlipEffect.change_id.in_(changes)
    )
    rows = []
    for sheet_id in sorted({*session.scalars(revisions), *(session.scalars(slips) if changes else ())}):
        force = in_force(session, sheet_id, now_in_force(now))
        if force is not None:
            rows.append(force._replace(slips=tuple(s for s in force.slips if s.change_id in changes)))
    items = items_of(rows, slip_digests(session, change_ids=changes) if changes else {})
    return {item.key: item for item in items if item.key in wanted}


def items_of(rows: Sequence[InForce], digests: Mapping[str, str]) -> list[Item]:
    """Rows of the record as items, whatever their order says of slips; pure."""
    items: list[Item] = []
    slips: dict[str, list[tuple[SlipInForce, Place]]] = defaultdict(list)
    for row in rows:
        if row.revision_id is None or row.base_sha256 is None or row.is_void:
            continue
        place = Place(row.sheet_id, row.building_id, row.discipline, row.number)
        items.append(
            Item(
                ItemKind.REVISION, row.revision_id, row.base_sha256, row.number, row.rev_label, row.title,
                (place,), max(row.effective_at, row.recorded_at), row.effective_at,
            )
        )  # fmt: skip
        for slip in row.slips:
            slips[slip.change_id].append((slip, place))
    found = [_slip_item(change_id, standing, digests[change_id]) for change_id, standing in slips.items()]
    return [*items, *sorted(found, key=lambda item: (item.number, item.id))]


def _slip_item(change_id: str, standing: Sequence[tuple[SlipInForce, Place]], digest: str) -> Item:
    first = min((slip for slip, _ in standing), key=lambda s: (s.effective_at, s.recorded_at))
    title = next((str(s.regions["title"]) for s, _ in standing if s.regions.get("title")), "")
    places = sorted((place for _, place in standing), key=lambda p: (p.number, p.sheet_id))
    return Item(
        ItemKind.SLIP, change_id, digest, first.number, "", title, tuple(places),
        max(first.effective_at, first.recorded_at), first.effective_at,
    )  # fmt: skip


def slip_digests(session: Session, *, project_id: str = "", change_ids: Iterable[str] = ()) -> dict[str, str]:
    """The exact content of slips: what the document says, and what took effect, on which sheets, where.

    Every sheet on which it ever took effect counts, so that absorbing it on one of them does not change what was
    confirmed; a slip that takes effect on a further sheet, or elsewhere on one, is another content.
    """
    where = (
        SlipEffect.project_id == project_id if project_id else SlipEffect.change_id.in_(sorted(change_ids))
    )
    query = (
        sa.select(
            SlipEffect.change_id,
            SlipEffect.sheet_id,
            SlipEffect.number,
            SlipEffect.regions,
            SlipEffect.effective_at,
            sa.func.coalesce(ChangeDocument.content_sha256, ""),
        )
        .outerjoin(ChangeDocument, ChangeDocument.id == SlipEffect.change_id)
        .where(where, SlipEffect.kind == EffectKind.EFFECTIVE)
        .order_by(SlipEffect.effective_at, SlipEffect.recorded_at, SlipEffect.id)
    )
    effects: dict[str, dict[str, object]] = defaultdict(dict)
    said: dict[str, str] = {}
    for change_id, sheet_id, number, regions, effective_at, content in session.execute(query):
        said[change_id] = content
        effects[change_id][sheet_id] = {
            "number": number,
            "regions": regions,
            "effective_at": to_micros(effective_at),
        }
    return {
        change_id: hashlib.sha256(
            canonical_bytes({"v": 1, "change": change_id, "content": said[change_id], "sheets": dict(sheets)})
        ).hexdigest()
        for change_id, sheets in effects.items()
    }


def _digests_for(session: Session, rows: Sequence[InForce]) -> dict[str, str]:
    changes = {slip.change_id for row in rows for slip in row.slips}
    return slip_digests(session, change_ids=changes) if changes else {}


def _with_the_same_slips(session: Session, force: InForce, now: datetime) -> list[InForce]:
    """Other sheets on which the slips of a sheet stand, without any slips of their own."""
    changes = {slip.change_id for slip in force.slips}
    if not changes:
        return []
    query = (
        sa.select(SlipEffect.sheet_id)
        .where(SlipEffect.change_id.in_(sorted(changes)), SlipEffect.sheet_id != force.sheet_id)
        .distinct()
    )
    found = []
    for sheet_id in session.scalars(query):
        other = in_force(session, sheet_id, now_in_force(now))
        if other is not None and (shared := tuple(s for s in other.slips if s.change_id in changes)):
            found.append(other._replace(slips=shared))
    return found
