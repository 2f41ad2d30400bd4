"""Two drawn sheets -> a :class:`~viewers.render.compare.values.Comparison`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from viewers.render.compare.clouds import Found, find_clouds
from viewers.render.compare.difference import Difference, Unmatched, differ
from viewers.render.compare.drawn import Drawn, Floats
from viewers.render.compare.placing import IDENTITY, Map, apply, box_under, inverse
from viewers.render.compare.regions import draft_regions, finish, ordered_with_ids, turned, without_segments
from viewers.render.compare.registration import Placement, register
from viewers.render.compare.revision_rows import added_rows, routine_rows
from viewers.render.compare.texts import TextChange, match_texts
from viewers.render.compare.title_block import take_routine
from viewers.render.compare.values import (
    Box,
    Cloud,
    Comparison,
    Kind,
    Method,
    Region,
    RevisionRow,
    Severity,
    TitleField,
    not_comparable,
)
from viewers.render.compare.visible import Drawer, Eye
from viewers.render.manifest import Problem

LEAST_SHARE = 0.12
"""Less common ink than this is chance: the sheets are not compared."""
UNSURE_SHARE = 0.45
_TOUCH_UM = 2_500
_WHOLE_SHEET = 0.6
_MOSTLY = 0.9
_EDGE_UM = 300.0
"""A line so near to the edge of the paper is where it is cut: half of it is seen, or nothing."""
_LEAST_BEYOND_UM = 5_000.0


@dataclass(frozen=True)
class Known:
    """What is known of a sheet beside what it draws."""

    fields: Sequence[TitleField] = ()
    """Of its title block: what a new revision changes anyway."""
    drawer: Drawer | None = field(default=None, compare=False)
    """Draws it; without one (CAD) every difference counts as seen."""
    writer: str = ""
    """The program that wrote the file, as it says itself."""


@dataclass(frozen=True)
class _Core:
    """What was found with the sheets in canonical order."""

    placement: Placement
    regions: list[Region]
    clouds_first: list[Found]
    clouds_second: list[Found]
    beyond_um: float
    """Length of lines that lie beyond the edge of the other sheet's paper."""


FEW = 12
"""Up to so many places between files of one writer are taken as they are. Two writers describe one sheet in other ways:
then, and when there are more, both pages are drawn and looked at, which costs a second and misses some small changes."""


def compare_drawn(
    before: Drawn,
    after: Drawn,
    method: Method = Method.VECTORS,
    known: tuple[Known, Known] = (Known(), Known()),
) -> Comparison:
    """Compare what two sheets draw; ``known`` is what is known of each beside that.

    The work is always done in one order, whichever sheet is called the first, so that asking the other way round
    gives the same regions with the same ids.
    """
    if not len(before.segments) and not len(after.segments) and not before.texts and not after.texts:
        return not_comparable("nothing-drawn")
    is_turned = _rank(before) > _rank(after)
    first, second = (after, before) if is_turned else (before, after)
    known = (known[1], known[0]) if is_turned else known
    placement = register(first, second)
    if placement.share < LEAST_SHARE:
        return not_comparable("registration-failed", {"share": round(placement.share, 3)})
    core = _core(first, second, placement, known)
    return _oriented(core, before, after, method, is_turned=is_turned)


def _rank(drawn: Drawn) -> tuple[int, str]:
    """The larger sheet comes second, equal ones by their content."""
    digest = hashlib.sha256(np.round(drawn.segments).tobytes())
    digest.update("\n".join(r.text for r in drawn.texts).encode("utf-8", "replace"))
    return drawn.width_um * drawn.height_um, digest.hexdigest()


