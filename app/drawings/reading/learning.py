"""Places learned from a clerk's corrections: one office prints a field at the same place on every sheet."""

from collections.abc import Sequence

from app.drawings.reading.fitting import Picked, pick
from app.drawings.reading.layout import Run, rows_of, views
from app.drawings.reading.page import Box, FieldReading, LearnedField, PageContent, around
from app.drawings.reading.values import clean_number
from app.drawings.reading.vocabulary import read_label

_MARGIN = 1_500


def learn_field(page: PageContent, field: str, box: Box) -> LearnedField:
    """Remember where a field stands, measured from the lower right corner so that it holds for every paper size."""
    x0, y0, x1, y1 = box
    return LearnedField(field, (x0 - page.width_um, y0, x1 - page.width_um, y1))


def read_learned(page: PageContent, learned: Sequence[LearnedField]) -> dict[str, FieldReading]:
    """The fields whose learned place holds text that can be their value."""
    found: dict[str, FieldReading] = {}
    if not learned:
        return found
    seen = views(page)
    for place in learned:
        x0, y0, x1, y1 = place.box
        x0, x1 = x0 + page.width_um - _MARGIN, x1 + page.width_um + _MARGIN
        for view in seen:
            runs = []
            for run in view.runs:
                box = around(run.boxes)
                if (
                    box is not None
                    and x0 <= (box[0] + box[2]) // 2 <= x1 + (x1 - x0)
                    and x0 <= box[0] + _MARGIN
                    and y0 - _MARGIN <= (box[1] + box[3]) // 2 <= y1 + _MARGIN
                    and (read_label(run.text) is None)
                ):
                    runs.append(run)
            picked = (pick(place.field, runs) or _as_printed(place.field, runs)) if runs else None
            if picked is not None and picked.fit >= 0.5:
                boxes = [b for r in runs for b in r.boxes]
                found[place.field] = FieldReading(picked.value, "learned", 0.97, around(boxes))
                break
    return found


def _as_printed(field: str, runs: Sequence[Run]) -> Picked | None:
    """A number of a form nobody foresaw: the clerk said that this is the place."""
    text = clean_number(" ".join(r.text for r in rows_of(runs)))
    if field != "number" or not any(c.isdigit() for c in text) or len(text) > 40:
        return None
    return Picked(text, 0.6)
