"""Asking for a judgement of a sheet's seals, and telling when what was valid is so no more."""

import sqlalchemy as sa

from app.drawings.models import SheetRevision
from app.drawings.queries.seal_marks import REVISION, seals_of_revisions
from app.drawings.rules import RevisionState
from app.files.models import Rendition
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused, declare
from app.kernel.ledger.telling import note
from app.seals.judging import ask, is_asked
from app.seals.models import SealJudgement
from app.seals.rules import Cause

NOTHING_TO_JUDGE = declare(
    "seal-nothing-to-judge",
    409,
    "本版次没有 PDF 文件，无签章可核验。",
    "This revision has no PDF: there are no seals to judge.",
    "只有 PDF 可以带有电子签章；请由设计单位提交 PDF。",
    "Only a PDF can carry e-seals; have the design institute hand one in.",
)


def judge_again(tx: Tx, revision_id: str) -> None:
    """Ask that a revision's bytes, with all seals, be judged; whoever asks while that waits shares it.

    Whoever calls this has shown that the revision is his to see.

    Raises:
        Refused: ``seal-nothing-to-judge``.
    """
    chain = seals_of_revisions(tx.session, [revision_id])[revision_id].chain
    if chain is None or not chain.can_carry:
        raise Refused(NOTHING_TO_JUDGE)
    if not is_asked(tx.session, chain.latest.sha256):
        project_id = tx.session.get_one(SheetRevision, revision_id).project_id
        ask(tx, chain.latest.sha256, Cause.ASKED, project_id)


def tell_worse(tx: Tx, judgement: SealJudgement) -> None:
    """Note of every revision that stands on these bytes that its seals are not valid any more."""
    owners = sa.select(Rendition.owner_id).where(
        Rendition.owner_kind == REVISION, Rendition.sha256 == judgement.sha256
    )
    rows = tx.session.scalars(
        sa.select(SheetRevision)
        .where(SheetRevision.id.in_(owners), SheetRevision.state != RevisionState.WITHDRAWN)
        .order_by(SheetRevision.id)
    ).all()
    seals = seals_of_revisions(tx.session, [row.id for row in rows])
    for row in rows:
        chain = seals[row.id].chain
        if chain is not None and chain.latest.sha256 == judgement.sha256:
            note(
                tx,
                "seal.verdict-worsened",
                project_id=row.project_id,
                sheet_id=row.sheet_id,
                revision=row.id,
                judgement=judgement.id,
            )