def _core(first: Drawn, second: Drawn, placement: Placement, known: tuple[Known, Known]) -> _Core:
    m = placement.map
    difference = differ(first, second, m, placement.residual)
    are_texts_usable = first.is_text_usable and second.is_text_usable
    texts = match_texts(first.texts, second.texts, m) if are_texts_usable else []
    # Clouds are looked for on each sheet in its own space.
    gone = find_clouds(first, difference.removed)
    come = find_clouds(second, difference.added)
    difference, texts = _without_clouds(difference, texts, m, gone, come)
    difference, lost = _on_both(difference, first, second, m)
    is_doubtful = (
        known[0].writer != known[1].writer or len(draft_regions(difference, texts, first, second, m)) > FEW
    )
    looks = _eye(second, m, known) if is_doubtful or _is_any(difference) else None
    eye = looks if is_doubtful else None
    if looks is not None and eye is None:
        difference = looks.sees_pixels(difference, texts)
    if eye is not None:
        difference, texts = eye.sees(difference, texts), [t for t in texts if eye.sees_text(t)]
    rows = (
        routine_rows(added_rows(second.texts, first.texts, inverse(m)), first.texts)
        if are_texts_usable
        else (),
        routine_rows(added_rows(first.texts, second.texts, m), second.texts) if are_texts_usable else (),
    )
    fields = (known[0].fields, known[1].fields)
    difference, texts, routine = take_routine(difference, texts, fields, rows, m)
    drafts = draft_regions(difference, texts, first, second, m)
    sure = min(1.0, placement.registration().confidence + 0.2)
    regions = [
        *finish(drafts, first, second, m, sure),
        *(replace(r, confidence=round(sure, 3)) for r in routine),
    ]
    if looks is None and not regions:  # no line and no word differs: what is left is what only pictures tell
        looks = _eye(second, m, known)
    if looks is not None:
        clouds = [box_under(m, box) for c in gone for box in (c.box, *c.tags)]
        clouds += [box_under(IDENTITY, box) for c in come for box in (c.box, *c.tags)]
        regions += _overlooked(looks, [*(r.after for r in regions), *clouds], m, second)
    return _Core(placement, ordered_with_ids(regions), gone, come, lost)


def _is_any(difference: Difference) -> bool:
    return any(len(part) for part in (difference.removed, difference.added, difference.restyled))


def _eye(second: Drawn, m: Map, known: tuple[Known, Known]) -> Eye | None:
    one, other = known[0].drawer, known[1].drawer
    return Eye(one, other, second.size, m) if one is not None and other is not None else None


def _overlooked(eye: Eye, explained: list[Box], m: Map, second: Drawn) -> list[Region]:
    """What only the drawn pages tell."""
    found = []
    for box, share in eye.overlooked(explained):
        corners = np.array([box[:2], box[2:]], dtype=float)
        if not _is_on_paper(corners, second).all():
            continue
        kind = Kind.ADDED if share > _MOSTLY else Kind.REMOVED if share < 1 - _MOSTLY else Kind.CHANGED
        found.append(
            Region("", kind, Severity.MAJOR, box_under(inverse(m), box), box, confidence=0.7, why="picture")
        )
    return found


def _on_both(difference: Difference, first: Drawn, second: Drawn, m: Map) -> tuple[Difference, float]:
    """Leave out what has no place on both papers (a frame at its edge, after a shift); it is told apart."""
    back = inverse(m)

    def on_both(lone: Unmatched) -> npt.NDArray[np.bool_]:
        return _is_on_paper(lone.points, second) & _is_on_paper(apply(back, lone.points), first)

    removed, added = difference.removed, difference.added
    are_on = on_both(removed), on_both(added)
    lost = float(removed.weight[~are_on[0]].sum() + added.weight[~are_on[1]].sum())
    restyled = difference.restyled
    return replace(
        difference,
        removed=removed.where(are_on[0]),
        added=added.where(are_on[1]),
        restyled=restyled.where(on_both(restyled)),
    ), lost


def _is_on_paper(points: Floats, drawn: Drawn) -> npt.NDArray[np.bool_]:
    width, height = drawn.size
    x, y = points[:, 0], points[:, 1]
    inside: npt.NDArray[np.bool_] = (
        (x >= _EDGE_UM) & (x <= width - _EDGE_UM) & (y >= _EDGE_UM) & (y <= height - _EDGE_UM)
    )
    return inside


