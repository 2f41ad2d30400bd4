"""Where a change stands in the as-built sheets: said by their compiler, accepted by the supervisor (second closing)."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.access.queries import rights_of
from app.access.rules import Permission
from app.changes.actions.moving import acting_seat, change_to_move
from app.changes.facts import sheet_rows
from app.changes.models import ChangeIncorporation
from app.changes.refusals import NO_WORD_NOW, SHEET_NOT_HERE
from app.changes.rules import CHANGE_LABELS, ChangeState
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.telling import tell

MOST_PLACE = 500
INCORPORATING = frozenset({ChangeState.IMPLEMENTED, ChangeState.VERIFIED})


@dataclass(frozen=True)
class IncorporateChange:
    """Where a change stands in the as-built, by sheet."""

    change_id: str
    places: Mapping[str, str]
    """By sheet: name or revision of the as-built sheet and the place on it; empty: after all not."""


def state_incorporation(tx: Tx, command: IncorporateChange) -> None:
    """Say in which as-built sheets a change stands (落竣工图). The newest word of a sheet counts.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``change-word-not-now``; ``change-sheet-unknown``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    change = change_to_move(tx, rights, command.change_id)
    seat = acting_seat(tx.session, rights, change, Permission.CHANGE_INCORPORATE)
    if change.state not in INCORPORATING:
        raise Refused(NO_WORD_NOW, state=CHANGE_LABELS[change.state])
    if not set(command.places) <= {row.sheet_id for row in sheet_rows(tx.session, change.id)}:
        raise Refused(SHEET_NOT_HERE)
    if any(len(place) > MOST_PLACE for place in command.places.values()):
        raise invalid("落图位置 / place", f"不超过 {MOST_PLACE} 字", f"has at most {MOST_PLACE} characters")
    rows = [
        ChangeIncorporation(
            id=new_id(),
            change_id=change.id,
            sheet_id=sheet_id,
            place=place.strip(),
            person_id=seat.person_id,
            seat_id=seat.seat_id,
            at=tx.now,
        )
        for sheet_id, place in sorted(command.places.items())
    ]
    tx.session.add_all(rows)
    tell(tx, "change.incorporation-stated", change.project_id, seat, *rows, change=change.id)
