"""Fields of a sheet's grid (``C3``) in which marks lie: the same answer on pages, in exports and in the API."""

from sqlalchemy.orm import Session

from app.drawings.flows import ReadingRoom
from app.drawings.queries.sheets import RenditionView, revision_for
from app.kernel.policy import Rights
from app.markups.geometry import box_of
from app.markups.queries.marks import MarkView
from viewers.render.manifest import runs_from_json
from viewers.render.sheet_grid import Grid, field_of, grid_of


def grid_for(room: ReadingRoom, shown: RenditionView | None) -> Grid | None:
    """The grid of a page, as its text tells it; None where the page was not read."""
    manifest = room.derived.manifest(shown.manifest_of) if shown else None
    if shown is None or manifest is None or shown.manifest_page >= len(manifest.pages):
        return None
    page = manifest.pages[shown.manifest_page]
    words = room.derived.member(shown.manifest_of, shown.manifest_page, "text.json")
    return grid_of(page.width_um, page.height_um, runs_from_json(words.decode()) if words else [])


def field_of_mark(grid: Grid | None, view: MarkView) -> str:
    """The field in which the middle of a mark lies; empty for one about the whole sheet, and without a grid."""
    if grid is None or view.anchor.get("type") == "sheet":
        return ""
    x0, y0, x1, y1 = box_of(view.anchor, view.shape)
    return field_of(grid, (x0 + x1) // 2, (y0 + y1) // 2)


class MarkFields:
    """Fields of marks of several revisions; each grid is read once."""

    def __init__(self, room: ReadingRoom, session: Session, rights: Rights) -> None:
        self._room, self._session, self._rights = room, session, rights
        self._grids: dict[str, Grid | None] = {}

    def of(self, view: MarkView) -> str:
        """The field of a mark that the person sees."""
        if view.revision_id not in self._grids:
            _, revision = revision_for(self._session, self._rights, view.revision_id)
            self._grids[view.revision_id] = grid_for(self._room, revision.shown)
        return field_of_mark(self._grids[view.revision_id], view)
