"""Making a file ready for its seals, from the product's side: no parser runs here, a locked child does the work.

What comes back is checked as far as that goes without reading the file; a child that dies, stalls, takes too much or
answers nonsense gives a refusal, and never a half file.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.kernel.errors import Refused
from app.kernel.labels import Label
from app.seals.jailing import READY, ask_child
from app.seals.sealing.fields import Field, must_be_plain
from app.seals.sealing.places import Instead, Layout, Placed, Wish
from app.seals.sealing.preparing import TAKEN_LABELS, UNREADABLE, Taken
from app.seals.sealing.refusals import (
    ALREADY_SEALED,
    NOT_HARMLESS,
    READY_BROKE,
    READY_TOO_LARGE,
    READY_TOO_SLOW,
)
from viewers.render.errors import RenderError, RenderTimeout
from viewers.render.sandbox import Limits

LIMITS = Limits(page_cpu=60, total_cpu=240, memory=3 << 30)
WALL = 300.0
"""Seconds after which a child is killed."""
_MOST_PAGES = 100_000
_MOST_FONTS = 2_000
_ITS_OWN = (ALREADY_SEALED, NOT_HARMLESS)
"""Refusals that a child may name; of anything else it says, it broke."""
_TOO_SLOW = ("render-timeout", "over-cpu")
_UNREADABLE = ("pdf-unreadable", "page-unreadable", "no-such-page", "too-many-pages", "pdf-encrypted")


@dataclass(frozen=True)
class Ready:
    """A file that is ready for its first seal, with empty fields for all it will carry."""

    sha256: str
    size: int
    pages: int
    taken: tuple[Taken, ...]
    """What was taken out."""
    loose_fonts: tuple[str, ...]
    """Fonts the file names and does not carry: each reader shows its own letters for them."""
    layout: Layout
    """Where the seals will stand on the first page; what found no room is ``missing`` and has no field."""
    margin_mm: float
    """So much longer is the page at its foot; 0 where no margin was needed or allowed."""


def ready_file(
    source: Path,
    target: Path,
    wishes: Sequence[Wish],
    *,
    may_add_margin: bool,
    limits: Limits = LIMITS,
    wall: float = WALL,
) -> Ready:
    """Make a file ready, find places for all its seals and make their fields, in a child of its own.

    Args:
        source: any PDF; only an open descriptor of it goes to the child.
        target: the result; whole or not there.
        wishes: every seal that the file will ever carry.
        may_add_margin: where the sheet has no room, it may grow at its foot.
        limits: what the child may use.
        wall: seconds on the clock until it is killed.

    Raises:
        Refused: ``pdf-already-sealed``, ``pdf-cannot-be-made-harmless``, ``seal-ready-broke``,
            ``seal-ready-too-slow``, ``seal-ready-too-large``.
        ValueError: names of wishes that are not unique and plain.
    """
    must_be_plain([wish.name for wish in wishes])
    request = {"wishes": [asdict(wish) for wish in wishes], "may_add_margin": may_add_margin}
    try:
        answer, content = ask_child(READY, request, source, limits, wall)
        ready = _read(answer, content, wishes)
    except RenderError as error:
        raise _refusal(error) from error
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(READY_BROKE) from error
    _write(target, content)
    return ready


def _write(target: Path, content: bytes) -> None:
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _refusal(error: RenderError) -> Refused:
    """Why the child did not answer, or what it refused."""
    if error.code in _ITS_OWN:
        words = error.detail.get("words")
        what = _label(words.get("what")) if isinstance(words, dict) else None
        return Refused(error.code, what=what or UNREADABLE)
    if error.code in _UNREADABLE:
        return Refused(NOT_HARMLESS, what=UNREADABLE)
    if isinstance(error, RenderTimeout) or error.code in _TOO_SLOW:
        return Refused(READY_TOO_SLOW)
    return Refused(READY_TOO_LARGE if error.code == "over-memory" else READY_BROKE)


def _label(words: Any) -> Label | None:
    """Two short texts, or nothing."""
    if not isinstance(words, list) or len(words) != 2:
        return None
    zh, en = (str(one)[:300] for one in words)
    return Label(zh, en)


def _read(answer: Mapping[str, Any], content: bytes, wishes: Sequence[Wish]) -> Ready:
    """What the child says, held against what it can honestly say.

    Raises:
        KeyError, TypeError, ValueError: nonsense.
    """
    pages, fonts = answer["pages"], answer["loose_fonts"]
    if not content.startswith(b"%PDF-") or not isinstance(pages, int) or not 0 < pages < _MOST_PAGES:
        raise ValueError("no file")
    if not isinstance(fonts, list) or len(fonts) > _MOST_FONTS:
        raise ValueError("fonts")
    taken = tuple(Taken(str(code), int(count)) for code, count in answer["taken"])
    if any(one.code not in TAKEN_LABELS or one.count < 1 for one in taken):
        raise ValueError("taken")
    return Ready(
        hashlib.sha256(content).hexdigest(),
        len(content),
        pages,
        taken,
        tuple(str(name)[:200] for name in fonts),
        _layout(answer["layout"], wishes),
        _millimetres(answer["margin_mm"]),
    )


def _layout(data: Mapping[str, Any], wishes: Sequence[Wish]) -> Layout:
    known = {wish.name: wish for wish in wishes}
    placed = tuple(_placed(one, known) for one in data["placed"])
    missing = tuple(known[name] for name in data["missing"])
    if sorted([*(one.field.name for one in placed), *(wish.name for wish in missing)]) != sorted(known):
        raise ValueError("not what was wished")
    instead = Instead(data["instead"]) if data["instead"] is not None else None
    if bool(missing) != (instead is not None):
        raise ValueError("nothing instead of what is missing")
    return Layout(placed, missing, instead, _millimetres(data["strip_mm"]))


def _placed(data: Mapping[str, Any], known: Mapping[str, Wish]) -> Placed:
    wish, field = known[data["field"]["name"]], data["field"]
    x0, y0, x1, y1 = (_number(value) for value in field["box"])
    x, y, wide, tall = (_millimetres(data[key]) for key in ("x_mm", "y_mm", "width_mm", "height_mm"))
    if not (x0 < x1 and y0 < y1):
        raise ValueError("no box")
    made = Field(wish.name, wish.kind, (x0, y0, x1, y1), 0, wish.is_last)
    return Placed(made, x, y, wide, tall, is_full_size=bool(data["is_full_size"]))


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(value)
    return float(value)


def _millimetres(value: Any) -> float:
    """A length that a sheet can have."""
    found = _number(value)
    if not 0 <= found <= 20_000:
        raise ValueError(value)
    return found
