"""Work of distribution that spans transactions: the photo of an objection, and the package of a transmittal."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.queries import rights_of
from app.access.rules import Permission
from app.distribution.actions.receipts import ObjectTo, object_to, own_party
from app.distribution.queries.transmittals import TransmittalLine, TransmittalView
from app.distribution.rules import ItemKind
from app.drawings.flows import ReadingRoom
from app.drawings.queries.seal_marks import SealsOfRevision, seals_in_parts
from app.files.models import Rendition
from app.files.names import role_in_name
from app.kernel.actor import Actor
from app.markups.flows import store_photo
from app.record.package import SUFFIXES, Member, stream_zip, unique_path
from storage import ObjectStore

COVER = "发放单 transmittal.pdf"


def object_with_photo(
    room: ReadingRoom, actor: Actor, command: ObjectTo, file_name: str, chunks: Iterable[bytes]
) -> str:
    """Object with a photo: its bytes are stored first, then the act; strangers are refused before a byte is read.

    Raises:
        Refused: as :func:`app.distribution.actions.receipts.object_to`; ``photo-refused``; ``photo-too-large``.
    """
    with room.database.read() as session:
        rights = rights_of(session, actor, room.database.clock.now())
        own_party(rights, command.project_id, Permission.RECEIPT_OBJECT)
    photo = store_photo(room, file_name, chunks)
    with room.database.write(actor) as tx:
        return object_to(tx, replace(command, photo=dict(vars(photo))))


@dataclass(frozen=True)
class PackedLine:
    """A line of a transmittal with the bytes that it stands for; a slip has none of its own here."""

    line: TransmittalLine
    member: Member | None
    sealed: Member | None = None
    """With all seals that were on it when it was handed out."""
    seals: SealsOfRevision | None = None


def packed_lines(session: Session, found: TransmittalView) -> list[PackedLine]:
    """The exact bytes of a transmittal's revisions, with a safe path for each.

    Raises:
        KeyError: a revision has no file of its digest: the record would be incomplete, and says so.
    """
    wanted = {line.id: line for line in found.lines if line.kind == ItemKind.REVISION}
    files: dict[str, Rendition] = {}
    ids = sorted(wanted)
    for start in range(0, len(ids), 500):
        query = sa.select(Rendition).where(
            Rendition.owner_kind == "revision", Rendition.owner_id.in_(ids[start : start + 500])
        )
        for rendition in session.scalars(query.order_by(Rendition.recorded_at, Rendition.id)):
            if rendition.sha256 == wanted[rendition.owner_id].sha256:
                files.setdefault(rendition.owner_id, rendition)
    seals = seals_in_parts(session, ids, found.at)
    packed, taken = [], set[str]()
    for line in found.lines:
        member = sealed = None
        if line.kind == ItemKind.REVISION:
            file = files[line.id]
            stem = " ".join(p for p in (line.number, line.label, line.title) if p)
            path = unique_path("图纸 sheets", stem, SUFFIXES.get(file.media_type, ".bin"), taken)
            member = Member(path, file.size, file.sha256, line.effective_at)
            chain = seals[line.id].chain
            if chain is not None and chain.sealed:
                beside = unique_path("图纸 sheets", f"{stem}{role_in_name('sealed')}", ".pdf", taken)
                sealed = Member(beside, chain.latest.size, chain.latest.sha256, chain.latest.recorded_at)
        packed.append(PackedLine(line, member, sealed, seals.get(line.id)))
    return packed


def stream_transmittal(
    store: ObjectStore, found: TransmittalView, packed: Iterable[PackedLine], cover: bytes, asked_at: datetime
) -> Iterator[bytes]:
    """A transmittal as ZIP: cover sheet, manifest, ``SHA256SUMS``, and the exact bytes as they were handed out, with
    the sealed ones beside their base.
    """
    lines = list(packed)
    manifest = {
        "v": 1,
        "transmittal": found.number,
        "at": found.at.isoformat(),
        "asked_at": asked_at.isoformat(),
        "ledger": {"size": found.tree_size, "root": found.tree_root},
        "cover_sha256": hashlib.sha256(cover).hexdigest(),
        "items": [
            {
                "kind": entry.line.kind,
                "id": entry.line.id,
                "number": entry.line.number,
                "revision": entry.line.label,
                "title": entry.line.title,
                "sha256": entry.line.sha256,
                "effective_at": entry.line.effective_at.isoformat(),
                "in_force_when_asked": entry.line.is_in_force,
                "path": entry.member.path if entry.member else None,
                "sealed_path": entry.sealed.path if entry.sealed else None,
                "sealed_sha256": entry.sealed.sha256 if entry.sealed else None,
                "seals": _seals_told(entry.seals),
            }
            for entry in lines
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    made = [(COVER, cover), ("manifest.json", text.encode())]
    members = [member for entry in lines for member in (entry.member, entry.sealed) if member is not None]
    return stream_zip(store, made, members)


def _seals_told(seals: SealsOfRevision | None) -> dict[str, object] | None:
    """What was known of the seals when it was handed out; None of a slip."""
    if seals is None:
        return None
    said = seals.said
    return {"mark": str(said.mark), "count": said.count, "zh": said.line.zh, "en": said.line.en}
