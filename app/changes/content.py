"""What of a change document is fixed at issue: the lines whose SHA-256 consents and receipts name.

Its number, state, costs and what is added later (approvals, photos) are not in it: they do not change what is built.
"""

import hashlib
from collections.abc import Iterable

from app.changes.models import ChangeDocument, ChangeFile, ChangeSheet
from app.changes.rules import CONTENT_FILES
from app.kernel.ledger.canonical import canonical_bytes

FORMAT = 1


def content_digest(change: ChangeDocument, sheets: Iterable[ChangeSheet], files: Iterable[ChangeFile]) -> str:
    """SHA-256 (hex) over the canonical JSON of what a change says."""
    stated = {
        "format": FORMAT,
        "change": change.id,
        "project": change.project_id,
        "kind": str(change.kind),
        "title": change.title,
        "reason": str(change.reason),
        "description": change.description,
        "discipline": str(change.discipline),
        "flags": sorted(change.flags),
        "externals": sorted(change.externals),
        "class_basis": change.class_basis,
        "ends": [dict(end) for end in change.ends],
        "sheets": [
            {
                "sheet": sheet.sheet_id,
                "revision": sheet.revision_id,
                "action": str(sheet.action),
                "boxes": [list(box) for box in sheet.boxes],
                "note": sheet.note,
            }
            for sheet in sorted(sheets, key=lambda s: s.sheet_id)
            if not sheet.is_dropped
        ],
        "files": sorted([str(file.kind), file.sha256] for file in files if file.kind in CONTENT_FILES),
    }
    return hashlib.sha256(canonical_bytes(stated)).hexdigest()
