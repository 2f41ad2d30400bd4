"""The register against the ledger, row by row: what was changed, removed or added behind the ledger's back is named."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party, Seat
from app.accounts.models import Organisation
from app.drawings.models import RevisionSignature, Sheet, SheetRevision
from app.files.models import Rendition
from app.kernel.db.types import Base
from app.kernel.ledger.audit import Fault, every_entry
from app.projects.models import Building, BuildingIdentifier, Project, ProjectIdentifier
from app.record.models import Baseline, BaselineItem, RecordFact, SlipEffect
from app.record.replay import Chapter, Replay, Row
from app.record.rules import digest_of


def audit_register(session: Session, chapters: Sequence[Chapter]) -> Iterator[Fault]:
    """Everything in which the register is not what the ledger says.

    Columns that the ledger does not speak of are not judged: what a title block was read as, places and names that
    people may correct. Subjects above the record hand in their chapters.
    """
    told = Replay(chapters=chapters).read(every_entry(session))
    for entry in told.unfounded:
        yield Fault("entry-unfounded", entry, "no entry before it made what it speaks of")
    tables: tuple[tuple[str, type[Base], Mapping[str, Row]], ...] = (
        ("organisation", Organisation, told.organisations),
        ("project", Project, told.projects),
        ("project-code", ProjectIdentifier, told.project_identifiers),
        ("building", Building, told.buildings),
        ("building-code", BuildingIdentifier, told.building_identifiers),
        ("party", Party, told.parties),
        ("seat", Seat, told.seats),
        ("sheet", Sheet, told.sheets),
        ("revision", SheetRevision, told.revisions),
        ("signature", RevisionSignature, told.signatures),
        ("baseline", Baseline, told.baselines),
    )
    for name, model, rows in tables:
        yield from _differences(name, _stored(session, model), rows)
    for table in (table for chapter in chapters for table in chapter.tables):
        rows = told.more[str(table.model.__tablename__)]
        yield from _differences(table.name, _stored(session, table.model), rows)
    facts = {(r["act_id"], r["sheet_id"], r["revision_id"]): r for r in _rows(session, RecordFact)}
    yield from _differences("record-fact", facts, told.facts)
    yield from _bases(session, told)
    yield from _lines(session)
    effects = {(r["act_id"], r["sheet_id"], r["change_id"], r["kind"]): r for r in _rows(session, SlipEffect)}
    yield from _differences("slip-effect", effects, told.effects)


def _differences(name: str, stored: Mapping[Any, Row], told: Mapping[Any, Row]) -> Iterator[Fault]:
    check = f"{name}-row"
    for key, row in told.items():
        found = stored.get(key)
        if found is None:
            yield Fault(check, _subject(name, row), "the ledger speaks of it, the register lacks it")
            continue
        wrong = sorted(column for column, value in row.items() if found[column] != value)
        if wrong:
            yield Fault(check, _subject(name, row), f"not as the ledger says: {', '.join(wrong)}")
    for key, row in stored.items():
        if key not in told:
            yield Fault(check, _subject(name, row), "the register has it, the ledger does not speak of it")


def _bases(session: Session, told: Replay) -> Iterator[Fault]:
    """The bytes of every frozen revision are among those the ledger saw go into it, and among its renditions."""
    stored: dict[str, set[str]] = {}
    query = sa.select(Rendition.owner_id, Rendition.sha256).where(Rendition.owner_kind == "revision")
    for owner, sha256 in session.execute(query):
        stored.setdefault(owner, set()).add(sha256)
    for key, base in session.execute(sa.select(SheetRevision.id, SheetRevision.base_sha256)):
        if base is None:
            continue
        if base not in told.files.get(key, ()):
            yield Fault("base-digest", f"revision {key}", "the ledger never saw these bytes go into it")
        if base not in stored.get(key, ()):
            yield Fault("rendition", f"revision {key}", "no rendition has the bytes of its base")


def _lines(session: Session) -> Iterator[Fault]:
    """The lines of every frozen set give its digest."""
    for key, digest in session.execute(sa.select(Baseline.id, Baseline.digest)):
        query = (
            sa.select(BaselineItem.line)
            .where(BaselineItem.baseline_id == key)
            .order_by(BaselineItem.position)
        )
        if digest_of(session.scalars(query)) != digest:
            yield Fault("baseline-lines", f"baseline {key}", "its lines do not give its digest")


def _stored(session: Session, model: type[Base]) -> dict[str, Row]:
    return {row["id"]: row for row in _rows(session, model)}


def _rows(session: Session, model: type[Base]) -> Iterator[Row]:
    """Rows as values by the names of their columns, without objects."""
    table = model.__table__
    for row in session.execute(sa.select(table)).mappings():
        yield dict(row)


def _subject(name: str, row: Row) -> str:
    return f"{name} {row.get('id') or row.get('sheet_id')}"
