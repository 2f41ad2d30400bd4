"""From lone points and changed texts to regions: gathered, named, judged."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from viewers.render.compare.clusters import cluster
from viewers.render.compare.difference import Difference, Unmatched
from viewers.render.compare.drawn import Drawn, Floats
from viewers.render.compare.entities import moved_entities
from viewers.render.compare.placing import Map, apply_segments, box_under, inverse
from viewers.render.compare.shapes import is_hatch_redrawn, shift_between
from viewers.render.compare.texts import TextChange
from viewers.render.compare.values import Kind, Region, Severity
from viewers.render.manifest import TextRun

REACH = 0.01
"""Changes no farther apart than this share of the long side are one region."""
_LEAST_UM = 500.0
"""Lines shorter than this in all are dust."""
_LEAST_STYLE_UM = 1_500.0
_ROW_UM = 30_000
_MOST_TEXT = 400

_REMOVED, _ADDED, _STYLE, _TEXT = range(4)


@dataclass
class Draft:
    """One place of change while it is judged; all in the sheet space of the second sheet."""

    box: tuple[float, float, float, float]
    removed: npt.NDArray[np.int64]
    """Segments of the first sheet without partner here, each once."""
    added: npt.NDArray[np.int64]
    removed_um: float
    """Lone length outside changed texts."""
    added_um: float
    restyled_um: float
    texts: list[TextChange] = field(default_factory=list)
    kind: Kind = Kind.CHANGED
    severity: Severity = Severity.MAJOR
    why: str = "lines"


def draft_regions(
    difference: Difference, texts: list[TextChange], before: Drawn, after: Drawn, m: Map
) -> list[Draft]:
    """Gather what differs into places and say what happened at each."""
    reach = REACH * max(after.size)
    points, weight, source, number = _all_points(difference, texts, reach)
    places = cluster(points, reach)
    inside = _inside_texts(points, texts)
    moved = apply_segments(m, before.segments)
    drafts = []
    order = np.argsort(places, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(places[order])) + 1) if len(order) else []:
        draft = _draft(members, points, weight, source, number, inside, texts)
        if _is_dust(draft):
            continue
        _name(draft, moved[draft.removed], after.segments[draft.added], difference.cell)
        drafts.append(draft)
    _name_pairs(drafts, moved, after.segments, difference.cell)
    if before.origins and after.origins:
        _name_entities(drafts, before, moved, after, difference.cell)
    return drafts


def _name_entities(drafts: list[Draft], before: Drawn, moved: Floats, after: Drawn, cell: float) -> None:
    """A place where every changed entity is one that moved is moved, whichever way each went."""
    gone = {int(o) for d in drafts for o in np.unique(before.owner[d.removed])}
    come = {int(o) for d in drafts for o in np.unique(after.owner[d.added])}
    left, right = moved_entities(before, moved, after, gone, come, cell)
    for draft in drafts:
        old, new = set(before.owner[draft.removed].tolist()), set(after.owner[draft.added].tolist())
        if (old or new) and old <= left and new <= right and all(t.is_move for t in draft.texts):
            draft.kind, draft.why = Kind.MOVED, "lines"


def _all_points(
    difference: Difference, texts: list[TextChange], reach: float
) -> tuple[Floats, Floats, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    parts = [(difference.removed, _REMOVED), (difference.added, _ADDED), (difference.restyled, _STYLE)]
    points, weight = [p.points for p, _ in parts], [p.weight for p, _ in parts]
    source = [np.full(len(p), code) for p, code in parts]
    number = [p.segment for p, _ in parts]
    for i, change in enumerate(texts):
        for run in (change.before, change.after):
            if run is not None:
                spots = _spots(run, reach / 2)
                points.append(spots)
                weight.append(np.zeros(len(spots)))
                source.append(np.full(len(spots), _TEXT))
                number.append(np.full(len(spots), i))
    return np.concatenate(points), np.concatenate(weight), np.concatenate(source), np.concatenate(number)


def _spots(run: TextRun, step: float) -> Floats:
    """Points all over the box of a run, corners included."""
    columns = int(min(max((run.x1 - run.x0) / step, 1), 400)) + 1
    rows = int(min(max((run.y1 - run.y0) / step, 1), 400)) + 1
    xs, ys = np.meshgrid(np.linspace(run.x0, run.x1, columns), np.linspace(run.y0, run.y1, rows))
    return np.column_stack([xs.ravel(), ys.ravel()]).astype(np.float64)


def _inside_texts(points: Floats, texts: list[TextChange]) -> npt.NDArray[np.bool_]:
    """Points that belong to the outlines of a changed text."""
    inside = np.zeros(len(points), dtype=bool)
    for change in texts:
        for run in (change.before, change.after):
            if run is not None:
                grow = 0.25 * min(run.x1 - run.x0, run.y1 - run.y0) + 200
                inside |= (
                    (points[:, 0] >= run.x0 - grow)
                    & (points[:, 0] <= run.x1 + grow)
                    & (points[:, 1] >= run.y0 - grow)
                    & (points[:, 1] <= run.y1 + grow)
                )
    return inside


def _draft(
    members: npt.NDArray[np.int64],
    points: Floats,
    weight: Floats,
    source: npt.NDArray[np.int64],
    number: npt.NDArray[np.int64],
    inside: npt.NDArray[np.bool_],
    texts: list[TextChange],
) -> Draft:
    here, kinds, outside = points[members], source[members], ~inside[members]
    # What only looks different does not make a region of real change larger.
    real = kinds != _STYLE
    held = here[real] if real.any() else here
    (x0, y0), (x1, y1) = held.min(axis=0), held.max(axis=0)
    lengths = weight[members]
    return Draft(
        (float(x0), float(y0), float(x1), float(y1)),
        np.unique(number[members][(kinds == _REMOVED) & outside]),
        np.unique(number[members][(kinds == _ADDED) & outside]),
        float(lengths[(kinds == _REMOVED) & outside].sum()),
        float(lengths[(kinds == _ADDED) & outside].sum()),
        float(lengths[kinds == _STYLE].sum()),
        [texts[i] for i in np.unique(number[members][kinds == _TEXT])],
    )


def _is_dust(draft: Draft) -> bool:
    return (
        not draft.texts
        and draft.removed_um + draft.added_um < _LEAST_UM
        and draft.restyled_um < _LEAST_STYLE_UM
    )


def _name(draft: Draft, removed: Floats, added: Floats, cell: float) -> None:
    """Kind, severity and reason of one place."""
    has_lines = draft.removed_um + draft.added_um >= _LEAST_UM
    if not has_lines and not draft.texts:
        draft.kind, draft.severity, draft.why = Kind.CHANGED, Severity.MINOR, "style"
        return
    gone = draft.removed_um >= _LEAST_UM or any(t.before for t in draft.texts)
    come = draft.added_um >= _LEAST_UM or any(t.after for t in draft.texts)
    if has_lines and not draft.texts and is_hatch_redrawn(removed, added):
        draft.kind, draft.severity, draft.why = Kind.CHANGED, Severity.MINOR, "hatch"
    elif not has_lines:
        draft.why = "text"
        draft.kind = _kind_of_texts(draft.texts)
    elif gone and come:
        is_moved = all(t.is_move for t in draft.texts) and shift_between(removed, added, cell)
        draft.kind = Kind.MOVED if is_moved else Kind.CHANGED
    else:
        draft.kind = Kind.REMOVED if gone else Kind.ADDED


def _kind_of_texts(texts: list[TextChange]) -> Kind:
    if all(t.is_move for t in texts):
        return Kind.MOVED
    if all(t.before is None for t in texts):
        return Kind.ADDED
    if all(t.after is None for t in texts):
        return Kind.REMOVED
    return Kind.TEXT


def _name_pairs(drafts: list[Draft], moved: Floats, after: Floats, cell: float) -> None:
    """Where something vanished at one place and the same appeared at another, both are moved."""
    gone = [d for d in drafts if d.kind is Kind.REMOVED and len(d.removed)]
    come = [d for d in drafts if d.kind is Kind.ADDED and len(d.added)]
    for old in gone[:200]:
        for new in come[:200]:
            if new.kind is not Kind.ADDED or not _are_alike(old, new):
                continue
            if shift_between(moved[old.removed], after[new.added], cell) is not None:
                old.kind = new.kind = Kind.MOVED
                old.why, new.why = "moved-away", "moved-here"
                break


def _are_alike(old: Draft, new: Draft) -> bool:
    return all(
        abs((old.box[i + 2] - old.box[i]) - (new.box[i + 2] - new.box[i])) < 1_000 for i in (0, 1)
    ) and sorted(t.before.text for t in old.texts if t.before) == sorted(
        t.after.text for t in new.texts if t.after
    )


# -- finished -----------------------------------------------------------------------------------------------------


def finish(drafts: list[Draft], before: Drawn, after: Drawn, m: Map, confidence: float) -> list[Region]:
    """The drafts as regions, rows of 30 mm from the top, each from the left."""
    back = inverse(m)
    regions = []
    for draft in drafts:
        box = (round(draft.box[0]), round(draft.box[1]), round(draft.box[2]), round(draft.box[3]))
        entities, cause = _entities(draft, before, after)
        regions.append(
            Region(
                id="",
                kind=draft.kind,
                severity=draft.severity,
                before=box_under(back, draft.box),
                after=box,
                text_before=_words(draft.texts, "before"),
                text_after=_words(draft.texts, "after"),
                confidence=round(confidence, 3),
                why=draft.why,
                entities=entities,
                cause=cause,
            )
        )
    return ordered_with_ids(regions)


def ordered_with_ids(regions: list[Region]) -> list[Region]:
    """In reading order, each with its id."""
    return _with_ids(
        sorted(regions, key=lambda r: (-(r.after[3] // _ROW_UM), r.after[0], -r.after[3], r.kind))
    )


_OPPOSITE = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED}
_OPPOSITE_WHY = {"moved-away": "moved-here", "moved-here": "moved-away"}


def turned(region: Region) -> Region:
    """The region as it is when the sheets are asked for the other way round."""
    return replace(
        region,
        kind=_OPPOSITE.get(region.kind, region.kind),
        before=region.after,
        after=region.before,
        text_before=region.text_after,
        text_after=region.text_before,
        why=_OPPOSITE_WHY.get(region.why, region.why),
    )


def _with_ids(regions: list[Region]) -> list[Region]:
    """Each region's id from its kind and place to a tenth of a millimetre; equal ones are counted."""
    seen: Counter[str] = Counter()
    out = []
    for region in regions:
        place = ",".join(str(round(v / 100)) for v in region.after)
        name = hashlib.sha256(f"{region.severity} {region.why} {place}".encode()).hexdigest()[:12]
        seen[name] += 1
        out.append(replace(region, id=f"r-{name}" + (f"-{seen[name]}" if seen[name] > 1 else "")))
    return out


