"""What is exported: revisions with their marks, numbered, as one person sees them."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.drawings.models import Sheet, SheetRevision
from app.drawings.queries.sheets import RenditionView, revision_for
from app.kernel.errors import Refused, declare
from app.kernel.policy import Rights, Target
from app.kernel.text import natural_key
from app.markups.fields import field_of_mark
from app.markups.models import Markup
from app.markups.queries.marks import MarkView, marks_of
from app.markups.visibility import visible_marks
from viewers.render.sheet_grid import Grid

MOST_EXPORTED = 5_000
"""Marks of a project in one list."""
TOO_MANY_TO_EXPORT = declare(
    "too-many-marks-to-export",
    409,
    "批注共 {count} 个，超过一次可导出的 {most} 个。",
    "There are {count} marks, more than the {most} that go into one file.",
    "请逐张图纸导出。",
    "Export sheet by sheet.",
)


@dataclass(frozen=True)
class NumberedMark:
    """A mark with its number on this export and its field of the sheet's grid."""

    number: int
    view: MarkView
    field: str


@dataclass(frozen=True)
class MarkedSheet:
    """A revision and the marks on it that stand."""

    project_id: str
    sheet_id: str
    revision_id: str
    number: str
    title: str
    rev_label: str
    rendition: RenditionView | None
    marks: tuple[NumberedMark, ...]
    taken_back: tuple[NumberedMark, ...] = ()
    """Not on drawings and in BCF, but in lists; without numbers (0)."""
    version: str = ""
    """How the revision stands, in a line, where the marks leave the house; said by who knows the record of it."""


def marked_sheet(session: Session, rights: Rights, revision_id: str) -> MarkedSheet:
    """One revision with its marks, in the order in which they were made. Fields are still empty.

    Raises:
        Refused: ``not-found``.
    """
    sheet, revision = revision_for(session, rights, revision_id)
    views = marks_of(session, rights, revision_id)
    return MarkedSheet(
        sheet.project_id,
        sheet.id,
        revision_id,
        sheet.number,
        revision.title,
        revision.rev_label,
        revision.shown,
        tuple(NumberedMark(n, v, "") for n, v in enumerate(_standing(views), start=1)),
        tuple(NumberedMark(0, v, "") for v in views if v.taken_back_at is not None),
    )


def marked_sheets(
    session: Session, rights: Rights, project_id: str, *, most: int = MOST_EXPORTED
) -> list[MarkedSheet]:
    """Every revision of a project on which the actor sees a mark, by number of the sheet.

    Raises:
        Refused: ``not-found``; ``too-many-marks-to-export``.
    """
    rights.require(Permission.PROJECT_VIEW, Target(project_id), visible_by=Permission.PROJECT_VIEW)
    query = (
        sa.select(Markup.revision_id, sa.func.count(Markup.id), Sheet.number, SheetRevision.rev_seq)
        .join(SheetRevision, SheetRevision.id == Markup.revision_id)
        .join(Sheet, Sheet.id == SheetRevision.sheet_id)
        .where(Markup.project_id == project_id, visible_marks(rights))
        .group_by(Markup.revision_id, Sheet.number, SheetRevision.rev_seq)
    )
    rows = sorted(session.execute(query).all(), key=lambda row: (natural_key(row[2]), row[3]))
    count = sum(row[1] for row in rows)
    if count > most:
        raise Refused(TOO_MANY_TO_EXPORT, count=count, most=most)
    return [marked_sheet(session, rights, revision_id) for revision_id, *_ in rows]


def with_fields(sheet: MarkedSheet, grid: Grid | None) -> MarkedSheet:
    """The same with the field in which the middle of each mark lies."""
    return _replaced(sheet, grid) if grid is not None else sheet


def _replaced(sheet: MarkedSheet, grid: Grid) -> MarkedSheet:
    def placed(mark: NumberedMark) -> NumberedMark:
        return NumberedMark(mark.number, mark.view, field_of_mark(grid, mark.view))

    marks, gone = (tuple(map(placed, group)) for group in (sheet.marks, sheet.taken_back))
    return MarkedSheet(**{**vars(sheet), "marks": marks, "taken_back": gone})


def _standing(views: Sequence[MarkView]) -> Sequence[MarkView]:
    return [view for view in views if view.taken_back_at is None]
