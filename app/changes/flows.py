"""Files of a change document: stored between transactions (law 7), kept as sent and never opened here."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.access.queries import rights_of
from app.changes.actions.files import StoredFile, add_file, may_add_file
from app.changes.models import ChangeFile
from app.changes.queries.changes import change_row
from app.drawings.flows import ReadingRoom
from app.files.names import safe_name
from app.files.sent import keep_as_sent
from app.kernel.actor import Actor
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.policy import Rights


@dataclass(frozen=True)
class SentChangeFile:
    """A file of a change as it arrives."""

    change_id: str
    kind: str
    title: str
    number: str
    domain: str
    file_name: str
    chunks: Iterable[bytes]


def take_change_file(room: ReadingRoom, actor: Actor, sent: SentChangeFile) -> str:
    """Store a file and add it to its change; returns its id.

    Raises:
        Refused: as :func:`store_change_file`; ``invalid-input``.
    """
    stored = store_change_file(room, actor, sent)
    with room.database.write(actor) as tx:
        return add_file(tx, sent.change_id, stored)


def store_change_file(room: ReadingRoom, actor: Actor, sent: SentChangeFile) -> StoredFile:
    """Store the bytes of a file, for :func:`app.changes.actions.files.add_file`. The right is asked for before a byte is.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``change-frozen``; ``change-word-not-now``; ``document-too-large``.
    """
    with room.database.read() as session:
        rights = rights_of(session, actor, room.database.clock.now())
        may_add_file(session, rights, change_row(session, rights, sent.change_id), sent.kind)
    kept = keep_as_sent(room.store, sent.chunks)
    return StoredFile(
        kind=sent.kind,
        title=sent.title,
        number=sent.number,
        file=kept.fact,
        media_type=kept.media_type,
        file_name=safe_name(sent.file_name or "file"),
        domain=sent.domain,
    )


def change_file_for(session: Session, rights: Rights, file_id: str) -> ChangeFile:
    """A file of a change that the actor sees.

    Raises:
        Refused: ``not-found``.
    """
    file = session.get(ChangeFile, file_id)
    if file is None:
        raise Refused(NOT_FOUND)
    change_row(session, rights, file.change_id)
    return file
