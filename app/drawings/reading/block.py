"""Where the title block is: labels that stand together, most and weightiest, nearest to the lower right."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.drawings.reading.fitting import pick
from app.drawings.reading.layout import Run, View
from app.drawings.reading.page import Box, around
from app.drawings.reading.vocabulary import SIGNERS, TABLE_WORDS, LabelWord, read_label, word_key

MAX_LABELS = 200
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
_TYPED = {"number", "scale", "date", "revision"}
_WEIGHTY = {"number", "title", "project_name", "job_no", "design_org", "owner_org"}
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
        if word is not None and _is_announced(word, run):
            found.append(Label(run, word, word.field))
    if len(found) > MAX_LABELS:
        found.sort(key=lambda n: n.run.cy - n.run.cx)
        found = found[:MAX_LABELS]
    _mark_tables(found)
    return found


def _is_announced(word: LabelWord, run: Run) -> bool:
    """A label and its value in one run: by a colon, by words that mean nothing else, or by a value of its kind."""
    if not word.rest or word.has_colon:
        return True
    rest = Run(word.rest, *run.box)
    picked = pick(word.field, [rest]) if word.field in _TYPED or word.is_sure else None
    return picked is not None and picked.fit > 0.99


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
        if i < len(row) and row[i].run.x0 - row[i - 1].run.x1 < _WIDE:
            continue
        part = row[start:i]
        start = i
        fields = {n.word.field for n in part if not n.word.rest}
        strange = sum(2 if word_key(n.run.text) in TABLE_WORDS else 1 for n in part if not n.word.field)
        is_list = {"number", "title"} <= fields
        if strange >= 2:
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
    groups = _groups([n for n in labels if n.field], reach)
    scored = [(score, group) for group in groups if (score := _score(group, view)) is not None]
    if not scored:
        return None
    score, best = max(scored, key=lambda s: s[0])
    block = Block(view, list(best), _box(best), score, list(labels))
    for group in sorted(groups, key=len, reverse=True):
        if group is not best and _is_same_strip(block, group):
            block.labels += [n for n in group if n.field not in {k.field for k in best}]
            block.box = _box(block.labels)
    return block


def _box(group: Sequence[Label]) -> Box:
    return around([n.run.box for n in group]) or (0, 0, 0, 0)


def _is_same_strip(block: Block, group: Sequence[Label]) -> bool:
    """A part of a long block: in one row with it along the lower border, or in one column along the right one."""
    if not {n.field for n in group} & _WEIGHTY:
        return False
    view, a, b = block.view, block.box, _box(group)
    in_row = a[1] <= b[3] and b[1] <= a[3] and max(a[3], b[3]) < 0.25 * view.height
    in_column = a[0] <= b[2] and b[0] <= a[2] and min(a[0], b[0]) > 0.75 * view.width
    return in_row or in_column


def _score(group: Sequence[Label], view: View) -> float | None:
    fields = {n.field for n in group}
    score = sum(_WEIGHT.get(f, 0.4) for f in fields)
    if score < _LEAST or not fields & {"number", "title", "project_name", "job_no", "design_org"}:
        return None
    # Many labels of one kind are a table of the drawing, not a block.
    score -= 0.5 * max(0, len(group) - 2 * len(fields))
    box = _box(group)
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
