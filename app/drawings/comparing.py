"""What differs between two renditions: taken from the derived files, or found by a child process and kept there."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.drawings.flows import ReadingRoom
from app.drawings.queries.sheets import RenditionView
from app.drawings.rules import CAD_KINDS
from app.kernel.errors import BUSY, NOT_FOUND, Refused
from storage.errors import NotFound
from viewers.render.compare.values import ENGINE, Comparison, not_comparable
from viewers.render.errors import RenderCrashed, RenderRefused, RenderTimeout
from viewers.render.manifest import SourceKind


@dataclass(frozen=True)
class _Place:
    """Where a rendition's picture comes from: an object, what it is, and the page in it."""

    sha256: str
    page: int
    kind: SourceKind


def compare_renditions(room: ReadingRoom, before: RenditionView, after: RenditionView) -> Comparison:
    """What differs between two renditions that the caller may read.

    Two CAD files are compared by entity, anything else by its PDF or its vector view. An answer is kept for the pair
    of bytes, pages and the engine's version; a file that is the reason why there is none ("not comparable because ...")
    is an answer too. Nothing is kept when the child died or was too slow.

    Raises:
        Refused: ``not-found`` when a rendition was never read; ``busy`` when the child died.
    """
    one, other = _place(room, before), _place(room, after)
    name = _name(one, other)
    kept = room.derived.named(one.sha256, name)
    if kept is not None:
        return Comparison.from_json(kept.decode())
    try:
        found = _compare(room, one, other)
    except RenderRefused as refusal:
        found = not_comparable(refusal.code, _plain(refusal))
    except RenderTimeout:
        return not_comparable("compare-timeout")
    except RenderCrashed as crash:
        raise Refused(BUSY) from crash
    except NotFound as error:
        raise Refused(NOT_FOUND) from error
    room.derived.keep(one.sha256, name, found.to_json().encode())
    return found


def kept_comparison(room: ReadingRoom, before: RenditionView, after: RenditionView) -> Comparison | None:
    """What was found out before; None when nobody asked yet. Computes nothing.

    Raises:
        Refused: ``not-found`` when a rendition was never read.
    """
    one, other = _place(room, before), _place(room, after)
    kept = room.derived.named(one.sha256, _name(one, other))
    return Comparison.from_json(kept.decode()) if kept is not None else None


def _name(one: _Place, other: _Place) -> str:
    return f"compare/{one.page}-{other.sha256}-{other.page}-{ENGINE.replace(' ', '-')}.json"


def _place(room: ReadingRoom, shown: RenditionView) -> _Place:
    manifest = room.derived.manifest(shown.manifest_of)
    if manifest is None or shown.manifest_page >= len(manifest.pages):
        raise Refused(NOT_FOUND)
    return _Place(shown.manifest_of, shown.manifest_page, manifest.kind)


def _compare(room: ReadingRoom, one: _Place, other: _Place) -> Comparison:
    if one.kind in CAD_KINDS and other.kind in CAD_KINDS:
        # By entity, unless these bytes alone cannot be read as they were at intake (with their companions): their
        # views can be compared then.
        with contextlib.suppress(RenderRefused):
            return _ask(room, one, other, is_source=True)
    return _ask(room, one, other, is_source=False)


def _ask(room: ReadingRoom, one: _Place, other: _Place, *, is_source: bool) -> Comparison:
    with (
        tempfile.TemporaryDirectory(dir=room.scratch) as folder,
        _file(room, one, is_source=is_source) as before,
        _file(room, other, is_source=is_source) as after,
    ):
        return room.renderer.compare((before, one.page), (after, other.page), Path(folder) / "out")


@contextlib.contextmanager
def _file(room: ReadingRoom, place: _Place, *, is_source: bool) -> Iterator[Path]:
    is_object = is_source or place.kind is SourceKind.PDF
    with room.copies.object(place.sha256) if is_object else room.copies.view(place.sha256) as path:
        yield path


def _plain(refusal: RenderRefused) -> dict[str, object]:
    """What of a refusal's detail may be shown: values, never names of files."""
    return {k: v for k, v in refusal.detail.items() if isinstance(v, int | float) or k in ("kinds", "most")}