def _words(texts: list[TextChange], side: str) -> str:
    runs = [run for t in texts if (run := getattr(t, side)) is not None]
    return " ".join(r.text.strip() for line in _lines(runs) for r in line)[:_MOST_TEXT]


def _lines(runs: list[TextRun]) -> list[list[TextRun]]:
    """Words as one reads them: a word whose middle lies within the height of another stands on its line."""
    lines: list[list[TextRun]] = []
    for run in sorted(runs, key=lambda r: -(r.y0 + r.y1)):
        first = lines[-1][0] if lines else None
        if first is not None and first.y0 <= (run.y0 + run.y1) / 2 <= first.y1:
            lines[-1].append(run)
        else:
            lines.append([run])
    return [sorted(line, key=lambda r: r.x0) for line in lines]


def _entities(draft: Draft, before: Drawn, after: Drawn) -> tuple[dict[str, int], str]:
    """Changed entities by type, and the block whose definition alone explains them."""
    found: dict[str, tuple[str, str]] = {}
    for drawn, segments in ((before, draft.removed), (after, draft.added)):
        if drawn.origins:
            for owner in np.unique(drawn.owner[segments]).tolist():
                origin = drawn.origins[owner]
                found[origin.handle] = (origin.type, origin.block)
    types = dict(sorted(Counter(kind for kind, _ in found.values()).items()))
    blocks = {block for _, block in found.values()}
    return types, blocks.pop() if len(blocks) == 1 and found else ""


def without_segments(points: Unmatched, segments: npt.NDArray[np.int64]) -> Unmatched:
    """Leave out the points of some segments."""
    return points.where(~np.isin(points.segment, segments))
