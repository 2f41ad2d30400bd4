"""Renewing stored files before what their seals rest on runs out: evidence and an archive time stamp, nothing else.

A file that is in the record for decades is renewed many times. Each renewal is one more link of its chain of bytes.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.files.models import Rendition, RenditionRole
from app.kernel.db.transactions import Tx
from app.kernel.ids import new_id
from app.kernel.ledger.append import FileFact
from app.kernel.ledger.telling import note
from app.seals.judging import ask
from app.seals.room import SealRoom
from app.seals.rules import Cause
from app.seals.sealing.renewing import renew
from storage import StoredObject


def renew_stored(room: SealRoom, sha256: str, project_id: str | None) -> Callable[[Tx], None]:
    """Renew sealed bytes; what is returned notes it. Without a source of time stamps, or when a later link stands
    already, nothing is done.

    Raises:
        Refused: as :func:`app.seals.sealing.renewing.renew`; the job is tried again, and then waits for a person.
    """
    evidence = room.evidence()
    with room.database.read() as session:
        links = _last_links(session, sha256)
    if evidence is None or not links:
        return _nothing
    with (
        room.copies.object(sha256) as source,
        tempfile.TemporaryDirectory(dir=room.scratch, prefix="renew-") as folder,
    ):
        target = Path(folder) / "renewed.pdf"
        renewed = renew(source, target, evidence)
        stored = room.store.put_file(target, expect_sha256=renewed.sha256)

    def commit(tx: Tx) -> None:
        for link in _last_links(tx.session, sha256):
            made = _link(link, stored, tx)
            tx.session.add(made)
            subjects = {"rendition": made.id, link.owner_kind: link.owner_id}
            files = (FileFact(stored.sha256, stored.sm3, stored.size),)
            note(tx, "seal.renewed", made, project_id=project_id, files=files, **subjects)
        ask(tx, stored.sha256, Cause.DUE, project_id)

    return commit


def _last_links(session: Session, sha256: str) -> list[Rendition]:
    """Sealed renditions with these bytes after which nothing comes."""
    later = sa.select(Rendition.derived_from).where(Rendition.role == RenditionRole.SEALED)
    query = sa.select(Rendition).where(
        Rendition.sha256 == sha256,
        Rendition.role == RenditionRole.SEALED,
        Rendition.id.not_in(later.where(Rendition.derived_from.is_not(None))),
    )
    return list(session.scalars(query.order_by(Rendition.id)))


def _link(before: Rendition, stored: StoredObject, tx: Tx) -> Rendition:
    return Rendition(
        id=new_id(),
        owner_kind=before.owner_kind,
        owner_id=before.owner_id,
        role=RenditionRole.SEALED,
        sha256=stored.sha256,
        sm3=stored.sm3,
        size=stored.size,
        media_type=before.media_type,
        file_name=before.file_name,
        page=0,
        manifest_of=before.manifest_of,
        manifest_page=before.manifest_page,
        derived_from=before.id,
        recorded_at=tx.now,
    )


def _nothing(tx: Tx) -> None:
    """There is nothing to renew, or nothing to renew it with."""
    del tx
