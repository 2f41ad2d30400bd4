"""The table of papers that are kept as bytes. Appended; told to the ledger, so that a rebuild brings it back."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db.types import Base, Id, Instant, Ref, Sha256, Sm3

KEEP = "keep_certificate"
"""The job that makes and stores a certificate's paper, with ``{"certificate_id"}``."""


class ReviewPaper(Base):
    """A certificate (审查合格书) as PDF: the bytes that were made once, after it was issued."""

    __tablename__ = "review_papers"

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("review_cases.id"), index=True)
    certificate_id: Mapped[str] = mapped_column(sa.ForeignKey("review_certificates.id"), unique=True)
    project_id: Mapped[Ref]
    sha256: Mapped[Sha256]
    sm3: Mapped[Sm3]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str] = mapped_column(sa.String(60))
    file_name: Mapped[str] = mapped_column(sa.String(300))
    tree_size: Mapped[int] = mapped_column(sa.BigInteger)
    """Of the ledger, as the paper's foot names it."""
    tree_root: Mapped[str] = mapped_column(sa.String(64))
    made_at: Mapped[Instant]


APPEND_ONLY = ("review_papers",)
"""Tables on which UPDATE and DELETE are stopped by trigger."""
