"""The change slips that a printed sheet must bring along: a copy is the sheet and its slips in one PDF (law 3).

What a slip's papers are, the press is told by one function (:class:`SlipPapers`): :func:`papers_of_changes`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.changes.models import ChangeDocument
from app.changes.papers.keeping import papers_of
from app.record.queries import Instants, SlipInForce, in_force

PDF = "application/pdf"
HASH_SHOWN = 8


@dataclass(frozen=True)
class SlipPaper:
    """One stored paper of a change slip."""

    number: str
    """Of the slip, as on the record."""
    title: str
    sha256: str
    size: int
    media_type: str


class SlipPapers(Protocol):
    """Who knows the papers of slips."""

    def __call__(self, session: Session, change_ids: Sequence[str]) -> Sequence[SlipPaper]:
        """The papers of change documents, in the order in which they are to be printed; of some there may be none."""
        ...


def papers_of_changes(session: Session, change_ids: Sequence[str]) -> Sequence[SlipPaper]:
    """The kept papers of change documents, each followed by what its designer added."""
    known = papers_of(session, change_ids)
    query = sa.select(ChangeDocument.id, ChangeDocument.number).where(ChangeDocument.id.in_(change_ids))
    numbers = dict(session.execute(query).all())
    return [
        SlipPaper(numbers.get(key, ""), title, sha256, size, media_type)
        for key in change_ids
        for title, sha256, size, media_type in known.get(key, ())
    ]


def no_papers(session: Session, change_ids: Sequence[str]) -> Sequence[SlipPaper]:
    """As long as nobody keeps any: every slip gets a page that says so."""
    del session, change_ids
    return ()


@dataclass(frozen=True)
class SlipOrder:
    """A slip on its way into a copy, settled while the session was open."""

    number: str
    boxes_um: tuple[tuple[int, int, int, int], ...]
    papers: tuple[SlipPaper, ...]


def slips_on(session: Session, sheet_id: str, revision_id: str, now: datetime) -> tuple[SlipInForce, ...]:
    """Slips in force on a revision; none on one that is not in force itself."""
    force = in_force(session, sheet_id, Instants(now, now, is_now=True))
    return force.slips if force is not None and force.revision_id == revision_id else ()


def order_slips(session: Session, slips: Sequence[SlipInForce], papers: SlipPapers) -> tuple[SlipOrder, ...]:
    """Slips with their places on the sheet and their papers."""
    found = papers(session, [slip.change_id for slip in slips]) if slips else ()
    return tuple(
        SlipOrder(slip.number, boxes_of(slip.regions), tuple(p for p in found if p.number == slip.number))
        for slip in slips
    )


def boxes_of(regions: Mapping[str, Any]) -> tuple[tuple[int, int, int, int], ...]:
    """``{"boxes": [[x0, y0, x1, y1], …]}`` in um of sheet space; empty: the whole sheet."""
    return tuple((int(x0), int(y0), int(x1), int(y1)) for x0, y0, x1, y1 in regions.get("boxes", ()))


def printed(slip: SlipOrder, names: Mapping[str, str]) -> dict[str, Any]:
    """A slip as the composer takes it.

    Args:
        slip: the slip.
        names: under which name the bytes of a paper are handed in, by their SHA-256.
    """
    head = f"变更 Change {slip.number}"
    if not slip.papers:
        none = ["该变更有效，但系统中没有可随图打印的文件。", "In force, but no paper of it is kept here."]
        return _wire(slip, [{"name": "", "header": head, "why": none}])
    pages = []
    for paper in slip.papers:
        digest = paper.sha256[:HASH_SHOWN]
        is_pdf = paper.media_type == PDF
        why = [paper.title, f"sha256 {paper.sha256}", "请在系统中查看 · See it in the system"]
        if not is_pdf:
            why.append(f"不是 PDF，未收入 · Not a PDF: {paper.media_type}")
        pages.append({
            "name": names[paper.sha256] if is_pdf else "",
            "header": f"{head} · {paper.title} · sha256 {digest}",
            "why": why,
        })  # fmt: skip
    return _wire(slip, pages)


def _wire(slip: SlipOrder, papers: list[dict[str, Any]]) -> dict[str, Any]:
    return {"number": slip.number, "boxes_um": [list(box) for box in slip.boxes_um], "papers": papers}
