"""Basis documents of a case: rows for bytes that are stored already."""

from dataclasses import dataclass

from app.access.queries import rights_of
from app.access.rules import Permission
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused, declare, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.append import FileFact
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, Target
from app.kernel.text import tidy
from app.review.actions.cases import case_to_change
from app.review.models import ReviewCase, ReviewDocument
from app.review.rules import CASE_LABELS, ENDED, DocumentKind

CASE_ENDED = declare(
    "review-case-ended",
    409,
    "案卷已办结（{state}），不能再补充文件。",
    "The case has ended ({state}): nothing can be added.",
    "如需补充，请新建送审案卷。",
    "Prepare a new case.",
)


@dataclass(frozen=True)
class StoredDocument:
    """A document whose bytes are in the store."""

    kind: str
    title: str
    number: str
    file: FileFact
    media_type: str
    file_name: str


def may_add_document(rights: Rights, case: ReviewCase) -> None:
    """Refuse strangers before a byte is stored.

    Raises:
        Refused: ``forbidden``; ``not-found``; ``review-case-ended``.
    """
    rights.require(Permission.REVIEW_SUBMIT, Target(case.project_id), visible_by=Permission.PROJECT_VIEW)
    if case.state in ENDED:
        raise Refused(CASE_ENDED, state=CASE_LABELS[case.state])


def add_document(tx: Tx, case_id: str, document: StoredDocument) -> str:
    """Add a basis document to a case; returns its id.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``review-case-ended``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, case_id)
    may_add_document(rights, case)
    seat = rights.require(Permission.REVIEW_SUBMIT, Target(case.project_id))
    if document.kind not in set(DocumentKind):
        raise invalid("类别 / kind", "没有这个类别", "is not known")
    row = ReviewDocument(
        id=new_id(),
        case_id=case.id,
        kind=document.kind,
        title=(tidy(document.title) or document.file_name)[:200],
        number=tidy(document.number)[:100],
        sha256=document.file.sha256,
        sm3=document.file.sm3,
        size=document.file.size,
        media_type=document.media_type,
        file_name=document.file_name[:300],
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        added_at=tx.now,
    )
    tx.session.add(row)
    tell(
        tx,
        "review-case.document-added",
        case.project_id,
        seat,
        row,
        files=(document.file,),
        case=case.id,
        document=row.id,
    )
    return row.id
