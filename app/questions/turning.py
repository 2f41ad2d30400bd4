"""The one place where questions become change documents; nothing else of this subject knows of changes.

A note or an item is never a change by itself: what is in force moves only when the change document takes effect.
"""

from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused
from app.questions.models import ContactNote, JointItem, JointReview
from app.questions.refusals import CHANGE_NOT_YET, SHEET_NEEDED


def change_from_note(tx: Tx, note: ContactNote) -> str:
    """Propose the change that a note asks for; returns its id.

    Raises:
        Refused: ``note-needs-sheet``; ``change-not-available``; whatever proposing refuses.
    """
    del tx
    if note.sheet_id is None or note.revision_id is None:
        raise Refused(SHEET_NEEDED)
    raise Refused(CHANGE_NOT_YET)


def change_from_item(tx: Tx, review: JointReview, item: JointItem) -> str:
    """Make the change document of a signed item; returns its id, empty when it cannot be made yet."""
    del tx, review, item
    return ""
