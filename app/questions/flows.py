"""Files of contact notes: stored between transactions (law 7); a photo is read in a jailed child first."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.access.queries import rights_of
from app.drawings.flows import ReadingRoom
from app.files.names import safe_name
from app.kernel.actor import Actor
from app.kernel.errors import BUSY, Refused, declare
from app.kernel.ledger.append import FileFact
from app.markups.file_reasons import STOPPING
from app.questions.actions.note_files import StoredFile, add_note_file, file_seat
from app.questions.queries.notes import note_row
from viewers.render.errors import RenderError
from viewers.render.photo_sizes import PICTURES

MOST_FILE_BYTES = 50 << 20
CHUNK = 1 << 20
FILE_TOO_LARGE = declare(
    "note-file-too-large",
    413,
    "文件超过 {most} MB。",
    "The file has more than {most} MB.",
    "请压缩照片或拆分文件后再上传。",
    "Make the photo smaller or split the file, and send again.",
)
PDF = b"%PDF-"


@dataclass(frozen=True)
class SentFile:
    """A file as it arrives."""

    note_id: str
    file_name: str
    chunks: Iterable[bytes]


def take_note_file(room: ReadingRoom, actor: Actor, sent: SentFile) -> str:
    """Store a photo or a paper and add it to its note; returns its id. The bytes are kept as sent.

    What a child can read as a picture is shown as one that the child drew anew; all else is offered for download.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``note-ended``; ``note-files-many``; ``note-file-too-large``; ``busy``.
    """
    with room.database.read() as session:
        rights = rights_of(session, actor, room.database.clock.now())
        file_seat(rights, note_row(session, rights, sent.note_id))
    stored = _stored(room, sent)
    with room.database.write(actor) as tx:
        return add_note_file(tx, sent.note_id, stored)


def _stored(room: ReadingRoom, sent: SentFile) -> StoredFile:
    with tempfile.TemporaryDirectory(dir=room.scratch, prefix="note-") as folder:
        path = Path(folder) / "file"
        _spool(path, sent.chunks)
        out = Path(folder) / "out"
        kind = _as_photo(room, path, out)
        with path.open("rb") as stream:
            stored = room.store.put(iter(lambda: stream.read(CHUNK), b""), size_limit=MOST_FILE_BYTES)
        if kind:
            for name in PICTURES:
                room.derived.keep(stored.sha256, f"photo/{name}", (out / name).read_bytes())
        else:
            with path.open("rb") as stream:
                is_pdf = stream.read(len(PDF)) == PDF
            kind = "application/pdf" if is_pdf else "application/octet-stream"
    return StoredFile(
        FileFact(stored.sha256, stored.sm3, stored.size),
        kind,
        safe_name(sent.file_name or "file"),
        is_photo=kind.startswith("image/"),
    )


def _spool(path: Path, chunks: Iterable[bytes]) -> None:
    """Write what comes, up to the limit.

    Raises:
        Refused: ``note-file-too-large``.
    """
    size = 0
    with path.open("wb") as out:
        for chunk in chunks:
            size += len(chunk)
            if size > MOST_FILE_BYTES:
                raise Refused(FILE_TOO_LARGE, most=MOST_FILE_BYTES >> 20)
            out.write(chunk)


def _as_photo(room: ReadingRoom, path: Path, out: Path) -> str:
    """The media type of a picture that a child could read; empty: it is none.

    Raises:
        Refused: ``busy``.
    """
    with path.open("rb") as stream:
        if stream.read(len(PDF)) == PDF:
            return ""
    try:
        _, _, kind = room.renderer.photo(path, out)
    except RenderError as error:
        if error.code == STOPPING:
            raise Refused(BUSY) from error
        return ""
    return kind
