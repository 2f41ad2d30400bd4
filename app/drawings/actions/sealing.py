"""Deciding to put a seal on sheets: which of them it may be put on is asked here; the rest is the seals' own subject."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.drawings.actions.revisions import stop_on_failure
from app.drawings.guards import GuardContext, judge, load_contexts
from app.drawings.models import SheetRevision
from app.drawings.queries.visibility import revision_target
from app.drawings.rules import SEALED_IN, STATE_LABELS, Guard, RevisionState
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused, RowReport
from app.kernel.policy import Rights, SeatFact, Target
from app.projects.queries import policy_of
from app.projects.rules import DISCIPLINE_LABELS, Discipline
from app.seals.actions.batches import Document, OpenBatch, Opened, Prove, open_batch, usable_seal
from app.seals.refusals import UNFIT_STATE
from app.seals.rules import SEAL_LABELS, Level, SealKind

REVISION = "revision"


@dataclass(frozen=True)
class SealRevisions:
    """One decision to seal sheets of a project."""

    project_id: str
    revision_ids: Sequence[str]
    seal_id: str
    level: Level
    words: str = ""


def seal_revisions(tx: Tx, command: SealRevisions, prove: Prove) -> Opened:
    """Decide to seal; sheets that may not be sealed so are told with their reasons, and take no part.

    Raises:
        Refused: the project is not the actor's to see; nothing of it may be sealed by him; as
            :func:`app.seals.actions.batches.open_batch`.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    rights.require(Permission.PROJECT_VIEW, Target(command.project_id))
    seal = usable_seal(tx, command.seal_id, tx.actor.person_id or "", command.project_id)
    report, documents = RowReport(), []
    seat: SeatFact | None = None
    contexts = _contexts(tx, rights, command)
    for revision_id in dict.fromkeys(command.revision_ids):
        try:
            if revision_id not in contexts:
                raise Refused(NOT_FOUND)  # noqa: TRY301  the row's refusal, reported below
            seat = _may_seal(rights, contexts[revision_id], SealKind(seal.kind))
            documents.append(_document(contexts[revision_id]))
        except Refused as refusal:
            report.refused[revision_id] = refusal
    if seat is None or not documents:
        return Opened(None, report)
    order = OpenBatch(command.project_id, command.seal_id, documents, command.level, command.words)
    opened = open_batch(tx, order, seat, prove)
    opened.report.refused.update(report.refused)
    return opened


def _contexts(tx: Tx, rights: Rights, command: SealRevisions) -> dict[str, GuardContext]:
    query = (
        sa.select(SheetRevision)
        .where(
            SheetRevision.project_id == command.project_id, SheetRevision.id.in_(list(command.revision_ids))
        )
        .order_by(SheetRevision.id)
        .with_for_update()
    )
    found = [r for r in tx.session.scalars(query) if rights.may(Permission.REVISION_VIEW, revision_target(r))]
    return load_contexts(tx.session, found, policy_of(tx.session, command.project_id))


def _may_seal(rights: Rights, context: GuardContext, kind: SealKind) -> SeatFact:
    revision = context.revision
    seat = rights.require(Permission.SEAL_USE, revision_target(revision), visible_by=Permission.REVISION_VIEW)
    if RevisionState(revision.state) not in SEALED_IN[kind]:
        raise Refused(UNFIT_STATE, kind=SEAL_LABELS[kind], state=STATE_LABELS[revision.state])
    if revision.state == RevisionState.CHECKING:
        stop_on_failure(judge((Guard.SIGNATURES,), context))
    return seat


def _document(context: GuardContext) -> Document:
    sheet, revision = context.sheet, context.revision
    return Document(
        REVISION,
        revision.id,
        str(DISCIPLINE_LABELS[Discipline(revision.discipline)]),
        sheet.number,
        revision.title,
        revision.rev_label,
        sheet_id=sheet.id,
        discipline=revision.discipline,
        is_frozen=revision.base_sha256 is not None,
    )
