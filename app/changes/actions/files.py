"""Files of a change: rows for bytes that are stored already."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.access.queries import rights_of
from app.access.rules import Permission
from app.changes.actions.moving import acting_seat, change_to_move
from app.changes.actions.proposals import editing_seat
from app.changes.facts import file_rows, is_irregular
from app.changes.models import ChangeDocument, ChangeFile
from app.changes.refusals import NO_WORD_NOW
from app.changes.rules import CHANGE_LABELS, CONTENT_FILES, MOST_FILES, OPEN, External, FileKind
from app.kernel.db.transactions import Tx
from app.kernel.errors import FORBIDDEN, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.append import FileFact
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact
from app.kernel.text import tidy

_RIGHTS: dict[str, tuple[str, ...]] = {
    FileKind.APPROVAL: (Permission.CHANGE_SUBMIT, Permission.CHANGE_CONSENT),
    FileKind.CONFIRMATION: (Permission.CHANGE_REVIEW,),
    FileKind.PHOTO: (Permission.CHANGE_IMPLEMENT, Permission.CHANGE_VERIFY),
}
"""Who adds what comes later; what is issued is added by who may edit it."""


@dataclass(frozen=True)
class StoredFile:
    """A file whose bytes are in the store."""

    kind: str
    title: str
    number: str
    file: FileFact
    media_type: str
    file_name: str
    domain: str = ""
    """Of an approval: whose (:class:`app.changes.rules.External`)."""


def may_add_file(session: Session, rights: Rights, change: ChangeDocument, kind: str) -> SeatFact:
    """The seat by which the actor adds a file of a kind now. Asked before a byte is stored.

    Raises:
        Refused: ``invalid-input``; ``forbidden``; ``change-frozen``; ``change-word-not-now``.
    """
    if kind not in set(FileKind):
        raise invalid("文件类别 / kind", "没有这个类别", f"is one of {', '.join(FileKind)}")
    if kind in CONTENT_FILES:
        return editing_seat(session, rights, change)
    if change.state not in OPEN and not is_irregular(change):
        raise Refused(NO_WORD_NOW, state=CHANGE_LABELS[change.state])
    for permission in _RIGHTS[kind]:
        try:
            return acting_seat(session, rights, change, permission)
        except Refused:
            continue
    raise Refused(FORBIDDEN, action=_RIGHTS[kind][0])


def add_file(tx: Tx, change_id: str, stored: StoredFile) -> str:
    """Add a file to a change; returns its id.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``change-frozen``; ``change-word-not-now``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    change = change_to_move(tx, rights, change_id)
    seat = may_add_file(tx.session, rights, change, stored.kind)
    if stored.kind == FileKind.APPROVAL and stored.domain not in set(External):
        raise invalid("批准部门 / domain", "请选择批准部门", f"is one of {', '.join(External)}")
    if len(file_rows(tx.session, change.id)) >= MOST_FILES:
        raise invalid("附件 / files", f"不超过 {MOST_FILES} 个", f"has at most {MOST_FILES}")
    row = ChangeFile(
        id=new_id(),
        change_id=change.id,
        kind=stored.kind,
        domain=stored.domain if stored.kind == FileKind.APPROVAL else "",
        title=(tidy(stored.title) or stored.file_name)[:200],
        number=tidy(stored.number)[:100],
        sha256=stored.file.sha256,
        sm3=stored.file.sm3,
        size=stored.file.size,
        media_type=stored.media_type,
        file_name=stored.file_name[:300],
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        added_at=tx.now,
    )
    tx.session.add(row)
    tell(tx, "change.file-added", change.project_id, seat, row, files=(stored.file,), change=change.id)
    return row.id