def _without_clouds(
    difference: Difference, texts: list[TextChange], m: Map, gone: list[Found], come: list[Found]
) -> tuple[Difference, list[TextChange]]:
    """A cloud is no change of the drawing, nor is the letter in its tag."""
    removed, added = difference.removed, difference.added
    for cloud in gone:
        removed = without_segments(removed, cloud.segments)
    for cloud in come:
        added = without_segments(added, cloud.segments)
    tags = [box_under(m, tag) for cloud in gone for tag in cloud.tags]
    tags += [box_under(IDENTITY, tag) for cloud in come for tag in cloud.tags]
    kept = [t for t in texts if not any(_is_tag(t, tag) for tag in tags)]
    restyled = difference.restyled
    for cloud in come:
        restyled = without_segments(restyled, cloud.segments)
    return replace(difference, removed=removed, added=added, restyled=restyled), kept


def _is_tag(change: TextChange, tag: Box) -> bool:
    run = change.after or change.before
    if run is None or (change.before and change.after) or len(run.text.strip()) > 3:
        return False
    x, y = (run.x0 + run.x1) / 2, (run.y0 + run.y1) / 2
    return tag[0] - 1_000 <= x <= tag[2] + 1_000 and tag[1] - 1_000 <= y <= tag[3] + 1_000


# -- the way it was asked -----------------------------------------------------------------------------------------


def _oriented(core: _Core, before: Drawn, after: Drawn, method: Method, *, is_turned: bool) -> Comparison:
    m = inverse(core.placement.map) if is_turned else core.placement.map
    placement = replace(core.placement, map=m)
    regions = [turned(r) for r in core.regions] if is_turned else core.regions
    gone, come = (
        (core.clouds_second, core.clouds_first) if is_turned else (core.clouds_first, core.clouds_second)
    )
    rows = added_rows(before.texts, after.texts, m) if before.is_text_usable and after.is_text_usable else ()
    regions = [_declared(r, come, rows) for r in regions]
    clouds = [_cloud(c, "after", [r for r in regions if _meets(r.after, c.box)]) for c in come]
    clouds += [_cloud(c, "before", []) for c in gone]
    return Comparison(
        method,
        placement.registration(),
        tuple(regions),
        tuple(clouds),
        tuple(rows),
        tuple(_problems(placement, regions, core.beyond_um, before, after)),
    )


def _declared(region: Region, clouds: list[Found], rows: tuple[RevisionRow, ...]) -> Region:
    is_declared = any(_meets(region.after, c.box) for c in clouds) or any(
        _meets(region.after, row.box) for row in rows
    )
    return replace(region, is_declared=is_declared)


def _meets(box: Box, cloud: tuple[float, float, float, float]) -> bool:
    return (
        box[0] <= cloud[2] + _TOUCH_UM
        and box[2] >= cloud[0] - _TOUCH_UM
        and box[1] <= cloud[3] + _TOUCH_UM
        and box[3] >= cloud[1] - _TOUCH_UM
    )


def _cloud(found: Found, on: str, regions: list[Region]) -> Cloud:
    x0, y0, x1, y1 = (round(v) for v in found.box)
    name = hashlib.sha256(f"{on} {x0 // 100} {y0 // 100} {x1 // 100} {y1 // 100}".encode()).hexdigest()[:12]
    return Cloud(f"c-{name}", (x0, y0, x1, y1), on, tuple(r.id for r in regions))


def _problems(
    placement: Placement, regions: list[Region], beyond_um: float, before: Drawn, after: Drawn
) -> list[Problem]:
    problems = []
    if beyond_um > _LEAST_BEYOND_UM:
        problems.append(Problem("beyond-the-paper", "warning", {"length_um": round(beyond_um)}))
    if placement.share < UNSURE_SHARE:
        problems.append(Problem("registration-unsure", "warning", {"share": round(placement.share, 3)}))
    if not before.is_text_usable or not after.is_text_usable:
        problems.append(Problem("text-unusable", "warning", {}))
    whole = after.width_um * after.height_um
    if any((r.after[2] - r.after[0]) * (r.after[3] - r.after[1]) > _WHOLE_SHEET * whole for r in regions):
        problems.append(Problem("sheet-redrawn", "info", {}))
    return problems
