"""Keeping a certificate as bytes: made once by a job after it was issued, stored first, then told (laws 6, 7)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.files.names import safe_name
from app.kernel.db.transactions import Database, Tx
from app.kernel.ids import new_id
from app.kernel.ledger.append import Fact, FileFact
from app.kernel.ledger.telling import told
from app.review.paper_models import ReviewPaper
from app.review.papers.certificate import TITLE, certificate_pdf
from app.review.queries.papers import certificate_paper
from storage import ObjectStore

PDF = "application/pdf"


def keep_certificate(
    database: Database, store: ObjectStore, certificate_id: str, *, base_url: str, now: datetime
) -> Callable[[Tx], None]:
    """Make a certificate's PDF and store it; what is returned notes it. Done twice it changes nothing."""
    with database.read() as session:
        if kept_paper(session, certificate_id) is not None:
            return _nothing
        paper = certificate_paper(session, certificate_id)
    stored = store.put([certificate_pdf(paper, base_url, now)])
    found = paper.certificate
    values: dict[str, Any] = {
        "case_id": found.case_id,
        "certificate_id": certificate_id,
        "project_id": found.project_id,
        "sha256": stored.sha256,
        "sm3": stored.sm3,
        "size": stored.size,
        "media_type": PDF,
        "file_name": safe_name(f"{TITLE.zh} {found.number_internal}.pdf"),
        "tree_size": paper.checkpoint.size,
        "tree_root": paper.checkpoint.root,
        "made_at": now,
    }

    def note(tx: Tx) -> None:
        if kept_paper(tx.session, certificate_id) is not None:
            return
        row = ReviewPaper(id=new_id(), **values)
        tx.session.add(row)
        tx.session.flush()
        tx.record(
            Fact(
                "certificate.paper-kept",
                found.project_id,
                subjects={"certificate": certificate_id, "case": found.case_id, "paper": row.id},
                files=(FileFact(stored.sha256, stored.sm3, stored.size),),
                data={"rows": {str(ReviewPaper.__tablename__): [told(row)]}},
            )
        )

    return note


def kept_paper(session: Session, certificate_id: str) -> ReviewPaper | None:
    """The kept bytes of a certificate; None until the job is done."""
    query = sa.select(ReviewPaper).where(ReviewPaper.certificate_id == certificate_id)
    return session.scalars(query).one_or_none()


def _nothing(tx: Tx) -> None:
    """It is kept already."""
    del tx
