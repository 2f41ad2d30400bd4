"""The work of an assisted run: read what intake wrote, ask the rules, hand back what shall be committed (law 7)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.drawings.callouts import SetNumber
from app.drawings.models import Sheet, SheetRevision
from app.drawings.reading import FieldReading
from app.files.derived import DerivedFiles
from app.files.models import Rendition, RenditionRole
from app.kernel.db.transactions import Database, Tx
from app.projects.queries import policy_of
from app.projects.rules import Policy
from app.review.actions.assist import NoteRun, note_run
from app.review.actions.self_check import NoteSelfCheck, note_self_check
from app.review.assist.facts import CAD, PageFacts, SetFacts, SheetFacts
from app.review.assist.rulebook import run_rules
from app.review.facts import CaseSheet, own_sheets, sheets_of_case
from app.review.library_models import ReviewRun, SelfCheck
from app.review.models import ReviewCase
from viewers.render.manifest import Manifest, rules_from_json, runs_from_json

_SHOWN = (RenditionRole.PUBLISHED, RenditionRole.CAD_SOURCE)


@dataclass(frozen=True)
class _Standing:
    """What the database knows of the sheets."""

    sheets: Sequence[CaseSheet]
    renditions: Mapping[tuple[str, str], Rendition]
    """By revision and role."""
    blocks: Mapping[str, Mapping[str, Any]]
    """What intake read of the title block, by revision."""
    register: Sequence[SetNumber]
    policy: Policy


def run_assist(database: Database, derived: DerivedFiles, run_id: str) -> Callable[[Tx], None]:
    """Run the rules over the sheets of a case; returns what the worker commits together with the end of the job."""
    with database.read() as session:
        run = session.get(ReviewRun, run_id)
        if run is None or run.finished_at is not None:
            return _nothing
        case = session.get_one(ReviewCase, run.case_id)
        standing = _standing(session, case.project_id, sheets_of_case(session, case.id))
    judged = run_rules(_facts(derived, standing), standing.policy.review_rules_off)
    note = NoteRun(run_id, judged)
    return lambda tx: note_run(tx, note)


def run_self_check(database: Database, derived: DerivedFiles, run_id: str) -> Callable[[Tx], None]:
    """The same over a design institute's own sheets; nothing of it goes to a case."""
    with database.read() as session:
        run = session.get(SelfCheck, run_id)
        if run is None or run.finished_at is not None:
            return _nothing
        sheets = own_sheets(session, run.project_id, run.party_id)
        standing = _standing(session, run.project_id, sheets)
    facts = replace(_facts(derived, standing), is_part=True)
    judged = run_rules(facts, standing.policy.review_rules_off)
    note = NoteSelfCheck(run_id, [s.revision_id for s in sheets], judged)
    return lambda tx: note_self_check(tx, note)


def _nothing(tx: Tx) -> None:
    """What is committed when there is nothing to say."""


def _standing(session: Session, project_id: str, sheets: Sequence[CaseSheet]) -> _Standing:
    revisions = [s.revision_id for s in sheets]
    renditions = sa.select(Rendition).where(
        Rendition.owner_kind == "revision", Rendition.owner_id.in_(revisions), Rendition.role.in_(_SHOWN)
    )
    blocks = sa.select(SheetRevision.id, SheetRevision.title_block).where(SheetRevision.id.in_(revisions))
    newest = (
        sa.select(Sheet.id, Sheet.number, SheetRevision.title, Sheet.building_id)
        .join(
            SheetRevision,
            sa.and_(SheetRevision.sheet_id == Sheet.id, SheetRevision.rev_seq == Sheet.last_rev_seq),
        )
        .where(Sheet.project_id == project_id)
        .order_by(Sheet.sort_key, Sheet.id)
    )
    return _Standing(
        sheets=sheets,
        renditions={(r.owner_id, r.role): r for r in session.scalars(renditions.order_by(Rendition.id))},
        blocks={key: block.get("read", {}) for key, block in session.execute(blocks)},
        register=[SetNumber(*row) for row in session.execute(newest)],
        policy=policy_of(session, project_id),
    )


def _facts(derived: DerivedFiles, standing: _Standing) -> SetFacts:
    manifests: dict[str, Manifest | None] = {}

    def page_of(revision: str, role: str) -> PageFacts | None:
        rendition = standing.renditions.get((revision, role))
        if rendition is None:
            return None
        if rendition.manifest_of not in manifests:
            manifests[rendition.manifest_of] = derived.manifest(rendition.manifest_of)
        return _page(derived, rendition, manifests[rendition.manifest_of])

    sheets = []
    for sheet in standing.sheets:
        printed = page_of(sheet.revision_id, RenditionRole.PUBLISHED)
        cad = page_of(sheet.revision_id, RenditionRole.CAD_SOURCE)
        view = printed or cad
        sheets.append(
            SheetFacts(
                sheet_id=sheet.sheet_id,
                revision_id=sheet.revision_id,
                number=sheet.number,
                title=sheet.title,
                discipline=sheet.discipline,
                place=sheet.building_id or "",
                rev_seq=sheet.rev_seq,
                view=view,
                cad=cad or (view if view is not None and view.kind in CAD else None),
                known=_known(standing.blocks.get(sheet.revision_id, {})),
            )
        )
    return SetFacts(sheets, standing.register, standing.policy.review_layer_pattern)


def _page(derived: DerivedFiles, rendition: Rendition, manifest: Manifest | None) -> PageFacts | None:
    """One page of a file; None when it was never read, or its reading is gone."""
    if manifest is None or rendition.manifest_page >= len(manifest.pages):
        return None
    page = manifest.pages[rendition.manifest_page]
    words = derived.member(rendition.manifest_of, rendition.manifest_page, "text.json")
    rules = derived.member(rendition.manifest_of, rendition.manifest_page, "rules.json")
    return PageFacts(
        kind=manifest.kind,
        page=page,
        problems=(*page.problems, *manifest.problems),
        runs=runs_from_json(words.decode()) if words else (),
        lines=rules_from_json(rules.decode()) if rules else (),
        file_name=rendition.file_name,
        signatures=sum(s.is_signed for s in manifest.signatures),
    )


def _known(read: Mapping[str, Any]) -> dict[str, FieldReading]:
    """Fields as intake kept them; the box of one whose place is not known is None."""
    return {
        name: FieldReading(
            str(kept["value"]),
            str(kept.get("source", "")),
            float(kept.get("confidence", 0)),
            tuple(kept["box"]) if kept.get("box") else None,
        )
        for name, kept in read.items()
        if kept.get("value")
    }
