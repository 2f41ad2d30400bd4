"""An objection that becomes a question: a contact note (工程联系单) to who drew it, in the same act."""

from app.changes.models import ChangeDocument
from app.distribution.contents import Item
from app.distribution.rules import ItemKind
from app.drawings.models import SheetRevision
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused, declare
from app.questions.actions.notes import AskNote, ask_note
from app.record.queries import Instants, in_force

NOBODY_TO_ASK = declare(
    "receipt-nobody-to-ask",
    409,
    "找不到该文件的设计单位，无法转为联系单。",
    "Who drew this is not known: it cannot become a contact note.",
    "请先提出异议，再从联系单页面发给相应单位。",
    "Object first, then write the contact note to the party you mean.",
)


def ask_about(tx: Tx, project_id: str, item: Item, reason: str) -> str:
    """Write the contact note of an objection to the design party of the item; returns the note's id.

    Raises:
        Refused: ``receipt-nobody-to-ask``; whatever writing a note refuses.
    """
    revision_id = item.id if item.kind == ItemKind.REVISION else _base_of(tx, item)
    revision = tx.session.get(SheetRevision, revision_id) if revision_id else None
    change = tx.session.get(ChangeDocument, item.id) if item.kind == ItemKind.SLIP else None
    designer = (change.designer_id if change is not None else None) or (
        revision.party_id if revision else None
    )
    if designer is None or revision is None:
        raise Refused(NOBODY_TO_ASK)
    title = f"对 {item.name} 的异议 / objection to {item.name}"
    return ask_note(tx, AskNote(project_id, designer, reason, title=title, revision_id=revision.id))


def _base_of(tx: Tx, item: Item) -> str | None:
    force = in_force(tx.session, item.places[0].sheet_id, Instants(tx.now, tx.now, is_now=True))
    return force.revision_id if force is not None else None
