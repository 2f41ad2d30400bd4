"""What every way out says of the drawing that leaves: which revision, its status as of when, its hash, its seals, the slips.

A file or a name that leaves without these is a drawing that nobody can hold against the record later. Pages and API ask
here, so that all of them say the same; ``tests/web/test_exits.py`` walks every route and proves it of each way out.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.copies.queries import COPY_STATUS_LABELS, CopyStatus, status_of
from app.drawings.models import Sheet, SheetRevision
from app.drawings.queries.seal_marks import SealsOfRevision, seals_in_parts
from app.kernel.labels import Label
from app.markups.exports.sheets import MarkedSheet
from app.record.exports import Wording
from app.record.queries import Instants, set_in_force

HASH_SHOWN = 8


@dataclass(frozen=True)
class Version:
    """A revision as it stands at an instant."""

    rev_label: str
    status: CopyStatus
    as_of: datetime
    base_sha256: str
    """Empty before it is frozen."""
    slips: tuple[str, ...]
    """Numbers of the change slips in force on it."""
    seals: SealsOfRevision | None = None
    """None: of nothing that a revision is."""

    @property
    def headers(self) -> Mapping[str, str]:
        """For a file that leaves over HTTP; texts are percent-encoded UTF-8, as headers hold ASCII."""
        return {
            "X-OneSet-Revision": quote(self.rev_label),
            "X-OneSet-Status": str(self.status),
            "X-OneSet-As-Of": self.as_of.isoformat(timespec="seconds"),
            "X-OneSet-Base-SHA256": self.base_sha256,
            "X-OneSet-Sealed-SHA256": self.seals.sealed_sha256 if self.seals else "",
            "X-OneSet-Seals": f"{self.seals.said.mark}; {self.seals.said.count}" if self.seals else "",
            "X-OneSet-Slips": f"{len(self.slips)}; {','.join(map(quote, self.slips))}".rstrip("; "),
        }

    def line(self, wording: Wording) -> str:
        """For a table or a list."""
        digest = f"sha256 {self.base_sha256[:HASH_SHOWN]}" if self.base_sha256 else "—"
        parts = [
            self.rev_label,
            wording.say(COPY_STATUS_LABELS[self.status]),
            f"{wording.say(Label('截至', 'as of'))} {wording.instant(self.as_of)}",
            digest,
            *([wording.say(self.seals.said.short)] if self.seals else []),
            wording.say(Label(f"{len(self.slips)} 份变更", f"{len(self.slips)} change slip(s)")),
            "、".join(self.slips),
        ]
        return " · ".join(filter(None, parts))


def versions_of(session: Session, revision_ids: Collection[str], now: datetime) -> dict[str, Version]:
    """How revisions stand now, by their identifier; three statements for each project they belong to, four for their seals.

    Rights were asked by who names the revisions.
    """
    query = sa.select(SheetRevision).where(SheetRevision.id.in_(sorted(revision_ids)))
    rows = session.scalars(query).all()
    sheets = {row.sheet_id for row in rows}
    at = Instants(now, now, is_now=True)
    force = {
        base.sheet_id: base
        for project_id in sorted({row.project_id for row in rows})
        for base in set_in_force(session, project_id, at, visible=Sheet.id.in_(sheets), with_void=True)
    }
    seals = seals_in_parts(session, [row.id for row in rows])
    found = {}
    for row in rows:
        base = force.get(row.sheet_id)
        status = status_of(row.id, row.state, row.rev_seq, base)
        slips = tuple(s.number for s in base.slips) if base and status is CopyStatus.CURRENT else ()
        found[row.id] = Version(row.rev_label, status, now, row.base_sha256 or "", slips, seals[row.id])
    return found


def current_versions(session: Session, sheet_ids: Collection[str], now: datetime) -> dict[str, Version]:
    """What is in force of sheets, by the sheet's identifier; nothing of a sheet of which nothing is.

    Rights were asked by who names the sheets.
    """
    rows = session.execute(sa.select(Sheet.id, Sheet.project_id).where(Sheet.id.in_(sorted(sheet_ids)))).all()
    at = Instants(now, now, is_now=True)
    asked = {sheet_id for sheet_id, _ in rows}
    held = [
        base
        for project_id in sorted({project_id for _, project_id in rows})
        for base in set_in_force(session, project_id, at, visible=Sheet.id.in_(asked))
    ]
    seals = seals_in_parts(session, [base.revision_id for base in held if base.revision_id])
    return {
        base.sheet_id: Version(
            base.rev_label,
            CopyStatus.CURRENT,
            now,
            base.base_sha256 or "",
            tuple(slip.number for slip in base.slips),
            seals.get(base.revision_id or ""),
        )
        for base in held
    }


def with_versions(
    session: Session, sheets: Sequence[MarkedSheet], now: datetime, wording: Wording
) -> list[MarkedSheet]:
    """Sheets whose marks leave, each with the line that says what it is."""
    found = versions_of(session, [sheet.revision_id for sheet in sheets], now)
    return [replace(sheet, version=found[sheet.revision_id].line(wording)) for sheet in sheets]
