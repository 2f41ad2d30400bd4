"""Work on marks that needs files or a renderer: done between transactions (law 7)."""

from collections.abc import Iterable

from app.drawings.comparing import kept_comparison
from app.drawings.flows import ReadingRoom
from app.markups.queries.carries import Pair
from viewers.render.compare.values import Comparison


def kept_comparisons(room: ReadingRoom, pairs: Iterable[Pair]) -> dict[str, Comparison]:
    """By older revision, what is known already of how it differs from the newer; computes nothing."""
    found = {}
    for pair in pairs:
        if pair.before is None or pair.after is None:
            continue
        known = kept_comparison(room, pair.before, pair.after)
        if known is not None:
            found[pair.revision_id] = known
    return found
