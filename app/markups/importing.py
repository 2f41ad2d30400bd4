"""Annotations of an uploaded PDF as marks: which page is meant, what becomes what, and what is known already."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from app.kernel.ledger.canonical import canonical_bytes
from app.kernel.text import clean, printable
from app.markups.geometry import box_of
from app.markups.rules import FARTHEST_UM, INKS, MOST_TEXT, Colour
from viewers.render.manifest import Page, TextRun
from viewers.render.marks.annotations_wire import AnnotatedFile, AnnotatedPage, Annotation

SIZE_UM = 3_000
"""A page of the same sheet may differ by this much."""
FEWEST_WORDS = 8
"""With fewer words a page cannot be told from another."""
SURE, POSSIBLE = 0.6, 0.25
"""Share of the sheet's words that the page must have: below the second it is another sheet."""
OURS = "oneset-"
"""Names of annotations that we wrote ourselves (``viewers/render/marks/compose.py``)."""
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z|([+-])(\d\d)'?(\d\d)?'?)?", re.ASCII)


@dataclass(frozen=True)
class PageMatch:
    """Which page of the file is the sheet, and how sure that is."""

    page: int | None
    """From 0; None: none is."""
    share: float | None
    """Of the sheet's words that are on it; None: not to be told."""
    has_size: bool
    """A page of the sheet's size exists."""

    @property
    def is_unsure(self) -> bool:
        """It has the size, but its words do not show that it is this sheet."""
        return self.page is not None and (self.share is None or self.share < SURE)


@dataclass(frozen=True)
class ImportedReply:
    """A reply as stated by the file."""

    text: str
    author: str
    at: str
    key: str


@dataclass(frozen=True)
class Candidate:
    """An annotation: with ``why`` it cannot be brought in, else it is a mark to be."""

    key: str
    subtype: str
    kind: str
    anchor: dict[str, Any]
    shape: dict[str, Any]
    colour: str
    text: str
    author: str
    at: str
    replies: tuple[ImportedReply, ...]
    why: str
    note: str
    ours: str
    """Of an annotation that we wrote: the mark it is."""


def match_page(file: AnnotatedFile, page: Page, runs: Sequence[TextRun]) -> PageMatch:
    """The page that is this sheet: of its size, and with most of its words."""
    sized = [n for n, p in enumerate(file.pages) if _has_size(p, page)]
    wanted = Counter(word for run in runs for word in _words(run.text))
    best: tuple[float, int] | None = None
    for n in sized:
        have = Counter(word for text in file.pages[n].words for word in _words(text))
        share = sum((wanted & have).values()) / max(1, wanted.total())
        best = max(best or (-1.0, 0), (share, -n))
    if best is None:
        return PageMatch(None, None, has_size=False)
    if wanted.total() < FEWEST_WORDS:
        return PageMatch(sized[0], None, has_size=True)
    share, n = best[0], -best[1]
    return PageMatch(n if share >= POSSIBLE else None, share, has_size=True)


def candidates(page: AnnotatedPage) -> list[Candidate]:
    """Every annotation of a page, in its order."""
    return [_candidate(found) for found in page.found]


def stated_time(raw: str) -> str:
    """A PDF date (ISO 32000-2, 7.9.4) as ``2024-05-12 14:30 +08:00``; empty where it is none."""
    found = _DATE.match(raw)
    if found is None:
        return ""
    year, month, day, hour, minute, second = (
        int(v) if v else d for v, d in zip(found.groups()[:6], (0, 1, 1, 0, 0, 0), strict=True)
    )
    sign, off_hours, off_minutes = found.groups()[6:]
    try:
        if found.group(4) is None:
            return datetime(year, month, day).strftime("%Y-%m-%d")  # noqa: DTZ001 - a day, as stated
        at = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - as stated, zone or none
        if sign is None:
            return at.strftime("%Y-%m-%d %H:%M")
        offset = timedelta(hours=int(off_hours), minutes=int(off_minutes or 0))
        zoned = at.replace(tzinfo=timezone(offset if sign == "+" else -offset))
    except ValueError:
        return ""
    return zoned.strftime("%Y-%m-%d %H:%M %z")


def nearest_colour(raw: str) -> Colour:
    """The colour of the palette that comes nearest; red where there is none."""
    if not re.fullmatch(r"#[0-9a-f]{6}", raw):
        return Colour.RED
    wanted = _rgb(raw)
    return min(INKS, key=lambda c: sum((a - b) ** 2 for a, b in zip(wanted, _rgb(INKS[c]), strict=True)))


def plain_text(raw: str, most: int = MOST_TEXT) -> str:
    """Text of a stranger: lines kept, what cannot be printed dropped, cut where it is too long."""
    lines = [printable(line) for line in re.split(r"\r\n|[\r\n]", raw)]
    text = "\n".join(lines).strip()
    return text if len(text) <= most else text[: most - 1] + "…"


def _candidate(found: Annotation) -> Candidate:
    paths, why = [[list(p) for p in path] for path in found.paths], found.why
    points = [v for path in paths for p in path for v in p]
    if not why and any(abs(v) > FARTHEST_UM for v in points):
        why = "off-the-sheet"
    text = plain_text(found.text)
    if not why and found.kind == "text" and not text:
        why = "no-text"
    shape: dict[str, Any] = {"paths": paths} | ({"size": found.size} if found.kind == "text" else {})
    anchor = _anchor(shape) if not why else {}
    replies = tuple(
        ImportedReply(
            plain_text(r.text),
            plain_text(r.author, 200),
            stated_time(r.at),
            _key(r.name, r.author, r.at, r.text),
        )
        for r in found.replies
        if plain_text(r.text) and not r.name.startswith(OURS)
    )
    note = found.note or ("text-cut" if len(found.text) > MOST_TEXT else "")
    return Candidate(
        key=_key(found.name, found.subtype, found.paths, found.text, found.author, found.at),
        subtype=found.subtype,
        kind=found.kind,
        anchor=anchor,
        shape=shape,
        colour=nearest_colour(found.colour),
        text=text,
        author=plain_text(found.author, 200),
        at=stated_time(found.at),
        replies=replies,
        why=why,
        note=note,
        ours=found.name.removeprefix(OURS) if found.name.startswith(OURS) else "",
    )


def _anchor(shape: dict[str, Any]) -> dict[str, Any]:
    x0, y0, x1, y1 = box_of({}, shape)
    if x0 == x1 and y0 == y1:
        return {"type": "point", "x": x0, "y": y0}
    return {"type": "region", "x0": x0, "y0": y0, "x1": x1, "y1": y1}


def _key(*parts: Any) -> str:
    """The same for the same annotation, in whichever copy of the file it stands."""
    return hashlib.sha256(canonical_bytes({"v": 1, "of": list(parts)})).hexdigest()[:32]


def _has_size(found: AnnotatedPage, page: Page) -> bool:
    return abs(found.width_um - page.width_um) <= SIZE_UM and abs(found.height_um - page.height_um) <= SIZE_UM


def _words(text: str) -> list[str]:
    return clean(text).casefold().split()


def _rgb(ink: str) -> tuple[int, ...]:
    return tuple(int(ink[n : n + 2], 16) for n in (1, 3, 5))
