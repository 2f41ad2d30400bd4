"""How far the job of a comparison is."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.drawings.pairs import Pair
from app.kernel.outbox import Job, JobState


@dataclass(frozen=True)
class CompareJob:
    """The newest job of a pair that has not ended well."""

    state: JobState
    """``ready``, ``running`` or ``dead``."""
    ahead: int
    """How many comparisons come first while it waits."""


def compare_job(session: Session, pair: Pair) -> CompareJob | None:
    """The job of a pair; None when none was asked for, or the last one is done."""
    query = (
        sa.select(Job)
        .where(Job.dedupe_key == pair.key)
        .order_by(Job.created_at.desc(), Job.id.desc())
        .limit(1)
    )
    job = session.execute(query).scalar_one_or_none()
    if job is None or job.state == JobState.DONE:
        return None
    ahead = 0
    if job.state == JobState.READY:
        is_first = sa.or_(
            Job.priority > job.priority,
            sa.and_(Job.priority == job.priority, sa.tuple_(Job.run_at, Job.id) < (job.run_at, job.id)),
        )
        waiting = sa.select(sa.func.count()).where(
            Job.state == JobState.READY, Job.kind == job.kind, is_first
        )
        ahead = session.execute(waiting).scalar_one()
    return CompareJob(JobState(job.state), ahead)
