"""Proposing a change and editing what it says while it is under work."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.queries import rights_of
from app.access.rules import Permission
from app.changes.actions.moving import acting_seat, advance, change_to_move, stop_on_failure
from app.changes.facts import change_facts
from app.changes.guards import judge_change
from app.changes.models import ChangeDocument, ChangeSheet
from app.changes.numbering import locked, next_serial
from app.changes.queries.visibility import seen_changes
from app.changes.refusals import CHANGE_FROZEN, NOT_A_CHANGE, NOT_YOUR_CHANGE, SHEET_NOT_HERE
from app.changes.rules import (
    CHANGE_LABELS,
    CHANGES,
    MOST_MONEY,
    MOST_SHEETS,
    MOST_TEXT,
    PROPOSED_KINDS,
    ChangeGuard,
    ChangeState,
    EndKind,
    Reason,
    SheetAction,
)
from app.changes.seats import buildings_of, change_target, seat_covering, seat_over
from app.drawings.models import Sheet, SheetRevision
from app.drawings.queries.visibility import revision_target
from app.kernel.db.transactions import Tx
from app.kernel.errors import STALE, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.labels import Label
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact, Target
from app.kernel.text import tidy
from app.projects.rules import Discipline

EDITABLE = {
    ChangeState.PROPOSED: Permission.CHANGE_PROPOSE,
    ChangeState.DESIGNING: Permission.CHANGE_DESIGN,
}
"""In which states what a change says is still edited, and by which right."""
MOST_BOXES = 50
"""Regions on one sheet."""
MOST_UM = 10_000_000
"""Ten metres: no sheet is larger."""


@dataclass(frozen=True)
class AffectedSheet:
    """A sheet that a change affects."""

    sheet_id: str
    revision_id: str
    boxes: Sequence[Sequence[int]] = ()
    """``x0, y0, x1, y1`` each, um of sheet space; empty: the whole sheet, and ``note`` says so."""
    action: str = SheetAction.MODIFY
    note: str = ""


@dataclass(frozen=True)
class Ending:
    """Another change that this one takes the place of, or cancels."""

    change_id: str
    how: str = EndKind.SUPERSEDED
    note: str = ""
    """What is to be done with what was built already (返工说明)."""


@dataclass(frozen=True)
class ChangeText:
    """What a change says."""

    title: str
    description: str
    discipline: str
    reason: str
    sheets: Sequence[AffectedSheet]
    ends: Sequence[Ending] = ()
    cost_estimate: int | None = None
    """Fen."""
    days_estimate: int | None = None


@dataclass(frozen=True)
class ProposeChange:
    """A change that somebody asks for."""

    project_id: str
    kind: str
    text: ChangeText
    origin: str = ""
    """``note:<id>`` when a contact note became it."""


def propose_change(tx: Tx, command: ProposeChange) -> str:
    """Propose a change (提出变更); returns its id.

    Raises:
        Refused: ``forbidden``; ``not-found``; ``invalid-input``; ``change-sheet-unknown``; ``change-unknown``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    if command.kind not in PROPOSED_KINDS:
        raise invalid("类别 / kind", "没有这个类别", "is not known")
    text = command.text
    rights.require(Permission.PROJECT_VIEW, Target(command.project_id))
    check_text(text)
    target = Target(command.project_id, discipline=text.discipline, state=ChangeState.PROPOSED)
    seat_over(rights, Permission.CHANGE_PROPOSE, target, ())
    found = checked_sheets(tx, rights, command.project_id, text.sheets)
    seat = seat_over(rights, Permission.CHANGE_PROPOSE, target, {s.building_id for s in found.values()})
    change = new_change(tx, command.project_id, command.kind, text, seat)
    change.origin = command.origin[:60]
    tx.session.add(change)
    tx.session.flush()
    sheets = add_sheets(tx, change, text.sheets)
    write_ends(tx, rights, change, text.ends)
    step = CHANGES.step(None, "propose")
    facts = change_facts(tx.session, change, now=tx.now)
    stop_on_failure(judge_change(step.guards, facts))
    begin(tx, change, "propose", seat, sheets)
    return change.id


def begin(tx: Tx, change: ChangeDocument, event: str, seat: SeatFact, sheets: Iterable[ChangeSheet]) -> None:
    """Note the first step of a change that was just written."""
    advance(tx, change, event, seat, "", *sheets, is_first=True)


def new_change(tx: Tx, project_id: str, kind: str, text: ChangeText, seat: SeatFact) -> ChangeDocument:
    """A change document as it begins; its serial is taken under the project's lock."""
    locked(tx.session, project_id)
    return ChangeDocument(
        id=new_id(),
        project_id=project_id,
        kind=kind,
        serial=next_serial(tx.session, project_id),
        number="",
        **_said(text),
        state=ChangeState.PROPOSED,
        flags=[],
        externals=[],
        class_basis="",
        triggers=[],
        ends=[],
        is_emergency=False,
        origin="",
        party_id=seat.party_id,
        designer_id=None,
        created_by=seat.person_id,
        created_at=tx.now,
        state_at=tx.now,
    )


