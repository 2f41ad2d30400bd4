"""What a revision in checking waits for next, and whether this person may give it: the truth behind worklists."""

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.drawings.guards import GuardContext, load_contexts, missing_signatures
from app.drawings.models import SheetRevision
from app.drawings.queries.visibility import revision_target
from app.drawings.rules import SIGNATURE_RIGHTS, RevisionState, SignatureRole
from app.kernel.policy import Rights
from app.projects.queries import policy_of

ISSUE = "issue"


def next_steps(session: Session, rights: Rights, project_id: str) -> dict[str, frozenset[str]]:
    """By revision in checking: the signatures (:class:`SignatureRole`) this person may give now, and ``issue``.

    A signature is due when those before it are there (校对, 审核, 审定); whoever drafted the revision, or signed it in
    another role, is not asked (DOMAIN 2.11). Issue is due when nothing is missing.
    """
    query = sa.select(SheetRevision).where(
        SheetRevision.project_id == project_id, SheetRevision.state == RevisionState.CHECKING
    )
    revisions = session.scalars(query).all()
    if not revisions:
        return {}
    contexts = load_contexts(session, revisions, policy_of(session, project_id))
    return {key: frozenset(_steps(rights, context)) for key, context in contexts.items()}


def _steps(rights: Rights, context: GuardContext) -> list[str]:
    if not missing_signatures(context):
        return [ISSUE] if rights.may(Permission.REVISION_ISSUE, revision_target(context.revision)) else []
    steps = []
    have = {s.role for s in context.signatures}
    due = next((role for role in context.policy.signatures if role not in have), None)
    own = context.revision.discipline
    if due is not None and _may_sign(rights, context, due, own) and not _has_part(rights, context, due):
        steps.append(due)
    if any(_may_sign(rights, context, SignatureRole.COSIGNER, d) for d in _cosignatures_due(context)):
        steps.append(SignatureRole.COSIGNER)
    return steps


def _has_part(rights: Rights, context: GuardContext, role: str) -> bool:
    """Whether the person drafted the revision or signed it in another role."""
    person, revision = rights.actor.person_id, context.revision
    if person in (revision.drafted_by, *revision.also_drafted_by):
        return True
    others = (s for s in context.signatures if s.role not in (role, SignatureRole.COSIGNER))
    return any(s.person_id == person for s in others)


def _cosignatures_due(context: GuardContext) -> list[str]:
    given = {s.discipline for s in context.signatures if s.role == SignatureRole.COSIGNER}
    own = context.revision.discipline
    return [d for d in context.policy.cosign_disciplines if d != own and d not in given]


def _may_sign(rights: Rights, context: GuardContext, role: str, discipline: str) -> bool:
    """Whether the person may sign, judged by the discipline he speaks for."""
    target = replace(revision_target(context.revision), discipline=discipline)
    return rights.may(SIGNATURE_RIGHTS[role], target)
