"""What became of CAD entities: the same, changed, moved, added, removed.

The order of trust (measured on real revisions): the same drawing at the same place first; then the same handle with
the same type, since handles are kept by most programs but reused when a sheet is drawn anew; then the same type and
layer nearby; the rest is added or removed.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from viewers.render.compare.drawn import Drawn, Floats
from viewers.render.compare.shapes import shift_between

_NEAR_UM = 60_000.0
_MOST_PAIRS = 4_000


def moved_entities(
    before: Drawn, moved: Floats, after: Drawn, gone: set[int], come: set[int], slack: float
) -> tuple[set[int], set[int]]:
    """Which of the changed entities are the same ones elsewhere.

    Args:
        before: the first sheet.
        moved: its segments, placed on the second.
        after: the second sheet.
        gone: owners of the first sheet that draw something the second has not.
        come: owners of the second that draw something the first has not.
        slack: tolerance in um.

    Returns:
        Owners of the first and of the second sheet that are moved.
    """
    old, new = _by_owner(before, moved, gone), _by_owner(after, after.segments, come)
    by_handle = {after.origins[j].handle: j for j in new}
    by_kind: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for j in new:
        by_kind[_kind(after, j)].append(j)
    left: set[int] = set()
    right: set[int] = set()
    tried = 0
    for i in old:
        same = by_handle.get(before.origins[i].handle)
        near = [j for j in by_kind[_kind(before, i)] if _away(old[i], new[j]) < _NEAR_UM]
        near.sort(key=lambda j, i=i: _away(old[i], new[j]))  # type: ignore[misc]
        candidates = ([same] if same is not None and same in near else []) + near[:5]
        for j in candidates:
            tried += 1
            if tried > _MOST_PAIRS:
                return left, right
            if j not in right and shift_between(old[i], new[j], slack) is not None:
                left.add(i)
                right.add(j)
                break
    return left, right


def _kind(drawn: Drawn, owner: int) -> tuple[str, str, str]:
    origin = drawn.origins[owner]
    return origin.type, origin.layer, origin.block


def _by_owner(drawn: Drawn, segments: Floats, wanted: set[int]) -> dict[int, Floats]:
    chosen = np.flatnonzero(np.isin(drawn.owner, list(wanted)))
    order = chosen[np.argsort(drawn.owner[chosen], kind="stable")]
    owners, starts = np.unique(drawn.owner[order], return_index=True)
    if not len(owners):
        return {}
    return {
        int(owner): segments[part] for owner, part in zip(owners, np.split(order, starts[1:]), strict=True)
    }


def _away(one: Floats, other: Floats) -> float:
    a, b = (s.reshape(-1, 2).mean(axis=0) for s in (one, other))
    return float(np.hypot(*(a - b)))