@dataclass(frozen=True)
class EditChange:
    """What a change says, anew."""

    change_id: str
    version: int
    text: ChangeText


def edit_change(tx: Tx, command: EditChange) -> int:
    """Edit a change under work; returns its version. Proposed: by who proposed it; with the designer: by the designer.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``stale-version``; ``change-frozen``; ``invalid-input``;
            ``change-sheet-unknown``; ``change-unknown``; ``change-guard-failed`` without a sheet: nobody would see it.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    change = change_to_move(tx, rights, command.change_id)
    seat = editing_seat(tx.session, rights, change)
    if change.version != command.version:
        raise Refused(STALE)
    text = command.text
    check_text(text)
    found = checked_sheets(tx, rights, change.project_id, text.sheets)
    _stay_within(rights, change, seat, text, found)
    for name, value in _said(text).items():
        setattr(change, name, value)
    sheets = add_sheets(tx, change, text.sheets)
    write_ends(tx, rights, change, text.ends)
    facts = change_facts(tx.session, change, now=tx.now)
    stop_on_failure(judge_change((ChangeGuard.SHEETS,), facts))
    tell(tx, "change.edited", change.project_id, seat, change, *sheets, change=change.id)
    return change.version


def _stay_within(
    rights: Rights, change: ChangeDocument, seat: SeatFact, text: ChangeText, found: Mapping[str, Sheet]
) -> None:
    """An edit names nothing that the same seat could not have written a change for.

    Raises:
        Refused: ``forbidden``.
    """
    is_design = change.state == ChangeState.DESIGNING
    permission = Permission.CHANGE_DESIGN if is_design else Permission.CHANGE_PROPOSE
    party = change.designer_id if is_design else change.party_id
    target = Target(change.project_id, discipline=text.discipline, party_id=party, state=change.state)
    seat_over(replace(rights, seats=(seat,)), permission, target, {s.building_id for s in found.values()})


@dataclass(frozen=True)
class MarkPlaces:
    """Where on one sheet a change applies."""

    change_id: str
    sheet_id: str
    boxes: Sequence[Sequence[int]]
    note: str = ""


def mark_places(tx: Tx, command: MarkPlaces) -> None:
    """Draw the regions of a change on one of its sheets (圈出变更部位).

    Raises:
        Refused: ``not-found``; ``forbidden``; ``change-frozen``; ``change-sheet-unknown``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    change = change_to_move(tx, rights, command.change_id)
    seat = editing_seat(tx.session, rights, change)
    boxes = checked_boxes(command.boxes)
    query = sa.select(ChangeSheet).where(
        ChangeSheet.change_id == change.id,
        ChangeSheet.sheet_id == command.sheet_id,
        ChangeSheet.is_dropped.is_(False),
    )
    row = tx.session.execute(query).scalar_one_or_none()
    if row is None:
        raise Refused(SHEET_NOT_HERE)
    if len(command.note) > MOST_TEXT:
        raise invalid("说明 / note", f"不超过 {MOST_TEXT} 字", f"has at most {MOST_TEXT} characters")
    row.boxes = boxes
    row.note = command.note.strip() or row.note
    tell(tx, "change.edited", change.project_id, seat, change, row, change=change.id)


def editing_seat(session: Session, rights: Rights, change: ChangeDocument) -> SeatFact:
    """The seat by which the actor may edit what a change says now.

    Raises:
        Refused: ``forbidden``; ``change-frozen``; ``not-your-change``.
    """
    if change.state not in EDITABLE:
        raise Refused(CHANGE_FROZEN, state=CHANGE_LABELS[change.state])
    buildings = buildings_of(session, [change.id]).get(change.id, ())
    seat = editing_seat_of(rights, change, buildings)
    if seat is None:
        acting_seat(session, rights, change, EDITABLE[ChangeState(change.state)])
        raise Refused(NOT_YOUR_CHANGE, party=Label("提出单位", "who proposed it"))
    return seat


def editing_seat_of(
    rights: Rights, change: ChangeDocument, buildings: Iterable[str | None]
) -> SeatFact | None:
    """The same as an answer: the designer's while it is with the designer, else of who proposed it; or None."""
    permission = EDITABLE.get(ChangeState(change.state))
    if permission is None:
        return None
    seat = seat_covering(rights, permission, change_target(change, permission), buildings)
    is_own = seat is not None and (change.state == ChangeState.DESIGNING or seat.party_id == change.party_id)
    return seat if is_own else None


def check_text(text: ChangeText) -> None:
    """Refuse what is no text of a change.

    Raises:
        Refused: ``invalid-input``.
    """
    if not 0 < len(tidy(text.title)) <= 200:
        raise invalid("名称 / title", "需要 1 至 200 个字", "needs 1 to 200 characters")
    if len(text.description) > MOST_TEXT:
        raise invalid(
            "变更内容 / description", f"不超过 {MOST_TEXT} 字", f"has at most {MOST_TEXT} characters"
        )
    for name, value, known in (
        ("专业 / discipline", text.discipline, Discipline),
        ("变更原因 / reason", text.reason, Reason),
    ):
        if value not in set(known):
            raise invalid(name, "请从列表中选择", f"is one of {', '.join(known)}")
    for name, amount in (("造价 / cost", text.cost_estimate), ("工期 / days", text.days_estimate)):
        if amount is not None and abs(amount) > MOST_MONEY:
            raise invalid(name, "数值过大", "is too large")
    if text.days_estimate is not None and abs(text.days_estimate) > 10_000:
        raise invalid("工期 / days", "数值过大", "is too large")


