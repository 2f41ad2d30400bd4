"""Keeping a change document as bytes: made once by a job after it took effect, stored first, then told (laws 6, 7)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.changes.models import ChangeFile, ChangePaper
from app.changes.papers.notice import change_notice_pdf, change_paper_facts
from app.changes.rules import CONTENT_FILES, KIND_LABELS
from app.files.names import safe_name
from app.kernel.db.transactions import Database, Tx
from app.kernel.ids import new_id
from app.kernel.ledger.append import Fact, FileFact
from app.kernel.ledger.telling import told
from storage import ObjectStore

PDF = "application/pdf"


def keep_change_paper(
    database: Database, store: ObjectStore, change_id: str, *, base_url: str, now: datetime
) -> Callable[[Tx], None]:
    """Make the paper of a change in effect and store it; what is returned notes it. Done twice it changes nothing."""
    with database.read() as session:
        if kept_paper(session, change_id) is not None:
            return _nothing
        facts = change_paper_facts(session, change_id, now)
        change = facts.change
        number, project_id, kind = change.number, change.project_id, KIND_LABELS[change.kind]
    stored = store.put([change_notice_pdf(facts, base_url, now)])
    values: dict[str, Any] = {
        "change_id": change_id,
        "sha256": stored.sha256,
        "sm3": stored.sm3,
        "size": stored.size,
        "media_type": PDF,
        "file_name": safe_name(f"{kind.zh} {number}.pdf"),
        "made_at": now,
    }

    def note(tx: Tx) -> None:
        if kept_paper(tx.session, change_id) is not None:
            return
        row = ChangePaper(id=new_id(), **values)
        tx.session.add(row)
        tx.session.flush()
        tx.record(
            Fact(
                "change.paper-kept",
                project_id,
                subjects={"change": change_id, "paper": row.id},
                files=(FileFact(stored.sha256, stored.sm3, stored.size),),
                data={"rows": {str(ChangePaper.__tablename__): [told(row)]}},
            )
        )

    return note


def kept_paper(session: Session, change_id: str) -> ChangePaper | None:
    """The kept bytes of a change; None until the job is done."""
    return session.scalars(sa.select(ChangePaper).where(ChangePaper.change_id == change_id)).one_or_none()


def papers_of(session: Session, change_ids: Sequence[str]) -> dict[str, list[tuple[str, str, int, str]]]:
    """By change: its kept paper and what its designer added, as (title, sha256, size, media type), in printing order."""
    found: dict[str, list[tuple[str, str, int, str]]] = {key: [] for key in change_ids}
    kept = sa.select(ChangePaper).where(ChangePaper.change_id.in_(change_ids))
    for paper in session.scalars(kept):
        found[paper.change_id].append((paper.file_name, paper.sha256, paper.size, paper.media_type))
    added = (
        sa.select(ChangeFile)
        .where(ChangeFile.change_id.in_(change_ids), ChangeFile.kind.in_(sorted(CONTENT_FILES)))
        .order_by(ChangeFile.added_at, ChangeFile.id)
    )
    for file in session.scalars(added):
        found[file.change_id].append((file.title, file.sha256, file.size, file.media_type))
    return found


def _nothing(tx: Tx) -> None:
    """It is kept already."""
    del tx
