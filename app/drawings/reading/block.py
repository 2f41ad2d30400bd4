"""Where the title block is: labels that stand together, most and weightiest, nearest to the lower right."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.drawings.reading.layout import Run, View
from app.drawings.reading.page import Box, around
from app.drawings.reading.vocabulary import SIGNERS, LabelWord, read_label

MAX_LABELS = 600
_WEIGHT = {
    "number": 3.0,
    "title": 3.0,
    "job_no": 2.0,
    "project_name": 2.0,
    "scale": 1.5,
    "stage": 1.5,
    "design_org": 1.5,
    "owner_org": 1.0,
    "date": 1.0,
    "revision": 1.0,
    "discipline": 1.0,
    "building_name": 1.5,
}
_LEAST = 2.4
_WIDE = 80_000
"""Labels of one block may be this far apart in a row: a title between them leaves room (um)."""


@dataclass(eq=False)
class Label:
    """A label on the page; ``field`` is empty where its row is the header of another table."""

    run: Run
    word: LabelWord
    field: str


@dataclass
class Block:
    """Labels of one title block in one view."""

    view: View
    labels: list[Label]
    box: Box
    score: float
    all_labels: list[Label]


def find_labels(view: View) -> list[Label]:
    """Every label of a view; those nearest to the lower right when there are very many."""
    found = []
    for run in view.runs:
        word = read_label(run.text)
        if word is not None:
            found.append(Label(run, word, word.field))
    if len(found) > MAX_LABELS:
        found.sort(key=lambda n: n.run.cy - n.run.cx)
        found = found[:MAX_LABELS]
    _mark_tables(found)
    return found


def _mark_tables(labels: list[Label]) -> None:
    """Headers of co-sign (会签), revision and material tables hold no field of the sheet."""
    by_height = sorted(labels, key=lambda n: n.run.cy)
    row: list[Label] = []
    for label in [*by_height, None]:
        if label is None or (row and abs(label.run.cy - row[0].run.cy) > 0.8 * row[0].run.height):
            _mark_row(row)
            row = []
        if label is not None:
            row.append(label)


def _mark_row(row: list[Label]) -> None:
    """``日期`` beside ``修改内容`` is a column of the revision table; ``专业`` beside ``姓名`` one of the co-signers."""
    row.sort(key=lambda n: n.run.x0)
    start = 0
    for i in range(1, len(row) + 1):
        if i < len(row) and row[i].run.x0 - row[i - 1].run.x1 < 60_000:
            continue
        part = row[start:i]
        start = i
        fields = {n.word.field for n in part if not n.word.rest}
        is_list = {"number", "title"} <= fields and "" in fields
        if "" in fields:
            spoiled = {"date", "revision", "discipline"} | SIGNERS
            if is_list:
                spoiled |= {"number", "title", "paper", "scale"}
            for label in part:
                if label.field in spoiled and not label.word.rest and not label.word.has_colon:
                    label.field = ""


def find_block(view: View, labels: Sequence[Label]) -> Block | None:
    """The best group of labels; None when no group is a title block."""
    if not labels:
        return None
    heights = sorted(n.run.height for n in labels)
    reach = max(20_000, 0.035 * (view.width + view.height), 8 * heights[len(heights) // 2])
    best: Block | None = None
    for group in _groups([n for n in labels if n.field], reach):
        score = _score(group, view)
        if score is not None and (best is None or score > best.score):
            box = around([n.run.box for n in group])
            if box is not None:
                best = Block(view, group, box, score, list(labels))
    return best


def _score(group: Sequence[Label], view: View) -> float | None:
    fields = {n.field for n in group}
    score = sum(_WEIGHT.get(f, 0.4) for f in fields)
    if score < _LEAST or not fields & {"number", "title", "project_name", "job_no", "design_org"}:
        return None
    # Many labels of one kind are a table of the drawing, not a block.
    score -= 0.5 * max(0, len(group) - 2 * len(fields))
    box = around([n.run.box for n in group]) or (0, 0, 0, 0)
    right, low = box[2] / max(view.width, 1), 1 - box[1] / max(view.height, 1)
    return score + 2 * right + 2 * low


def _groups(labels: Sequence[Label], reach: float) -> list[list[Label]]:
    parent = list(range(len(labels)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, a in enumerate(labels):
        for j in range(i):
            b = labels[j].run
            gap_x = max(a.run.x0 - b.x1, b.x0 - a.run.x1)
            gap_y = max(a.run.y0 - b.y1, b.y0 - a.run.y1)
            if gap_x < max(_WIDE, 2 * reach) and gap_y < reach:
                parent[root(i)] = root(j)
    groups: dict[int, list[Label]] = {}
    for i, label in enumerate(labels):
        groups.setdefault(root(i), []).append(label)
    return list(groups.values())
