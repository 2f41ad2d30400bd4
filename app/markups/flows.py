"""Work on marks that needs files or a renderer: done between transactions (law 7)."""

import contextlib
import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.access.queries import rights_of
from app.drawings.comparing import kept_comparison
from app.drawings.flows import ReadingRoom
from app.drawings.queries.sheets import RenditionView, revision_for
from app.files.names import safe_name
from app.kernel.actor import Actor
from app.kernel.errors import BUSY, NOT_FOUND, Refused, declare
from app.kernel.labels import Label
from app.markups.actions.marks import drawing_seat
from app.markups.actions.photos import PlacePhoto, StoredPhoto, place_photo
from app.markups.actions.refusals import PHOTO_TOO_LARGE
from app.markups.file_reasons import ANNOTATED, NOT_ANNOTATED, PHOTO_REFUSED, PHOTOS, unreadable
from app.markups.importing import Candidate, PageMatch, candidates, match_page
from app.markups.queries.carries import Pair
from app.markups.rules import MOST_PHOTO_BYTES
from app.markups.visibility import revision_seen
from storage.errors import NotFound
from viewers.render.compare.values import Comparison
from viewers.render.errors import RenderError, RenderRefused
from viewers.render.manifest import runs_from_json
from viewers.render.photo_sizes import PICTURES

CHUNK = 1 << 20
MOST_ANNOTATED_BYTES = 256 << 20
FILE_TOO_LARGE = declare(
    "annotated-file-too-large",
    413,
    "文件超过 {most} MB。",
    "The file has more than {most} MB.",
    "请只保存这一张图纸的页面后再上传。",
    "Save the page of this sheet alone, and send that.",
)
ANOTHER_SHEET = declare(
    "annotated-another-sheet",
    422,
    "文件中没有这张图纸的页面：{reason_zh}。",
    "No page of this file is this sheet: {reason_en}.",
    "请打开对应的图纸和版次后再导入。",
    "Open the sheet and revision that were annotated, and import there.",
)
OTHER_WORDS = Label("图幅相符，但文字不同", "a page has its size, but not its words")
OTHER_SIZE = Label("没有图幅相同的页面", "none has its size")


def kept_comparisons(room: ReadingRoom, pairs: Iterable[Pair]) -> dict[str, Comparison]:
    """By older revision, what is known already of how it differs from the newer; computes nothing."""
    found = {}
    for pair in pairs:
        if pair.before is None or pair.after is None:
            continue
        known = kept_comparison(room, pair.before, pair.after)
        if known is not None:
            found[pair.revision_id] = known
    return found


# -- photos ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SentPhoto:
    """A photo as it arrives: where it belongs, and its bytes."""

    revision_id: str
    x: int
    y: int
    file_name: str
    chunks: Iterable[bytes]
    text: str
    colour: str
    audience: str
    key: str


def take_photo(room: ReadingRoom, actor: Actor, sent: SentPhoto) -> str:
    """Read a photo in a jailed child, store its bytes as they are, and place it; returns the mark's id.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``photo-refused``; ``photo-too-large``; ``busy``; ``invalid-input``.
    """
    may_draw_on(room, actor, sent.revision_id)
    photo = store_photo(room, sent.file_name, sent.chunks)
    command = PlacePhoto(
        sent.revision_id, sent.x, sent.y, photo, sent.text, sent.colour, sent.audience, sent.key
    )
    with room.database.write(actor) as tx:
        return place_photo(tx, command)


def store_photo(room: ReadingRoom, file_name: str, chunks: Iterable[bytes]) -> StoredPhoto:
    """Read a photo in a jailed child and store its bytes as they are, with its small pictures.

    Raises:
        Refused: ``photo-refused``; ``photo-too-large``; ``busy``.
    """
    with _spooled(room, chunks, MOST_PHOTO_BYTES, PHOTO_TOO_LARGE) as (path, _):
        out = path.parent / "out"
        try:
            width, height, kind = room.renderer.photo(path, out)
        except RenderError as error:
            raise unreadable(PHOTO_REFUSED, PHOTOS, error) from error
        with path.open("rb") as stream:
            stored = room.store.put(iter(lambda: stream.read(CHUNK), b""), size_limit=MOST_PHOTO_BYTES)
        for name in PICTURES:
            room.derived.keep(stored.sha256, f"photo/{name}", (out / name).read_bytes())
    return StoredPhoto(
        stored.sha256, stored.sm3, stored.size, kind, safe_name(file_name or "photo"), width, height
    )


