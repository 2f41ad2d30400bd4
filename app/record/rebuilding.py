"""Law 10: the register made again from the object store alone — entries, manifests and lists that stand beside the bytes.

What comes back: the ledger to the byte, organisations, people without their passwords, projects with their parties and
seats, sheets, every revision that was ever frozen with its renditions and signatures, the record's facts, and the frozen
sets. What does not: drafts and batches of uploads, which are work and not record; their bytes stay in the store.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party, Seat
from app.accounts.directory import read_directory
from app.accounts.models import Organisation, Person
from app.drawings.models import RevisionSignature, Sheet, SheetRevision
from app.files.models import Rendition
from app.kernel.actor import SYSTEM
from app.kernel.clock import EPOCH, Clock, from_micros
from app.kernel.db.transactions import Database
from app.kernel.db.types import Base
from app.kernel.ledger.append import Fact
from app.kernel.ledger.audit import every_entry
from app.kernel.ledger.models import LedgerEntry
from app.kernel.ledger.publish import published_entries, published_head
from app.kernel.ledger.restore import restore_entries
from app.kernel.ledger.sequence import sequence
from app.kernel.text import code_key, look_alike_key, loose_key, natural_key
from app.projects.models import Building, BuildingIdentifier, Project, ProjectIdentifier
from app.record.manifests import baseline_key, read_baseline_list, read_record_manifest, revision_key
from app.record.models import Baseline, BaselineItem, RecordFact, SlipEffect
from app.record.replay import Chapter, Replay, Row
from app.record.rules import digest_of
from storage import ObjectStore

ABSENT_NAME = "（姓名未保存）"
NOTHING_READ: Mapping[str, Any] = {"read": {}, "corrected": [], "differs": []}


class CannotRebuild(Exception):  # noqa: N818
    """There is nothing to rebuild from, or the place is not empty, or the store contradicts itself."""


@dataclass
class Rebuilt:
    """What came back, and what could not."""

    counts: dict[str, int] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    """Drafts: ``number label``."""
    problems: list[str] = field(default_factory=list)
    """Frozen revisions or sets whose side file is missing or wrong: one sentence each."""


def rebuild_register(
    database: Database, store: ObjectStore, clock: Clock, chapters: Sequence[Chapter]
) -> Rebuilt:
    """Fill an empty, migrated database from the store; subjects above the record hand in their chapters.

    Raises:
        CannotRebuild: the database is not empty; the store holds no ledger; its entries do not give the root that
            stands in their name.
    """
    head = published_head(store)
    if head.size == 0:
        raise CannotRebuild("存储中没有账本 / the store holds no ledger")
    with database.plumbing() as session:
        if session.scalar(sa.select(LedgerEntry.id).limit(1)) is not None:
            raise CannotRebuild("数据库不是空的 / the database is not empty")
        try:
            root = restore_entries(session, published_entries(store, head))
        except (LookupError, ValueError) as error:
            raise CannotRebuild(f"账本不完整 / the ledger is not whole: {error}") from error
        if root.hex() != head.root:
            raise CannotRebuild("账本的根与其名不符 / the entries do not give the root in their name")
        rebuilt = _Rebuilding(session, store, chapters).run()
    sequence(database, clock)
    with database.write(SYSTEM) as tx:
        data = {"entries": head.size, "root": head.root, "left_out": len(rebuilt.left_out)}
        tx.record(Fact("register.rebuilt", data=data))
    sequence(database, clock)
    return rebuilt


class _Rebuilding:
    """The second half: rows from entries and side files, in the order their foreign keys ask for."""

    def __init__(self, session: Session, store: ObjectStore, chapters: Sequence[Chapter]) -> None:
        self._session = session
        self._store = store
        self._told = Replay(chapters=chapters).read(every_entry(session))
        self._rebuilt = Rebuilt(counts={"entries": 0})

    def run(self) -> Rebuilt:
        """Write everything.

        Raises:
            CannotRebuild: an entry speaks of something no entry before it made.
        """
        told = self._told
        if told.unfounded:
            raise CannotRebuild(f"账本不完整 / the ledger is not whole: {told.unfounded[0]}")
        self._rebuilt.left_out = [
            f"{told.sheets[row['sheet_id']]['number']} {row['rev_label']}"
            for row in told.revisions.values()
            if row["frozen_at"] is None
        ]
        people = self._people()
        told.forget_drafts()
        self._insert(Organisation, (row | {"version": 1} for row in told.organisations.values()))
        self._insert(Person, people)
        self._insert(Project, (row | {"version": 1} for row in told.projects.values()))
        self._insert(ProjectIdentifier, told.project_identifiers.values())
        self._insert(Building, map(_building, told.buildings.values()))
        self._insert(BuildingIdentifier, told.building_identifiers.values())
        self._insert(Party, (row | {"version": 1} for row in told.parties.values()))
        self._insert(Seat, (row | {"version": 1} for row in told.seats.values()))
        self._drawings(told.sheets, told.revisions)
        self._insert(RevisionSignature, told.signatures.values())
        self._insert(RecordFact, told.facts.values())
        self._insert(SlipEffect, told.effects.values())
        self._baselines()
        for table in (table for chapter in told.chapters for table in chapter.tables):
            rows = told.more[str(table.model.__tablename__)].values()
            self._insert(table.model, (row | dict(table.beside) for row in rows))
        entries = sa.select(sa.func.count()).select_from(LedgerEntry)
        self._rebuilt.counts["entries"] = self._session.execute(entries).scalar_one()
        return self._rebuilt

    def _insert(self, model: type[Base], rows: Iterable[Row]) -> None:
        batch = [dict(row) for row in rows]
        if batch:
            self._session.execute(sa.insert(model), batch)
        name = str(model.__tablename__)
        self._rebuilt.counts[name] = self._rebuilt.counts.get(name, 0) + len(batch)

    def _people(self) -> list[Row]:
        """Those in the directory; for identifiers it does not know, somebody without a name."""
        known = read_directory(self._store)
        told = self._told
        wanted = {row["person_id"] for row in (*told.seats.values(), *told.signatures.values())}
        wanted |= {row["drafted_by"] for row in told.revisions.values()}
        wanted = wanted.union(*(chapter.people(told) for chapter in told.chapters))
        began = min((row["created_at"] for row in told.organisations.values()), default=EPOCH)
        blank = {"organisation_id": None, "name": ABSENT_NAME, "email": "", "phone": "", "is_active": False}
        blank |= {"language": "zh", "timezone": "Asia/Shanghai", "is_platform_admin": False}
        rows = []
        for key in sorted(wanted | known.keys()):
            row = blank | {"id": key, "login": key} | known.get(key, {})
            if row["organisation_id"] not in told.organisations:
                row["organisation_id"] = None
            made = {"login_key": code_key(row["login"]), "password_hash": None, "created_at": began}
            rows.append(row | made | {"version": 1})
        return rows

    def _drawings(self, sheets: Mapping[str, Row], revisions: Mapping[str, Row]) -> None:
        """Sheets and revisions as the ledger tells them, with what their manifests add."""
        manifests = {}
        for key, row in revisions.items():
            place = revision_key(row["project_id"], row["sheet_id"], row["rev_seq"], key)
            manifest = read_record_manifest(self._store, place)
            name = f"{sheets[row['sheet_id']]['number']} {row['rev_label']}"
            if manifest is None:
                self._rebuilt.problems.append(f"{name}: 没有清单 / no manifest, its renditions are unknown")
            elif manifest["revision"]["base_sha256"] != row["base_sha256"]:
                self._rebuilt.problems.append(f"{name}: 清单与账本不符 / manifest and ledger disagree")
            else:
                manifests[key] = manifest
        as_read = {m["sheet"]["id"]: m["sheet"]["number_as_read"] for m in manifests.values()}
        self._insert(Sheet, (_sheet(row, as_read.get(key)) for key, row in sheets.items()))
        self._insert(SheetRevision, (_revision(row, manifests.get(key)) for key, row in revisions.items()))
        for key, manifest in manifests.items():
            self._insert(Rendition, (_rendition(key, r) for r in manifest["renditions"]))
        known = {rendition["id"] for manifest in manifests.values() for rendition in manifest["renditions"]}
        self._insert(Rendition, (row for key, row in self._told.sealed.items() if key not in known))

    def _baselines(self) -> None:
        self._insert(Baseline, self._told.baselines.values())
        for key, row in self._told.baselines.items():
            lines = read_baseline_list(self._store, baseline_key(row["project_id"], key))
            if lines is None or digest_of(lines) != row["digest"]:
                self._rebuilt.problems.append(
                    f"{row['title']}: 基线清单缺失或不符 / its list is missing or wrong"
                )
                continue
            self._insert(BaselineItem, (_item(key, n, line) for n, line in enumerate(lines)))


def _building(row: Row) -> Row:
    return row | {"number_key": code_key(row["number"]), "version": 1}


def _sheet(row: Row, number_as_read: str | None) -> Row:
    number = row["number"]
    return row | {
        "number_original": number_as_read or number,
        "number_key": code_key(number),
        "loose_key": loose_key(number),
        "look_alike_key": look_alike_key(number),
        "sort_key": natural_key(number),
    }


def _revision(row: Row, manifest: Mapping[str, Any] | None) -> Row:
    frozen = manifest["revision"] if manifest else {}
    more = {name: frozen.get(name, "") for name in ("paper", "scales", "issue_date")}
    more["completeness"] = frozen.get("completeness", "complete")
    return row | more | {"title_block": dict(NOTHING_READ), "version": 1}


def _rendition(revision_id: str, frozen: Mapping[str, Any]) -> Row:
    at = {"recorded_at": from_micros(frozen["recorded_at"])}
    return {**frozen, **at, "owner_kind": "revision", "owner_id": revision_id}


def _item(baseline_id: str, position: int, line: str) -> Row:
    said = json.loads(line)
    return {
        "baseline_id": baseline_id,
        "position": position,
        "sheet_id": said["sheet"],
        "revision_id": said["revision"],
        "sha256": said["sha256"],
        "line": line,
    }
