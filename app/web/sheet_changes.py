"""What the sheet page is told of changes: slips that stand, and what a new revision may take in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from app.access.rules import Permission
from app.changes.actions.absorptions import absorbed_by, orders_written_for
from app.drawings.queries.sheets import RevisionView, SheetView
from app.drawings.queries.visibility import revision_target
from app.drawings.rules import RevisionState
from app.kernel.policy import Target
from app.markups.visibility import revision_seen
from app.record.queries import InForce, SlipInForce
from app.web.change_words import change_page_words
from app.web.request import reading, rights


@dataclass(frozen=True)
class Absorbing:
    """A change that stands on a sheet, and whether the revision that is shown takes it in."""

    change_id: str
    number: str
    title: str
    is_ticked: bool
    is_settled: bool
    """Ticked and released: it is so."""


def change_setup(sheet: SheetView, slips: Sequence[SlipInForce]) -> dict[str, Any] | None:
    """What the script of the tab knows; None for who sees no changes."""
    may = rights()
    here = Target(
        sheet.project_id, sheet.building_id, has_place=True, discipline=sheet.discipline, state="effective"
    )
    if not may.may(Permission.CHANGE_VIEW, here):
        return None
    return {
        "slips": [
            {
                "id": s.change_id,
                "number": s.number,
                "title": s.regions.get("title", ""),
                "boxes": s.regions.get("boxes", []),
            }
            for s in slips
        ],
        "mayPropose": may.may(Permission.CHANGE_PROPOSE, here),
        "wanted": bool(request.args.get("change")),
        "words": change_page_words(),
    }


def absorbing(revision: RevisionView, force: InForce | None) -> list[Absorbing]:
    """What the designer of a revision may tick: the changes that stand on its sheet now."""
    if force is None or not force.slips:
        return []
    seen = revision_seen(reading(), rights(), revision.id)
    is_newer = revision.rev_seq >= force.rev_seq and revision.state != RevisionState.WITHDRAWN
    if not is_newer or not rights().may(Permission.REVISION_EDIT, revision_target(seen)):
        return []
    written_for = orders_written_for(reading(), seen.sheet_id, [s.change_id for s in force.slips])
    ticks = absorbed_by(reading(), [revision.id]).get(revision.id, {})
    is_released = revision.state == RevisionState.RELEASED
    return [
        Absorbing(
            s.change_id,
            s.number,
            s.regions.get("title", ""),
            ticks.get(s.change_id, False),
            is_released and ticks.get(s.change_id, False),
        )
        for s in force.slips
        if written_for.get(s.change_id, 0) < revision.rev_seq
    ]
