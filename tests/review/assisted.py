"""What intake would have read of the files of test sheets."""

from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

from app.files.derived import DerivedFiles
from app.files.models import Rendition
from tests.world import World
from viewers.render.manifest import Manifest, Page, PageKind, SourceKind, TextRun, runs_to_json

POINTING = TextRun("详见建施-09", 100_000, 400_000, 130_000, 404_000)


def have_read(world: World, derived: DerivedFiles, folder: Path, pages: Mapping[str, str]) -> None:
    """Keep a reading of each revision's file: one page of the named paper that points to 建施-09."""
    with world.database.read() as session:
        files = {r.owner_id: r.manifest_of for r in session.scalars(sa.select(Rendition))}
    (folder / "text").mkdir(exist_ok=True)
    (folder / "text" / "0.json").write_text(runs_to_json([POINTING]), "utf-8")
    for revision, paper in pages.items():
        page = Page(0, PageKind.PDF_PAGE, "", 841_000, 594_000, 0, paper, text_runs=1)
        derived.publish(files[revision], folder, Manifest(SourceKind.PDF, "1.7", (page,)))
