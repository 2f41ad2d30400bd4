"""Sheets whose revisions differ in known places, moved, turned and scaled, for the compare page in a real browser."""

from collections.abc import Mapping
from io import BytesIO

import pikepdf

from app.access.queries import rights_of
from app.drawings.actions.acceptance import AcceptRows, accept_rows
from app.drawings.actions.intake import CorrectRow, OpenIntake, correct_row, open_intake
from app.drawings.flows import take_in_stream
from app.drawings.queries.sheets import revision_for
from tests.web.site import Site, clean

WIDTH, HEIGHT = 1190, 842
"""A3 across, points."""
PAYLOAD = "<img src=x onerror=alert(1)>"


def plan(
    *, changed: bool = False, place: str = "1 0 0 1 0 0", size: tuple[int, int] = (WIDTH, HEIGHT)
) -> bytes:
    """A sheet full of walls and words; ``changed``: one word is another and one wall is gone. ``place`` is the matrix
    by which everything lies on the paper."""
    content = [f"q {place} cm 1.2 w 0 0 0 RG"]
    content += [
        f"{x} {y} {w} {h} re S" for x, y, w, h in _rooms() if not (changed and (x, y) == _rooms()[8][:2])
    ]
    for n, (x, y, _, _) in enumerate(_rooms()):
        content.append(_word(x + 6, y + 8, f"ROOM {n} {n * 37 % 61}.5"))
    content.append(_word(80, 60, PAYLOAD if changed else "NOTE ONE"))
    return _pdf(" ".join([*content, "Q"]), size)


def _rooms() -> list[tuple[int, int, int, int]]:
    """Rectangles of sizes that repeat nowhere, so that there is one way only to lay the sheets onto each other."""
    return [
        (90 + n * 122 + m * 7, 120 + m * 132 + n * 3, 60 + n * 4 + m, 50 + m * 6 + n)
        for m in range(5)
        for n in range(8)
    ]


def _word(x: int, y: int, text: str) -> str:
    escaped = text.replace("(", "\\(").replace(")", "\\)")
    return f"BT /F1 9 Tf {x} {y} Td ({escaped}) Tj ET"


def _pdf(content: str, size: tuple[int, int]) -> bytes:
    with pikepdf.new() as pdf:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=[0, 0, *size],
            Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font))),
            Contents=pdf.make_stream(content.encode()),
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
        out = BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()


def released(site: Site, number: str, data: bytes, label: str, kind: str = "pdf") -> str:
    """One more revision of a sheet, released; the rendition that is shown of it."""
    actor, database = site.world.actor("designer"), site.services.database
    with database.write(actor) as tx:
        intake = open_intake(tx, OpenIntake(site.world.project_id, label, "design"))
    take_in_stream(
        database,
        site.services.store,
        actor,
        intake_id=intake,
        name=f"{number}.{kind}",
        chunks=[data],
        size_limit=1 << 24,
    )
    site.work()
    (row,) = site.table(intake, "designer").rows
    typed: Mapping[str, str] = {"number": number, "title": "平面", "revision": label, "discipline": "arch"}
    with database.write(actor) as tx:
        correct_row(tx, CorrectRow(row.id, row.version, typed))
    with database.write(actor) as tx:
        clean(accept_rows(tx, AcceptRows(intake, [row.id])))
    revision = str(site.table(intake, "designer").rows[0].revision_id)
    site.sign_and_issue([revision])
    site.release([revision])
    with database.read() as session:
        rights = rights_of(session, site.world.actor("lead"), site.clock.now())
        shown = revision_for(session, rights, revision)[1].shown
    assert shown is not None
    return shown.id
