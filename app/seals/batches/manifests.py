"""The manifest that ends a batch: every sealed document by digest under one root, the PDF of it sealed like them."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.files.models import Rendition
from app.kernel.errors import Refused
from app.projects.models import Project
from app.seals.models import Seal, SealBatch, SealUse
from app.seals.pictures import Pictures
from app.seals.room import SealRoom
from app.seals.rules import UseState
from app.seals.sealing.fields import fields_of
from app.seals.sealing.jail import ready_file
from app.seals.sealing.manifest import FIELD, Act, Row, SetTree, manifest_json, manifest_pdf, manifest_wishes
from app.seals.sealing.pades import Act as SealAct
from app.seals.sealing.pades import Desk
from storage import StoredObject


@dataclass(frozen=True)
class Manifest:
    """What is noted of it."""

    root: str
    rows: StoredObject
    """Its rows as JSON."""
    paper: StoredObject | None
    """The sealed PDF; None where it could not be made."""
    refusal: Refused | None = None
    """Why not."""


def write_manifest(
    room: SealRoom, batch: SealBatch, seal: Seal, desk: Desk, pictures: Pictures
) -> Manifest | None:
    """Make and store the manifest of what was sealed; None when nothing was. Done twice the first one stays noted."""
    with room.database.read() as session:
        rows = rows_of(session, batch.id)
        if not rows:
            return None
        project = session.get_one(Project, batch.project_id).name
        by = session.get_one(Person, batch.asked_by).name
    tree = SetTree(rows)
    listed = room.store.put([manifest_json(rows)])
    act = Act(
        project=project,
        name=batch.words or seal.name,
        seal=seal.name,
        by=by,
        at=room.now(),
        level=batch.level,
        reference=batch.id,
        address=room.address(f"/projects/{batch.project_id}/sealing/{batch.id}"),
    )
    try:
        paper = _sealed(room, manifest_pdf(rows, act), desk, pictures)
    except Refused as refusal:
        return Manifest(tree.root, listed, None, refusal)
    return Manifest(tree.root, listed, paper)


def rows_of(session: Session, batch_id: str) -> list[Row]:
    """What was sealed, in the order of the set."""
    query = (
        sa.select(SealUse, Rendition.sm3)
        .join(Rendition, Rendition.id == SealUse.rendition_id)
        .where(SealUse.batch_id == batch_id, SealUse.state == UseState.SEALED)
        .order_by(SealUse.place)
    )
    return [
        Row(
            document=use.about["document"],
            number=use.about["number"],
            title=use.about["title"],
            revision=use.about["revision"],
            sha256=use.sha256,
            sm3=sm3,
        )
        for use, sm3 in session.execute(query)
    ]


def _sealed(room: SealRoom, content: bytes, desk: Desk, pictures: Pictures) -> StoredObject:
    with tempfile.TemporaryDirectory(dir=room.scratch, prefix="manifest-") as folder:
        source, ready, target = (Path(folder) / name for name in ("made.pdf", "ready.pdf", "sealed.pdf"))
        source.write_bytes(content)
        ready_file(source, ready, manifest_wishes(), may_add_margin=True)
        field = fields_of(ready)[FIELD]
        desk.seal(ready, target, SealAct(FIELD, pictures.fitting(*field.shown_mm), at=room.now()))
        return room.store.put_file(target)


Ended = Callable[[SealBatch], None]
"""Writes what is known of a manifest into its batch."""


def noted(manifest: Manifest | None) -> Ended:
    """The columns of a batch that speak of its manifest."""

    def write(batch: SealBatch) -> None:
        if manifest is None or batch.root:
            return
        batch.root, batch.rows_sha256 = manifest.root, manifest.rows.sha256
        if manifest.paper is not None:
            batch.manifest_sha256 = manifest.paper.sha256
        if manifest.refusal is not None:
            batch.broken = {"code": manifest.refusal.code, "data": manifest.refusal.data}

    return write
