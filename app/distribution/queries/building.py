"""For construction or not: may this be built from, and if not, why not (DOMAIN 2.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.distribution.contents import items_of_sheet
from app.distribution.coverage import Receiver, receivers_of
from app.distribution.queries.matrix import MatrixRow, rows_for
from app.distribution.rules import CELL_LABELS, CellState
from app.drawings.models import Sheet
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.labels import Label
from app.projects.queries import policy_of


@dataclass(frozen=True)
class MayBuild:
    """The answer for one sheet, with everything that it rests on."""

    sheet_id: str
    is_in_force: bool
    confirm_first: bool
    """Whether the policy makes construction wait for the confirmations."""
    rows: Sequence[MatrixRow]
    """The revision, then each slip that stands on it."""
    receivers: Sequence[Receiver]
    reasons: Sequence[Label]
    """What is missing, in words; empty: nothing."""

    @property
    def needed(self) -> int:
        """Cells that must be green."""
        return sum(len(row.cells) for row in self.rows)

    @property
    def confirmed(self) -> int:
        """Cells that are."""
        return sum(row.confirmed for row in self.rows)

    @property
    def is_complete(self) -> bool:
        """Whether everybody who must has confirmed everything that stands."""
        return self.is_in_force and self.confirmed == self.needed

    @property
    def is_for_construction(self) -> bool:
        """Whether it may be built from: in force, and confirmed where the policy asks for it first."""
        return self.is_in_force and (self.is_complete or not self.confirm_first)


NOT_IN_FORCE = Label("该图纸没有现行有效的版本", "Nothing is in force for this sheet")


def may_build(session: Session, sheet_id: str, now: datetime) -> MayBuild:
    """Whether a sheet may be built from as it is in force now, with its slips. Asks no rights: hand out what may be seen.

    Raises:
        Refused: ``not-found``.
    """
    sheet = session.get(Sheet, sheet_id)
    if sheet is None:
        raise Refused(NOT_FOUND)
    policy = policy_of(session, sheet.project_id)
    items = items_of_sheet(session, sheet_id, now)
    if not items:
        return MayBuild(
            sheet_id,
            is_in_force=False,
            confirm_first=policy.confirm_first,
            rows=(),
            receivers=(),
            reasons=(NOT_IN_FORCE,),
        )
    receivers = receivers_of(session, sheet.project_id, now, policy.confirm_roles)
    rows = rows_for(session, sheet.project_id, items, now)
    names = {r.id: r for r in receivers}
    return MayBuild(
        sheet_id, is_in_force=True, confirm_first=policy.confirm_first, rows=rows, receivers=receivers,
        reasons=tuple(_reasons(rows, names)),
    )  # fmt: skip


def _reasons(rows: Sequence[MatrixRow], names: dict[str, Receiver]) -> list[Label]:
    found = []
    for row in rows:
        for cell in row.cells:
            if cell.state == CellState.CONFIRMED:
                continue
            receiver, state = names[cell.party_id], CELL_LABELS[cell.state]
            if receiver.is_seated:
                zh, en = state.zh, state.en.lower()
            else:
                zh, en = "未设席位，无人可签收", "nobody is seated to confirm"
            found.append(
                Label(
                    f"{row.item.name}：{receiver.label.zh} {receiver.name} {zh}",
                    f"{row.item.name}: {receiver.label.en} {receiver.name}, {en}",
                )
            )
    return found