def checked_sheets(
    tx: Tx, rights: Rights, project_id: str, sheets: Sequence[AffectedSheet]
) -> dict[str, Sheet]:
    """The sheets by identifier, if each and its revision are of the project and the actor's to see.

    Raises:
        Refused: ``invalid-input``; ``change-sheet-unknown``.
    """
    if len(sheets) > MOST_SHEETS or len({s.sheet_id for s in sheets}) != len(sheets):
        raise invalid(
            "影响图纸 / sheets",
            f"不超过 {MOST_SHEETS} 张，每张一次",
            f"names at most {MOST_SHEETS} sheets, each once",
        )
    query = (
        sa.select(Sheet, SheetRevision)
        .join(SheetRevision, SheetRevision.sheet_id == Sheet.id)
        .where(Sheet.project_id == project_id, SheetRevision.id.in_([s.revision_id for s in sheets]))
    )
    known = {revision.id: (sheet, revision) for sheet, revision in tx.session.execute(query)}
    found = {}
    for named in sheets:
        sheet, revision = known.get(named.revision_id, (None, None))
        if sheet is None or revision is None or sheet.id != named.sheet_id:
            raise Refused(SHEET_NOT_HERE)
        if not rights.may(Permission.REVISION_VIEW, revision_target(revision)):
            raise Refused(SHEET_NOT_HERE)
        if named.action not in set(SheetAction) or len(named.note) > MOST_TEXT:
            raise invalid("对图纸的作用 / action", "请从列表中选择", "is not known, or its note is too long")
        checked_boxes(named.boxes)
        found[sheet.id] = sheet
    return found


def checked_boxes(boxes: Sequence[Sequence[int]]) -> list[list[int]]:
    """Regions in um of sheet space.

    Raises:
        Refused: ``invalid-input``.
    """
    for box in boxes:
        whole = len(box) == 4 and all(isinstance(v, int) and abs(v) <= MOST_UM for v in box)
        if not whole or box[0] >= box[2] or box[1] >= box[3]:
            raise invalid("部位 / region", "应为左下、右上两角", "is its lower left and upper right corner")
    if len(boxes) > MOST_BOXES:
        raise invalid(
            "部位 / region", f"一张图不超过 {MOST_BOXES} 处", f"has at most {MOST_BOXES} on a sheet"
        )
    return [list(box) for box in boxes]


def add_sheets(tx: Tx, change: ChangeDocument, sheets: Sequence[AffectedSheet]) -> list[ChangeSheet]:
    """Write the sheets of a change; what is not named any more is dropped, not deleted. All of its rows."""
    query = sa.select(ChangeSheet).where(ChangeSheet.change_id == change.id)
    rows = {row.sheet_id: row for row in tx.session.scalars(query)}
    named = {s.sheet_id for s in sheets}
    for sheet_id, row in rows.items():
        row.is_dropped = sheet_id not in named
    for sheet in sheets:
        row = rows.setdefault(
            sheet.sheet_id, ChangeSheet(id=new_id(), change_id=change.id, sheet_id=sheet.sheet_id)
        )
        row.revision_id, row.action = sheet.revision_id, sheet.action
        row.boxes, row.note, row.is_dropped = [list(b) for b in sheet.boxes], sheet.note.strip(), False
        tx.session.add(row)
    tx.session.flush()
    return list(rows.values())


def write_ends(tx: Tx, rights: Rights, change: ChangeDocument, ends: Sequence[Ending]) -> None:
    """Write which changes this one ends.

    Raises:
        Refused: ``change-unknown``; ``invalid-input``.
    """
    if len(ends) > MOST_SHEETS:
        raise invalid("替代的变更 / ends", f"不超过 {MOST_SHEETS} 份", f"names at most {MOST_SHEETS}")
    known = set(
        tx.session.scalars(
            sa.select(ChangeDocument.id).where(
                ChangeDocument.project_id == change.project_id,
                ChangeDocument.id.in_([e.change_id for e in ends]),
                seen_changes(rights),
            )
        )
    )
    stated: dict[str, dict[str, Any]] = {}
    for end in ends:
        if end.change_id not in known or end.change_id == change.id or end.how not in set(EndKind):
            raise Refused(NOT_A_CHANGE)
        stated[end.change_id] = {"change": end.change_id, "how": str(end.how), "note": end.note.strip()[:500]}
    change.ends = list(stated.values())


def _said(text: ChangeText) -> dict[str, Any]:
    return {
        "title": tidy(text.title),
        "reason": text.reason,
        "description": text.description.strip(),
        "discipline": text.discipline,
        "cost_estimate": text.cost_estimate,
        "days_estimate": text.days_estimate,
    }
