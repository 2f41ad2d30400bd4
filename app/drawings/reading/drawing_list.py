"""Read a drawing list (图纸目录): a header row of known words, columns under it, one row per sheet number."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.drawings.reading.cells import Rules
from app.drawings.reading.layout import Run, View, join_lines, rows_of, views
from app.drawings.reading.page import ListRow, PageContent
from app.drawings.reading.values import clean_number, number_fit, number_from_file_name
from app.drawings.reading.vocabulary import LIST_WORDS, word_key

MAX_RUNS = 4_000
"""A page with more runs is a drawing."""
_LEAST_ROWS = 2
_LEAST_FILES = 3
_PLAIN = frozenset(map(word_key, ("编号", "名称", "number", "name", "title", "description", "nimetus")))
_FAR_HEADER = 90_000
_ROW_REACH = 30_000


@dataclass(frozen=True)
class _Column:
    """A column between x0 and x1; ``x0`` may be of a ruled line or of the header word."""

    name: str
    x0: int
    x1: int


@dataclass(frozen=True)
class _Table:
    columns: tuple[_Column, ...]
    top: int
    ruled: bool


def read_drawing_list(page: PageContent) -> list[ListRow] | None:
    """The rows of a drawing list in their order, or None when the page is not one.

    Both forms are read: columns for number and title (Chinese and Western), and lists of file names whose names
    carry the number. A page that only continues such a list of file names has no header and is still read.
    """
    if not page.text_usable or len(page.runs) > MAX_RUNS:
        return None
    for view in views(page):
        rows: list[ListRow] = []
        for table in _tables(view):
            rows += _read_table(view, table)
        if len(rows) >= _LEAST_ROWS:
            return _counted(rows)
        files = _file_names(view)
        if len(files) >= _LEAST_FILES:
            return _counted(files)
    return None


def _counted(rows: Sequence[ListRow]) -> list[ListRow]:
    """Serials as printed when they are all there and rise, else counted."""
    printed = [r.position for r in rows]
    if all(p > 0 for p in printed) and printed == sorted(set(printed)):
        return list(rows)
    return [
        ListRow(r.number, r.title, r.paper, r.revision, r.note, place)
        for place, r in enumerate(rows, start=1)
    ]


# -- the header -----------------------------------------------------------------------------------------------------


def _tables(view: View) -> list[_Table]:
    """Every header row that has a number and a title (or a file name); two lists may stand side by side."""
    words = [(LIST_WORDS[key], r) for r in view.runs if (key := word_key(r.text)) in LIST_WORDS]
    words.sort(key=lambda w: (-w[1].cy, w[1].x0))
    tables: list[_Table] = []
    row: list[tuple[str, Run]] = []
    for word in words:
        if row and abs(row[0][1].cy - word[1].cy) > 1.2 * max(row[0][1].height, word[1].height):
            tables += _split_header(view, row)
            row = []
        row.append(word)
    tables += _split_header(view, row)
    return tables


def _split_header(view: View, row: Sequence[tuple[str, Run]]) -> list[_Table]:
    """One row of header words to tables; a repeated word or a wide gap begins the next one."""
    groups: list[list[tuple[str, Run]]] = []
    for name, run in sorted(row, key=lambda w: w[1].x0):
        names = {n for n, _ in groups[-1]} if groups else set()
        if not groups or name in names or run.x0 - groups[-1][-1][1].x1 > _FAR_HEADER:
            groups.append([])
        groups[-1].append((name, run))
    found = []
    for group in groups:
        resolved = _resolved(group)
        names = {n for n, _ in resolved}
        if ({"number", "title"} <= names and _is_of_drawings(resolved)) or "file" in names:
            found.append(_table(view, resolved))
    return found


def _is_of_drawings(group: Sequence[tuple[str, Run]]) -> bool:
    """``编号 名称`` or ``Number Name`` head many tables; a word of drawings, a paper size or a revision must be there."""
    plain = all(word_key(r.text) in _PLAIN for n, r in group if n in {"number", "title"})
    return not plain or any(n in {"paper", "revision"} for n, _ in group)


def _resolved(group: list[tuple[str, Run]]) -> list[tuple[str, Run]]:
    """``Number`` and ``名称`` mean many things; a file column makes a plain ``Nr`` beside it a section, not a number."""
    names = {n for n, _ in group}
    if "file" in names and "number" not in names:
        return [(("section" if n == "title" else n), r) for n, r in group]
    return group


def _table(view: View, group: Sequence[tuple[str, Run]]) -> _Table:
    high = max(r.height for _, r in group)
    first, last = group[0][1], group[-1][1]
    region = (first.x0 - 60_000, first.y0 - high, last.x1 + 150_000, first.y1 + high)
    uprights = Rules(view.lines, region).uprights_through(first.cy)
    columns = []
    for name, run in group:
        left = max((x for x in uprights if x <= run.cx), default=None)
        right = min((x for x in uprights if x > run.cx), default=None)
        columns.append((name, run, left, right))
    top = min(r.y0 for _, r in group)
    ruled = all(c[2] is not None and c[3] is not None for c in columns)
    distinct = len({c[2] for c in columns}) == len(columns)
    if ruled and distinct:
        made = tuple(_Column(n, left or 0, right or 0) for n, _, left, right in columns)
        return _Table(made, top, ruled=True)
    return _Table(tuple(_Column(n, r.x0, r.x1) for n, r, _, _ in columns), top, ruled=False)


# -- the rows -----------------------------------------------------------------------------------------------------------


def _read_table(view: View, table: _Table) -> list[ListRow]:
    runs = [r for r in view.runs if r.y1 <= table.top + r.height // 2]
    columns: dict[str, list[Run]] = {c.name: [] for c in table.columns}
    for run in runs:
        name = _column_of(run, table)
        if name is not None:
            columns[name].append(run)
    if "number" not in columns:
        named = [_file_row(r.text) for r in sorted(columns.get("file", []), key=lambda r: -r.cy)]
        return [r for r in named if r is not None]
    anchors = _anchors(columns["number"], table.top)
    if not anchors:
        return []
    parts = {
        name: _dealt(found, anchors) for name, found in columns.items() if name not in {"number", "section"}
    }
    rows = []
    for place, anchor in enumerate(anchors):
        cell = {name: join_lines([r.text for r in rows_of(dealt[place])]) for name, dealt in parts.items()}
        number = clean_number(anchor.text)
        kind = cell.get("kind", "")
        if re.fullmatch(r"\d{1,4}[A-Za-z]?", number) and re.fullmatch(r"[\u3400-\u9fff]{1,5}施", kind):
            number = f"{kind}-{number}"
        serial = re.fullmatch(r"\s*(\d{1,4})\s*", cell.get("position", ""))
        rows.append(
            ListRow(
                number,
                cell.get("title", ""),
                cell.get("paper", ""),
                cell.get("revision", ""),
                cell.get("note", ""),
                int(serial[1]) if serial else 0,
            )
        )
    return [r for r in rows if r.title]


def _column_of(run: Run, table: _Table) -> str | None:
    """By the ruled lines, else by the header word it stands under, else by the last word that begins left of it."""
    if table.ruled:
        return next((c.name for c in table.columns if c.x0 <= run.cx <= c.x1), None)
    over = [(min(run.x1, c.x1) - max(run.x0, c.x0), c) for c in table.columns]
    best = max(over, key=lambda o: o[0])
    begun = [c for c in table.columns if c.x0 <= run.x0 + 2 * run.height]
    if best[0] > 0:
        # A long title reaches under the next word: it belongs where it begins.
        return begun[-1].name if begun and sum(o[0] > 0 for o in over) > 1 else best[1].name
    nearest = min(table.columns, key=lambda c: max(c.x0 - run.x1, run.x0 - c.x1))
    gap = max(nearest.x0 - run.x1, run.x0 - nearest.x1)
    return nearest.name if gap < 25_000 else None


def _anchors(runs: Sequence[Run], top: int) -> list[Run]:
    """The numbers of the rows from the top, up to a gap that ends the table."""
    numbers = sorted(
        (r for r in rows_of(runs) if number_fit(r.text) > 0.5 and r.text.lower() not in LIST_WORDS),
        key=lambda r: -r.cy,
    )
    kept: list[Run] = []
    steps: list[int] = []
    last = top
    for run in numbers:
        step = last - run.cy
        usual = sorted(steps)[len(steps) // 2] if steps else _ROW_REACH
        if step > max(5 * usual, _ROW_REACH):
            break
        if kept:
            steps.append(step)
        kept.append(run)
        last = run.cy
    return kept


def _dealt(runs: Sequence[Run], anchors: Sequence[Run]) -> list[list[Run]]:
    """Runs of a column given to the nearest row, not farther than a row is high."""
    dealt: list[list[Run]] = [[] for _ in anchors]
    heights = [a.cy - b.cy for a, b in pairwise(anchors)]
    reach = 0.75 * (sorted(heights)[len(heights) // 2] if heights else 12_000)
    place = 0
    for run in sorted(runs, key=lambda r: -r.cy):
        while place + 1 < len(anchors) and abs(anchors[place + 1].cy - run.cy) < abs(
            anchors[place].cy - run.cy
        ):
            place += 1
        if abs(anchors[place].cy - run.cy) <= max(reach, run.height):
            dealt[place].append(run)
    return dealt


# -- lists of file names ---------------------------------------------------------------------------------------------


def _file_names(view: View) -> list[ListRow]:
    """File names one under another, from the same left end: a list, or the next page of one."""
    named = [(r, row) for r in view.runs if "_" in r.text and (row := _file_row(r.text)) is not None]
    if not named:
        return []
    left, _ = Counter(r.x0 // 1_000 for r, _ in named).most_common(1)[0]
    column = [(r, row) for r, row in named if abs(r.x0 // 1_000 - left) <= 1]
    return [row for _, row in sorted(column, key=lambda n: -n[0].cy)]


def _file_row(text: str) -> ListRow | None:
    told = number_from_file_name(text)
    return ListRow(told[0], told[1], revision=told[2]) if told and told[1] else None
