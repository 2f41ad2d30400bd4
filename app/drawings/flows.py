"""Work on uploads that spans transactions: bytes first, then the row; reading after the acknowledgement.

The life of an upload (ARCHITECTURE section 4): authorise before a byte is stored → store and hash → one short
transaction acknowledges → a worker reads in a child process → the clerk's table fills.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.drawings.actions.intake import NoteReading, ReadPage, ReceiveFile, note_reading, receive_file
from app.drawings.intake_models import Intake, IntakeFile
from app.drawings.queries.intakes import learned_fields
from app.drawings.reading import (
    LearnedField,
    PageContent,
    guess_stage,
    read_drawing_list,
    read_title_block,
)
from app.drawings.rules import CAD_KINDS, FIELDS, FileState
from app.files.derived import DerivedFiles
from app.files.local_copies import LocalCopies
from app.kernel.actor import Actor
from app.kernel.db.transactions import Database, Tx
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.ledger.append import FileFact
from app.kernel.policy import Target
from storage import ObjectStore, StoredObject
from viewers.render.errors import RenderCrashed, RenderRefused, RenderTimeout
from viewers.render.manifest import Manifest, Page, SourceKind, rules_from_json, runs_from_json
from viewers.render.pool import RenderPool

COMPANIONS = 200
"""Most other files of a batch that a CAD file's references may resolve to."""


@dataclass(frozen=True)
class ReadingRoom:
    """What reading needs."""

    database: Database
    store: ObjectStore
    derived: DerivedFiles
    copies: LocalCopies
    renderer: RenderPool
    scratch: Path


def authorise_upload(database: Database, actor: Actor, intake_id: str) -> None:
    """Refuse before a byte is stored.

    Raises:
        Refused: ``not-found`` for foreign batches, ``forbidden`` without the right.
    """
    with database.read() as session:
        intake = session.get(Intake, intake_id)
        if intake is None:
            raise Refused(NOT_FOUND)
        rights = rights_of(session, actor, database.clock.now())
        target = Target(intake.project_id, party_id=intake.party_id)
        rights.require(Permission.INTAKE_UPLOAD, target, visible_by=Permission.INTAKE_VIEW)


def take_in_stream(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    *,
    intake_id: str,
    name: str,
    chunks: Iterable[bytes],
    size_limit: int,
) -> str:
    """Take in a file that arrives in one go (API, command line); returns the file id once it is acknowledged.

    Raises:
        Refused: no right; the batch is closed.
        storage.errors.TooLarge: nothing was kept.
    """
    authorise_upload(database, actor, intake_id)
    stored = store.put(chunks, size_limit=size_limit)
    return acknowledge(database, actor, intake_id=intake_id, name=name, stored=stored)


def acknowledge(
    database: Database,
    actor: Actor,
    *,
    intake_id: str,
    name: str,
    stored: StoredObject,
    receipt_key: str | None = None,
) -> str:
    """The short transaction that acknowledges stored bytes; returns the file id."""
    command = ReceiveFile(intake_id, name, stored.sha256, stored.sm3, stored.size, receipt_key)
    with database.write(actor) as tx:
        return receive_file(tx, command)


def read_file(room: ReadingRoom, file_id: str) -> Callable[[Tx], None]:
    """Read one acknowledged file; returns what the worker commits together with the end of the job.

    A bad file never raises: it stays in the table with its reason (one bad file never stops the batch).
    """
    with room.database.read() as session:
        file = session.get(IntakeFile, file_id)
        if file is None or file.state != FileState.RECEIVED:
            return _nothing
        learned = learned_fields(session, file.intake_id)
        companions = _companions_of(session, file)
    with tempfile.TemporaryDirectory(dir=room.scratch) as folder:
        note = _read(room, file, Path(folder), learned, companions)
    return lambda tx: note_reading(tx, note)


def _nothing(tx: Tx) -> None:
    """What is committed when there is nothing to say."""


def _companions_of(session: Any, file: IntakeFile) -> dict[str, str]:
    """Other files of the batch by name: a CAD reference or picture may resolve to them, never to a path (SECURITY 26)."""
    query = (
        sa.select(IntakeFile.name, IntakeFile.sha256)
        .where(IntakeFile.intake_id == file.intake_id, IntakeFile.id != file.id)
        .limit(COMPANIONS)
    )
    return {name.replace("\\", "/").rsplit("/", 1)[-1]: sha for name, sha in session.execute(query)}


