"""Law 10: a manifest beside the bytes of every stored revision, so that the register can be rebuilt without the database."""

from typing import Any

import sqlalchemy as sa

from app.drawings.models import Sheet, SheetRevision
from app.files.models import Rendition
from app.kernel.clock import to_micros
from app.kernel.db.transactions import Database
from app.kernel.ledger.canonical import canonical_bytes
from storage import ObjectStore

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
    key = f"records/{sheet.project_id}/{sheet.id}/{revision.rev_seq:06d}-{revision.id}.json"
    store.write_once(key, canonical_bytes(_content(sheet, revision, renditions)))
    return key


def _content(sheet: Sheet, revision: SheetRevision, renditions: list[Rendition]) -> dict[str, Any]:
    return {
        "v": MANIFEST_VERSION,
        "project": sheet.project_id,
        "sheet": {
            "id": sheet.id,
            "number": sheet.number,
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
                "derived_from": r.derived_from,
            }
            for r in renditions
        ],
    }
