"""The one place where questions become change documents; nothing else of this subject knows of changes.

A note or an item is never a change by itself: what is in force moves only when the change document takes effect.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party
from app.access.rules import PartyRole
from app.access.site_grants import DESIGNERS
from app.changes.actions.items import AdoptItem, adopt_item
from app.changes.actions.proposals import AffectedSheet, ChangeText, ProposeChange, propose_change
from app.changes.models import ChangeDocument
from app.changes.rules import ChangeKind, Reason
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused
from app.kernel.policy import SeatFact
from app.questions.guards import needs_rereview
from app.questions.models import (
    ContactNote,
    ContactNoteStep,
    JointItem,
    JointReview,
    JointSignature,
)
from app.questions.refusals import SHEET_NEEDED
from app.questions.rules import MOST_TEXT, ItemClass

WHOLE_SHEET = "整张图 / the whole sheet"
NOTE_KINDS = (ChangeKind.LIAISON, ChangeKind.VERIFICATION, ChangeKind.DESIGN_CHANGE)
"""What a contact note may become, the usual first."""


@dataclass(frozen=True)
class Turning:
    """What kind of change a note becomes, and why."""

    kind: str = ""
    """Empty: a liaison record, or a design change notice when a designer turns it."""
    reason: str = ""


USUAL = Turning()


def change_from_note(tx: Tx, note: ContactNote, seat: SeatFact, turning: Turning) -> str:
    """Propose the change that a note asks for; returns its id.

    Raises:
        Refused: ``note-needs-sheet``; whatever proposing refuses.
    """
    if note.sheet_id is None or note.revision_id is None:
        raise Refused(SHEET_NEEDED)
    is_designer = seat.party_role in DESIGNERS
    usual = ChangeKind.DESIGN_CHANGE if is_designer else ChangeKind.LIAISON
    boxes = [note.region] if note.region else []
    place = AffectedSheet(note.sheet_id, note.revision_id, boxes, note="" if boxes else WHOLE_SHEET)
    text = ChangeText(
        title=note.title,
        description=_description(tx, note),
        discipline=note.discipline,
        reason=turning.reason or (Reason.DESIGN_FAULT if is_designer else Reason.SITE_CONDITION),
        sheets=(place,),
    )
    command = ProposeChange(note.project_id, turning.kind or usual, text, f"note:{note.id}")
    return propose_change(tx, command)


def _description(tx: Tx, note: ContactNote) -> str:
    """The question and its newest answer."""
    query = (
        sa.select(ContactNoteStep.text)
        .where(ContactNoteStep.note_id == note.id, ContactNoteStep.event == "answer")
        .order_by(ContactNoteStep.at.desc(), ContactNoteStep.id.desc())
    )
    answer = tx.session.scalars(query).first()
    parts = [f"问题 / Question：{note.question}", *([f"答复 / Answer：{answer}"] if answer else [])]
    return "\n".join(parts)[:MOST_TEXT]


def change_from_item(tx: Tx, review: JointReview, item: JointItem, seat: SeatFact) -> str:
    """Make the change document of a signed item; returns its id.

    A design error that touches a mandatory clause goes to the designer first, and from there to review again.
    """
    sheets: tuple[AffectedSheet, ...] = ()
    if item.sheet_id and item.revision_id:
        boxes = [item.region] if item.region else []
        sheets = (AffectedSheet(item.sheet_id, item.revision_id, boxes, note=item.place or WHOLE_SHEET),)
    by_site = item.item_class == ItemClass.PROPOSAL
    text = ChangeText(
        title=" ".join(item.question.split())[:200],
        description=f"问题 / Question：{item.question}\n答复 / Answer：{item.answer}"[:MOST_TEXT],
        discipline=item.discipline,
        reason=Reason.CONTRACTOR_PROPOSAL if by_site else Reason.DESIGN_FAULT,
        sheets=sheets,
    )
    name = f"JDR-{review.serial:03d}"
    command = AdoptItem(
        project_id=review.project_id,
        text=text,
        origin=f"jdr:{item.id}",
        designer_id=_designer(tx, review, item),
        basis=f"图纸会审记录 {name}（{review.meeting_on}）第 {item.serial} 条 / joint drawing review, item {item.serial}",
        goes_to_designer=needs_rereview(item),
    )
    return adopt_item(tx, command, seat)


def change_numbers(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """Official numbers of change documents; those that were not issued have none."""
    query = sa.select(ChangeDocument.id, ChangeDocument.number).where(ChangeDocument.id.in_(sorted(ids)))
    return dict(session.execute(query).all())


def _designer(tx: Tx, review: JointReview, item: JointItem) -> str:
    """The design party that answered; the one that signed, when the recorder wrote the answer down."""
    party = tx.session.get(Party, item.answering_party)
    if party is not None and party.role in DESIGNERS:
        return party.id
    query = sa.select(JointSignature.party_id).where(
        JointSignature.review_id == review.id,
        JointSignature.digest == review.digest,
        JointSignature.party_role == PartyRole.DESIGNER,
    )
    return tx.session.scalars(query.order_by(JointSignature.at)).first() or ""