def photo_picture(room: ReadingRoom, sha256: str, name: str) -> bytes:
    """A small picture of a stored photo: upright, without the metadata of the file; made again where it is missing.

    Raises:
        Refused: ``not-found``; ``busy``.
    """
    kept = room.derived.named(sha256, f"photo/{name}")
    if kept is not None:
        return kept
    with tempfile.TemporaryDirectory(dir=room.scratch, prefix="photo-") as folder:
        out = Path(folder) / "out"
        try:
            with room.copies.object(sha256) as path:
                room.renderer.photo(path, out)
        except (RenderRefused, NotFound) as error:
            raise Refused(NOT_FOUND) from error
        except RenderError as error:
            raise Refused(BUSY) from error
        made = {each: (out / each).read_bytes() for each in PICTURES}
    for each, data in made.items():
        room.derived.keep(sha256, f"photo/{each}", data)
    return made[name]


# -- annotations of other programs -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReadFile:
    """What an annotated file holds for one revision."""

    sha256: str
    match: PageMatch
    candidates: Sequence[Candidate]
    pages: int
    elsewhere: int
    """Annotations on other pages: not looked at."""
    is_cut: bool
    """The page has more than are taken."""


def read_annotated(room: ReadingRoom, actor: Actor, revision_id: str, chunks: Iterable[bytes]) -> ReadFile:
    """Read what other programs drew on a copy of a sheet; nothing is stored.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``annotated-file-too-large``; ``annotated-file-unreadable``;
            ``annotated-another-sheet``; ``busy``.
    """
    shown = may_draw_on(room, actor, revision_id)
    manifest = room.derived.manifest(shown.manifest_of) if shown else None
    if shown is None or manifest is None or shown.manifest_page >= len(manifest.pages):
        raise Refused(NOT_FOUND)
    page = manifest.pages[shown.manifest_page]
    words = room.derived.member(shown.manifest_of, shown.manifest_page, "text.json")
    with _spooled(room, chunks, MOST_ANNOTATED_BYTES, FILE_TOO_LARGE) as (path, sha256):
        try:
            read = room.renderer.annotations(path, path.parent / "out")
        except RenderError as error:
            raise unreadable(NOT_ANNOTATED, ANNOTATED, error) from error
    match = match_page(read, page, runs_from_json(words.decode()) if words else [])
    if match.page is None:
        why = OTHER_WORDS if match.has_size else OTHER_SIZE
        raise Refused(ANOTHER_SHEET, reason_zh=why.zh, reason_en=why.en)
    chosen = read.pages[match.page]
    elsewhere = sum(len(p.found) for n, p in enumerate(read.pages) if n != match.page)
    return ReadFile(
        sha256, match, candidates(chosen), len(read.pages) + read.left_out, elsewhere, chosen.is_cut
    )


def may_draw_on(room: ReadingRoom, actor: Actor, revision_id: str) -> RenditionView | None:
    """Refuse before a byte is read; the rendition that the viewer shows.

    Raises:
        Refused: ``not-found``; ``forbidden``.
    """
    with room.database.read() as session:
        rights = rights_of(session, actor, room.database.clock.now())
        drawing_seat(rights, revision_seen(session, rights, revision_id))
        return revision_for(session, rights, revision_id)[1].shown


@contextlib.contextmanager
def _spooled(
    room: ReadingRoom, chunks: Iterable[bytes], most: int, too_large: str
) -> Iterator[tuple[Path, str]]:
    """The bytes in a file of their own, and their digest."""
    digest, size = hashlib.sha256(), 0
    with tempfile.TemporaryDirectory(dir=room.scratch, prefix="sent-") as folder:
        path = Path(folder) / "file"
        with path.open("wb") as stream:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise Refused(too_large, most=most >> 20)
                digest.update(chunk)
                stream.write(chunk)
        yield path, digest.hexdigest()
