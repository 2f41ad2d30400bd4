"""Questions that come from a table: each row once, in one act; what does not come in says why."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.access.queries import rights_of
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused
from app.kernel.ledger.telling import tell
from app.questions.actions.joint_items import ItemText, asking_seat, new_item
from app.questions.actions.joint_reviews import joint_to_change
from app.questions.facts import items_of
from app.questions.item_table import IMPORTED, ItemLine
from app.questions.refusals import TOO_MANY_ITEMS
from app.questions.rules import MOST_ITEMS


@dataclass(frozen=True)
class ImportItems:
    """Rows of a table, as they were shown."""

    review_id: str
    lines: Sequence[ItemLine]


def import_items(tx: Tx, command: ImportItems) -> list[str]:
    """Bring questions in; returns their ids. Rows with a problem, and such as are there already, are left out.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``jdr-not-asking``; ``jdr-items-many``; ``question-sheet-unknown``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    review = joint_to_change(tx, rights, command.review_id)
    seat = asking_seat(rights, review, None)
    known = {i.origin for i in items_of(tx.session, review.id)}
    fresh = [line for line in command.lines if not line.problem and IMPORTED + line.key not in known]
    if review.last_item + len(fresh) > MOST_ITEMS:
        raise Refused(TOO_MANY_ITEMS, most=MOST_ITEMS)
    made = []
    for line in fresh:
        text = ItemText(
            line.question, line.discipline, line.revision_id, place=line.place, severity=line.severity
        )
        item, _ = new_item(tx, rights, review, text, IMPORTED + line.key)
        made.append(item)
    if made:
        tell(tx, "jdr.items-imported", review.project_id, seat, review, *made, review=review.id)
    return [item.id for item in made]