def _read(
    room: ReadingRoom,
    file: IntakeFile,
    folder: Path,
    learned: Mapping[str, tuple[int, ...]],
    companions: Mapping[str, str],
) -> NoteReading:
    out, cut = folder / "out", folder / "cut"
    try:
        with room.copies.object(file.sha256) as source:
            manifest = _inspect(room, file, source, out, companions)
            if manifest.kind is SourceKind.OFD:
                return NoteReading(file.id, FileState.STORED_ONLY, str(manifest.kind), "stored-not-drawn")
            pieces = _pieces(room, manifest, source, cut)
    except RenderRefused as refusal:
        return NoteReading(
            file.id, FileState.REFUSED, reason=refusal.code, reason_data=_plain(refusal.detail)
        )
    except (RenderCrashed, RenderTimeout) as failure:
        return NoteReading(
            file.id, FileState.STORED_ONLY, reason=failure.code, reason_data=_plain(failure.detail)
        )
    room.derived.publish(file.sha256, out, manifest)
    boxes = tuple(LearnedField(name, _box(box)) for name, box in learned.items())
    pages = [_page(file, manifest, page, out, pieces, boxes) for page in manifest.pages]
    shutil.rmtree(cut, ignore_errors=True)
    return NoteReading(
        file_id=file.id,
        state=FileState.READY if pages else FileState.STORED_ONLY,
        kind=str(manifest.kind),
        reason=None if pages else "no-pages",
        signatures=[asdict(s) for s in manifest.signatures],
        problems=[asdict(p) for p in manifest.problems],
        pages=pages,
    )


def _inspect(
    room: ReadingRoom, file: IntakeFile, source: Path, out: Path, companions: Mapping[str, str]
) -> Manifest:
    with source.open("rb") as stream:
        head = stream.read(6)
    if head[:4] == b"%PDF":
        return room.renderer.inspect(source, out, name=file.name)
    paths: dict[str, Path] = {}
    for name, sha256 in companions.items():
        with room.copies.object(sha256) as path:
            paths[name] = path
    return room.renderer.inspect(source, out, name=file.name, companions=paths)


def _pieces(room: ReadingRoom, manifest: Manifest, source: Path, cut: Path) -> list[FileFact]:
    """Single pages of a set, stored; none for one page, for CAD, and for a signed set, whose seals cutting would break."""
    is_signed = any(s.is_signed for s in manifest.signatures)
    if manifest.kind is not SourceKind.PDF or len(manifest.pages) == 1 or is_signed:
        return []
    pieces = []
    for path in room.renderer.split(source, cut):
        stored = room.store.put_file(path)
        pieces.append(FileFact(stored.sha256, stored.sm3, stored.size))
    return pieces


def _page(
    file: IntakeFile,
    manifest: Manifest,
    page: Page,
    out: Path,
    pieces: list[FileFact],
    learned: tuple[LearnedField, ...],
) -> ReadPage:
    content = page_content(out, page, file.name, len(manifest.pages))
    reading = read_title_block(content, learned=learned)
    rows = read_drawing_list(content) or []
    problems = [asdict(p) for p in page.problems]
    if manifest.kind in CAD_KINDS:
        problems.append({"code": "cad-view", "severity": "info", "detail": {}})
    if not page.text_usable:
        problems.append({"code": "text-not-usable", "severity": "warning", "detail": {}})
    read = {
        name: {"value": f.value, "source": f.source, "confidence": f.confidence, "box": f.box}
        for name, f in reading.fields.items()
        if name in FIELDS or f.value
    }
    if "stage" in read:
        read["stage"]["value"] = guess_stage(str(read["stage"]["value"])) or ""
    if "scale" not in read and page.scale_hint:
        read["scale"] = {"value": page.scale_hint, "source": "frame", "confidence": 0.6, "box": None}
    return ReadPage(
        page=page.index,
        read=read,
        width_um=page.width_um,
        height_um=page.height_um,
        paper=page.paper,
        block_box=reading.block_box,
        completeness=str(page.completeness),
        problems=problems,
        pdf=pieces[page.index] if pieces else None,
        list_rows=[asdict(r) for r in rows],
    )


def page_content(out: Path, page: Page, name: str, pages: int) -> PageContent:
    """A page as the reader of title blocks wants it, from a renderer's output folder."""
    text, rules = out / "text" / f"{page.index}.json", out / "rules" / f"{page.index}.json"
    runs = runs_from_json(text.read_text(encoding="utf-8")) if text.is_file() else []
    lines = rules_from_json(rules.read_text(encoding="utf-8")) if rules.is_file() else []
    return PageContent(
        width_um=page.width_um,
        height_um=page.height_um,
        runs=[(r.text, r.x0, r.y0, r.x1, r.y1, r.angle) for r in runs],
        lines=[(n.x0, n.y0, n.x1, n.y1) for n in lines],
        file_name=name,
        page=page.index,
        page_count=pages,
        text_usable=page.text_usable,
    )


def _box(box: tuple[int, ...]) -> tuple[int, int, int, int]:
    return box[0], box[1], box[2], box[3]


def _plain(detail: Mapping[str, Any]) -> dict[str, Any]:
    """What of a renderer's detail may be shown: values, never paths of this machine."""
    return {k: v for k, v in detail.items() if isinstance(v, (str, int, float, bool, list)) and k != "stderr"}
