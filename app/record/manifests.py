"""Law 10: a manifest beside the bytes of every frozen revision, and the lines of every frozen set.

With the ledger beside them (:mod:`app.kernel.ledger.publish`) the register can be rebuilt without the database.
"""

import json
from typing import Any

import sqlalchemy as sa

from app.drawings.models import Sheet, SheetRevision
from app.files.models import Rendition
from app.kernel.clock import to_micros
from app.kernel.db.transactions import Database
from app.kernel.ledger.canonical import canonical_bytes
from app.record.models import Baseline, BaselineItem
from storage import ObjectStore
from storage.errors import NotFound

MANIFEST_VERSION = 1


def write_record_manifest(database: Database, store: ObjectStore, revision_id: str) -> str:
    """Write ``records/<project>/<sheet>/<rev_seq>-<revision>.json`` once; returns its key.

    It says what froze at issue: identity, label, title, and every rendition with its digests. Writing it twice is
    harmless; other content under the same key is refused by the store.
    """
    with database.read() as session:
        revision = session.get_one(SheetRevision, revision_id)
        sheet = session.get_one(Sheet, revision.sheet_id)
        query = (
            sa.select(Rendition)
            .where(
                Rendition.owner_kind == "revision",
                Rendition.owner_id == revision_id,
                Rendition.recorded_at <= revision.frozen_at,
            )
            .order_by(Rendition.recorded_at, Rendition.id)
        )
        renditions = list(session.scalars(query))
    key = revision_key(sheet.project_id, sheet.id, revision.rev_seq, revision.id)
    store.write_once(key, canonical_bytes(_content(sheet, revision, renditions)))
    return key


def revision_key(project_id: str, sheet_id: str, rev_seq: int, revision_id: str) -> str:
    """Where a revision's manifest stands."""
    return f"records/{project_id}/{sheet_id}/{rev_seq:06d}-{revision_id}.json"


def read_record_manifest(store: ObjectStore, key: str) -> dict[str, Any] | None:
    """A revision's manifest; None when there is none."""
    try:
        content: dict[str, Any] = json.loads(store.read_named(key))
    except NotFound:
        return None
    return content


def write_baseline_list(database: Database, store: ObjectStore, baseline_id: str) -> str:
    """Write ``records/<project>/baselines/<id>.txt`` once: the canonical lines, whose SHA-256 is the set's digest."""
    with database.read() as session:
        baseline = session.get_one(Baseline, baseline_id)
        query = (
            sa.select(BaselineItem.line)
            .where(BaselineItem.baseline_id == baseline_id)
            .order_by(BaselineItem.position)
        )
        lines = list(session.scalars(query))
    key = baseline_key(baseline.project_id, baseline_id)
    store.write_once(key, "".join(f"{line}\n" for line in lines).encode())
    return key


def baseline_key(project_id: str, baseline_id: str) -> str:
    """Where a frozen set's lines stand."""
    return f"records/{project_id}/baselines/{baseline_id}.txt"


def read_baseline_list(store: ObjectStore, key: str) -> list[str] | None:
    """The lines of a frozen set; None when there are none."""
    try:
        return store.read_named(key).decode().split("\n")[:-1]
    except NotFound:
        return None


def _content(sheet: Sheet, revision: SheetRevision, renditions: list[Rendition]) -> dict[str, Any]:
    return {
        "v": MANIFEST_VERSION,
        "project": sheet.project_id,
        "sheet": {
            "id": sheet.id,
            "number": sheet.number,
            "number_as_read": sheet.number_original,
            "discipline": sheet.discipline,
            "building": sheet.building_id,
        },
        "revision": {
            "id": revision.id,
            "seq": revision.rev_seq,
            "label": revision.rev_label,
            "title": revision.title,
            "stage": revision.stage,
            "paper": revision.paper,
            "scales": revision.scales,
            "issue_date": revision.issue_date,
            "completeness": revision.completeness,
            "party": revision.party_id,
            "code": revision.short_code,
            "base_sha256": revision.base_sha256,
            "frozen_at": to_micros(revision.frozen_at) if revision.frozen_at else None,
            "origin": revision.origin,
            "external": revision.external,
        },
        "renditions": [
            {
                "id": r.id,
                "role": r.role,
                "sha256": r.sha256,
                "sm3": r.sm3,
                "size": r.size,
                "media_type": r.media_type,
                "file_name": r.file_name,
                "page": r.page,
                "manifest_of": r.manifest_of,
                "manifest_page": r.manifest_page,
                "derived_from": r.derived_from,
                "recorded_at": to_micros(r.recorded_at),
            }
            for r in renditions
        ],
    }
