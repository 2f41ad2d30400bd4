"""Collecting documents from the subjects below: rows in a session, text of the pages outside of it (law 7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.drawings.models import WHOLE, Sheet, SheetRevision
from app.files.derived import DerivedFiles
from app.files.models import Rendition, RenditionRole
from app.kernel.clock import to_micros
from app.projects.models import Building, BuildingIdentifier, Project, ProjectIdentifier
from app.record.models import FactKind, RecordFact
from app.search.contract import Kind, SearchDoc
from app.search.tokens import flat
from viewers.render.manifest import runs_from_json

FOREVER = 2**62
LONGEST_TEXT = 200_000
"""Characters of one page that are indexed; a sheet full of text has about 20,000."""
_SHOWN = (RenditionRole.CAD_SOURCE, RenditionRole.PUBLISHED)
"""Roles whose text is read; the last that is present wins."""


@dataclass(frozen=True)
class Draft:
    """A document without the text in the drawing, and where that text lies."""

    doc: SearchDoc
    manifest_of: str = ""


def drafts_of_sheets(session: Session, sheet_ids: Sequence[str], now: int) -> list[Draft]:
    """A document for every revision of these sheets; none for sheets that do not exist.

    Args:
        session: a reading session.
        sheet_ids: at most a few hundred.
        now: microseconds; effects that ended before are not remembered.
    """
    query = (
        sa.select(SheetRevision, Sheet.number, Sheet.sort_key, Building)
        .join(Sheet, Sheet.id == SheetRevision.sheet_id)
        .outerjoin(Building, Building.id == Sheet.building_id)
        .where(SheetRevision.sheet_id.in_(sheet_ids))
        .order_by(SheetRevision.sheet_id, SheetRevision.rev_seq)
    )
    rows = session.execute(query).all()
    shown = _shown_renditions(session, [r.SheetRevision.id for r in rows])
    holds = _holding(session, sheet_ids, now)
    drafts = []
    for revision, number, sort_key, building in rows:
        bytes_shown = shown.get(revision.id)
        holds_from, holds_until = holds.get(revision.id, (0, 0))
        doc = SearchDoc(
            id=revision.id,
            kind=Kind.SHEET,
            project_id=revision.project_id,
            subject_id=revision.sheet_id,
            number=flat(number),
            title=flat(revision.title),
            rev_label=revision.rev_label,
            rev_seq=revision.rev_seq,
            place=revision.building_id or WHOLE,
            discipline=revision.discipline,
            party_id=revision.party_id,
            state=revision.state,
            sort_key=sort_key,
            holds_from=holds_from,
            holds_until=holds_until,
            page=bytes_shown.manifest_page if bytes_shown else 0,
            lines=(flat(f"{building.number} {building.name}"),) if building else (),
        )
        drafts.append(Draft(doc, bytes_shown.manifest_of if bytes_shown else ""))
    return drafts


def drafts_of_project(session: Session, project_id: str) -> list[Draft]:
    """Documents of a project and of its buildings, with their codes in force."""
    project = session.get(Project, project_id)
    if project is None:
        return []
    codes = session.scalars(
        sa.select(ProjectIdentifier.value)
        .where(ProjectIdentifier.project_id == project_id, ProjectIdentifier.valid_to.is_(None))
        .order_by(ProjectIdentifier.id)
    ).all()
    names = [n for n in (project.name_en, project.short_name, project.address) if n]
    doc = SearchDoc(
        id=project_id,
        kind=Kind.PROJECT,
        project_id=project_id,
        subject_id=project_id,
        number=flat(project.short_name),
        title=flat(project.name),
        codes=tuple(flat(c) for c in codes),
        lines=tuple(flat(n) for n in names),
    )
    return [Draft(doc), *_buildings(session, project_id)]


def with_text(draft: Draft, derived: DerivedFiles) -> SearchDoc:
    """The document with the text of its page. Reads the store: never inside a transaction."""
    if not draft.manifest_of:
        return draft.doc
    raw = derived.member(draft.manifest_of, draft.doc.page, "text.json")
    if raw is None:
        return draft.doc
    return replace(draft.doc, lines=(*draft.doc.lines, *_lines(raw.decode())))


def _lines(text: str) -> Iterable[str]:
    room = LONGEST_TEXT
    for run in runs_from_json(text):
        line = flat(run.text[:room])
        room -= len(line)
        if line:
            yield line
        if room <= 0:
            return


def _buildings(session: Session, project_id: str) -> list[Draft]:
    buildings = session.scalars(
        sa.select(Building).where(Building.project_id == project_id).order_by(Building.id)
    ).all()
    codes: dict[str, list[str]] = {}
    query = (
        sa.select(BuildingIdentifier.building_id, BuildingIdentifier.value)
        .where(
            BuildingIdentifier.building_id.in_([b.id for b in buildings]),
            BuildingIdentifier.valid_to.is_(None),
        )
        .order_by(BuildingIdentifier.id)
    )
    for building_id, value in session.execute(query):
        codes.setdefault(building_id, []).append(value)
    return [
        Draft(
            SearchDoc(
                id=b.id,
                kind=Kind.BUILDING,
                project_id=project_id,
                subject_id=b.id,
                number=flat(b.number),
                title=flat(b.name),
                place=b.id,
                sort_key=b.number_key,
                codes=tuple(flat(c) for c in codes.get(b.id, ())),
            )
        )
        for b in buildings
    ]


def _shown_renditions(session: Session, revision_ids: Sequence[str]) -> dict[str, Rendition]:
    query = sa.select(Rendition).where(
        Rendition.owner_kind == "revision", Rendition.owner_id.in_(revision_ids), Rendition.role.in_(_SHOWN)
    )
    found = sorted(session.scalars(query), key=lambda r: (_SHOWN.index(RenditionRole(r.role)), r.id))
    return {r.owner_id: r for r in found}


def _holding(session: Session, sheet_ids: Sequence[str], now: int) -> dict[str, tuple[int, int]]:
    """By revision, the span during which it is the base: the one that lasts now, or the next to come."""
    query = (
        sa.select(RecordFact)
        .where(RecordFact.sheet_id.in_(sheet_ids))
        .order_by(RecordFact.sheet_id, RecordFact.effective_at, RecordFact.recorded_at, RecordFact.id)
    )
    facts = session.scalars(query).all()
    spans: dict[str, tuple[int, int]] = {}
    for fact, after in zip_longest(facts, facts[1:]):
        ends = after is not None and after.sheet_id == fact.sheet_id
        until = to_micros(after.effective_at) if ends and after is not None else FOREVER
        begins = to_micros(fact.effective_at)
        if fact.kind == FactKind.RELEASED and fact.revision_id and begins < until and until > now:
            spans.setdefault(fact.revision_id, (begins, until))
    return spans
