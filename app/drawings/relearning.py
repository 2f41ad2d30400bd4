"""One correction helps a whole batch: find the corrected value on its page, remember the place, read the rest again.

Pages come from the packs made at intake, outside of any transaction; then one short act takes the readings over.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.access.queries import rights_of
from app.drawings.actions.intake import LearnBlock, learn_block
from app.drawings.actions.relearn import ForgetBlock, Reread, SecondReading, forget_block, reread
from app.drawings.queries.intake_rows import RowReading, rows_to_read
from app.drawings.queries.intakes import learned_fields
from app.drawings.reading import (
    LearnedField,
    PageContent,
    TitleBlockReading,
    find_value,
    learn_field,
    read_title_block,
)
from app.drawings.rules import FIELDS
from app.files.derived import DerivedFiles
from app.kernel.actor import Actor
from app.kernel.db.transactions import Database
from app.kernel.errors import NOT_FOUND, Refused
from viewers.render.manifest import Manifest, rules_from_json, runs_from_json

BUDGET_SECONDS = 3.0
"""Reading time of one request; what is left is asked for again."""
TEACHABLE = ("number", "title", "scale", "date", "revision")
"""Fields that stand on the page as they are typed; discipline and stage are choices, not texts."""
LEAST_TAUGHT = 2
"""Characters; a single letter stands in too many places to teach one."""


@dataclass(frozen=True)
class Relearned:
    """What one round gave."""

    is_taught: bool
    """False when the value stands nowhere on the page: then nothing can be learned from it."""
    changed: tuple[str, ...] = ()
    remaining: tuple[str, ...] = ()
    """Rows still to be read again."""


@dataclass(frozen=True)
class RelearningDesk:
    """Who teaches, and where pages lie."""

    database: Database
    derived: DerivedFiles
    actor: Actor

    def teach(self, intake_id: str, row_id: str, field: str) -> Relearned:
        """Learn a field's place from a row's value, as corrected.

        Raises:
            Refused: ``not-found``, ``forbidden``.
        """
        rows, _ = self._rows(intake_id)
        row = next((r for r in rows if r.row_id == row_id), None)
        if row is None or field not in TEACHABLE:
            raise Refused(NOT_FOUND)
        page = _Pages(self.derived).content(row)
        value = str(row.values.get(field) or "")
        box = (
            find_value(page, value)
            if page is not None and page.text_usable and len(value) >= LEAST_TAUGHT
            else None
        )
        if page is None or box is None:
            return Relearned(is_taught=False)
        place = learn_field(page, field, box)
        with self.database.write(self.actor) as tx:
            learn_block(tx, LearnBlock(intake_id, field, place.box))
        others = tuple(r.row_id for r in rows if r.row_id != row_id and field not in r.corrected)
        return Relearned(is_taught=True, remaining=others)

    def forget(self, intake_id: str, field: str) -> Relearned:
        """Undo a lesson; the rows have to be read again.

        Raises:
            Refused: ``not-found``, ``forbidden``.
        """
        rows, _ = self._rows(intake_id)
        with self.database.write(self.actor) as tx:
            forget_block(tx, ForgetBlock(intake_id, field))
        return Relearned(is_taught=True, remaining=tuple(r.row_id for r in rows if field not in r.corrected))

    def read_again(self, intake_id: str, wanted: Iterable[str]) -> Relearned:
        """Read rows again, as many as the budget allows (at least one).

        Raises:
            Refused: ``not-found``, ``forbidden``.
        """
        rows, learned = self._rows(intake_id)
        asked = set(wanted)
        queue = [r for r in rows if r.row_id in asked]
        pages, deadline = _Pages(self.derived), time.monotonic() + BUDGET_SECONDS
        readings: list[SecondReading] = []
        read = 0
        for row in queue:
            if read and time.monotonic() > deadline:
                break
            page = pages.content(row)
            if page is not None:
                readings.append(_reading(row, read_title_block(page, learned=learned)))
            read += 1
        with self.database.write(self.actor) as tx:
            changed = reread(tx, Reread(intake_id, readings))
        return Relearned(
            is_taught=True, changed=tuple(changed), remaining=tuple(r.row_id for r in queue[read:])
        )

    def _rows(self, intake_id: str) -> tuple[Sequence[RowReading], tuple[LearnedField, ...]]:
        with self.database.read() as session:
            rights = rights_of(session, self.actor, self.database.clock.now())
            rows = rows_to_read(session, rights, intake_id)
            learned = learned_fields(session, intake_id)
        return rows, tuple(LearnedField(name, (b[0], b[1], b[2], b[3])) for name, b in learned.items())


class _Pages:
    """Page contents from the packs; the manifest of a set is read once for all of its pages."""

    def __init__(self, derived: DerivedFiles) -> None:
        self._derived = derived
        self._known: tuple[str, Manifest | None] = ("", None)

    def content(self, row: RowReading) -> PageContent | None:
        """A page as the reader wants it; None when its derived files are gone."""
        if self._known[0] != row.file_sha256:
            self._known = (row.file_sha256, self._derived.manifest(row.file_sha256))
        manifest = self._known[1]
        if manifest is None or row.page >= len(manifest.pages):
            return None
        page = manifest.pages[row.page]
        text = self._derived.member(row.file_sha256, row.page, "text.json")
        rules = self._derived.member(row.file_sha256, row.page, "rules.json")
        return PageContent(
            width_um=page.width_um,
            height_um=page.height_um,
            runs=[(r.text, r.x0, r.y0, r.x1, r.y1, r.angle) for r in runs_from_json(text.decode())]
            if text
            else [],
            lines=[(n.x0, n.y0, n.x1, n.y1) for n in rules_from_json(rules.decode())] if rules else [],
            file_name=row.file_name,
            page=page.index,
            page_count=len(manifest.pages),
            text_usable=page.text_usable,
        )


def _reading(row: RowReading, found: TitleBlockReading) -> SecondReading:
    read = {
        name: {"value": f.value, "source": f.source, "confidence": f.confidence, "box": f.box}
        for name, f in found.fields.items()
        if name in FIELDS or f.value
    }
    if "scale" not in read and (hint := row.read.get("scale")) and hint.get("source") == "frame":
        read["scale"] = hint
    return SecondReading(row.row_id, row.version, read)
