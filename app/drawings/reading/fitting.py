"""How well a text fits a field, and the part of it that is the value."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.drawings.reading.layout import Run, join_lines, rows_of
from app.drawings.reading.values import (
    clean_number,
    is_scale_word,
    number_fit,
    parse_date,
    parse_scale,
    revision_fit,
)

_STAMP = re.compile(
    r"专用章|出图章|审图|资质|有效期|注册|盖章|not for construction|preliminary copy", re.IGNORECASE
)
_LETTERS = re.compile(r"[^\W\d_]")
_MAX_LINES = 6
_CODES = {"number", "revision", "job_no", "archive_no", "building_no", "sheet_index", "sheet_total", "paper"}


@dataclass(frozen=True)
class Picked:
    """The value of a field out of the rows of a cell; ``fit`` 0 to 1."""

    value: str
    fit: float


def pick(field: str, runs: Sequence[Run]) -> Picked | None:
    """The value a cell holds for a field; None when it holds nothing that could be one.

    Where texts are printed over one another (a stamp, a text left behind) one is kept and is hardly believed.
    """
    alone = _not_overprinted(runs)
    picked = _pick(field, rows_of(alone))
    if picked is not None and len(alone) < len(runs) and not _is_clear(field, picked):
        return Picked(picked.value, picked.fit * 0.1)
    return picked


def _is_clear(field: str, picked: Picked) -> bool:
    """A whole sheet number under a stamp's words is still a sheet number."""
    return field == "number" and picked.fit >= 0.9


def _pick(field: str, rows: Sequence[Run]) -> Picked | None:
    if field == "number":
        return _best_row(rows, number_fit, clean_number)
    if field == "revision":
        return _best_row(rows, revision_fit, str.strip)
    if field == "scale":
        return _scale(" ".join(r.text for r in rows))
    if field == "date":
        found = parse_date(" ".join(r.text for r in rows))
        return Picked(found, 1.0 if len(found) == 10 else 0.9) if found else None
    if field in {"sheet_index", "sheet_total"}:
        match = re.search(r"\d{1,4}", rows[0].text) if rows else None
        return Picked(match.group(), 0.8) if match else None
    if field in _CODES:
        return _code(rows)
    return _words(field, rows)


def _best_row(rows: Sequence[Run], fit: Callable[[str], float], clean: Callable[[str], str]) -> Picked | None:
    best: Picked | None = None
    for row in rows:
        picked = Picked(clean(row.text), fit(row.text))
        if picked.fit > 0 and (best is None or picked.fit > best.fit):
            best = picked
    if best is not None and len(rows) > 1:
        best = Picked(best.value, best.fit * 0.96)
    return best


def _scale(text: str) -> Picked | None:
    found = parse_scale(text)
    if found:
        return Picked(",".join(found), 1.0)
    return Picked(text.strip(), 0.9) if is_scale_word(text) else None


def _code(rows: Sequence[Run]) -> Picked | None:
    text = clean_number(rows[0].text) if rows else ""
    if not text or len(text) > 40:
        return None
    return Picked(text, 0.95 if len(rows) == 1 else 0.7)


def _words(field: str, rows: Sequence[Run]) -> Picked | None:
    kept = [r for r in rows if not _STAMP.search(r.text)] or list(rows)
    fit = 1.0
    text = join_lines([r.text for r in kept[:_MAX_LINES]]).strip(" :")
    if not _LETTERS.search(text):
        return None
    if len(text) > 120 or len(kept) > _MAX_LINES:
        fit *= 0.3
    if field == "title" and (number_fit(text) == 1.0 or parse_date(text) or text.startswith(("1:", "M1:"))):
        fit *= 0.5
    return Picked(text, fit)


def _not_overprinted(runs: Sequence[Run]) -> list[Run]:
    """Of texts that lie on one another the first, stamps last."""
    kept: list[Run] = []
    for row in sorted(runs, key=lambda r: _STAMP.search(r.text) is not None):
        if all(_overlap(row, other) < 0.5 for other in kept):
            kept.append(row)
    return kept


def _overlap(a: Run, b: Run) -> float:
    wide = min(a.x1, b.x1) - max(a.x0, b.x0)
    high = min(a.y1, b.y1) - max(a.y0, b.y0)
    if wide <= 0 or high <= 0:
        return 0.0
    smaller = min((a.x1 - a.x0) * a.height, (b.x1 - b.x0) * b.height)
    return wide * high / max(smaller, 1)
