"""Self-check before submission (自审): a design institute has the rules of the assisted review run over its own sheets.

What they find is seen by the institute alone and never becomes an opinion: it has tables of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused, declare, invalid
from app.kernel.ids import new_id
from app.kernel.outbox import Job, JobState
from app.kernel.policy import Rights, SeatFact, Target
from app.review.assist.found import told_of
from app.review.assist.rule import Verdict
from app.review.assist.rulebook import Judged
from app.review.facts import own_sheets
from app.review.library_models import SelfCheck, SelfCheckDrop

SELF_CHECK = "self_check"
"""Kind of the job."""
MOST_DROPPED = 1_000
NOTHING_TO_CHECK = declare(
    "nothing-to-self-check",
    409,
    "本单位没有待送审的图纸。",
    "Your institute has no sheets that wait for submission.",
    "自审针对编制中、校审中、已出图和被退回的图纸；请先在“收图”中上传。",
    "The self-check looks at drafts, sheets being checked, issued and returned ones: upload them under Intake first.",
)


def self_checking_seat(rights: Rights, project_id: str) -> SeatFact:
    """The seat in a design institute by which the actor checks its sheets.

    Raises:
        Refused: ``forbidden`` to others of the project; ``not-found`` to strangers.
    """
    for seat in rights.in_project(project_id):
        found = rights.seat_for(Permission.REVIEW_SELF_CHECK, Target(project_id, party_id=seat.party_id))
        if found is not None:
            return found
    return rights.require(Permission.REVIEW_SELF_CHECK, Target(project_id))


def ask_self_check(tx: Tx, project_id: str) -> str:
    """Have the rules run over one's own sheets (自审); returns the run, which may be under way already.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``nothing-to-self-check``.
    """
    seat = self_checking_seat(rights_of(tx.session, tx.actor, tx.now), project_id)
    if not own_sheets(tx.session, project_id, seat.party_id):
        raise Refused(NOTHING_TO_CHECK)
    waiting = sa.select(SelfCheck.id).where(
        SelfCheck.party_id == seat.party_id, SelfCheck.finished_at.is_(None)
    )
    for run_id in tx.session.scalars(waiting.order_by(SelfCheck.id.desc())).all():
        alive = sa.select(Job.id).where(
            Job.dedupe_key == self_check_key(run_id), Job.state.in_((JobState.READY, JobState.RUNNING))
        )
        if tx.session.execute(alive.limit(1)).first() is not None:
            return run_id
    run = SelfCheck(
        id=new_id(),
        project_id=project_id,
        party_id=seat.party_id,
        revisions=[],
        rules={},
        findings=[],
        person_id=seat.person_id,
        asked_at=tx.now,
        finished_at=None,
    )
    tx.session.add(run)
    tx.session.flush()
    tx.enqueue(SELF_CHECK, {"run": run.id}, project_id=project_id, dedupe_key=self_check_key(run.id))
    return run.id


def self_check_key(run_id: str) -> str:
    """The key of a run's job."""
    return f"{SELF_CHECK}:{run_id}"


@dataclass(frozen=True)
class NoteSelfCheck:
    """What a run found."""

    run_id: str
    revisions: Sequence[str]
    judged: Sequence[Judged]


def note_self_check(tx: Tx, command: NoteSelfCheck) -> None:
    """Write a run's answers, once; runs before it are forgotten."""
    query = sa.select(SelfCheck).where(SelfCheck.id == command.run_id).with_for_update()
    run = tx.session.execute(query.execution_options(populate_existing=True)).scalar_one()
    if run.finished_at is not None:
        return
    run.revisions = list(command.revisions)
    run.rules = {j.rule: {"verdict": str(j.verdict), **j.counts} for j in command.judged}
    run.findings = [found.to_json() for judged in command.judged for found in told_of(judged)]
    run.finished_at = tx.now
    older = sa.delete(SelfCheck).where(
        SelfCheck.party_id == run.party_id,
        SelfCheck.finished_at.is_not(None),
        SelfCheck.id != run.id,
    )
    tx.session.execute(older)


@dataclass(frozen=True)
class DropSelfFindings:
    """Findings of the newest run, by their keys."""

    project_id: str
    keys: Sequence[str]


def drop_self_findings(tx: Tx, command: DropSelfFindings) -> list[str]:
    """Drop findings (排除): later runs do not raise them again. Returns those that were dropped.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``invalid-input``.
    """
    seat = _seat(tx, command)
    known = _keys_of_newest(tx, seat.party_id)
    dropped = set(
        tx.session.scalars(sa.select(SelfCheckDrop.key).where(SelfCheckDrop.party_id == seat.party_id))
    )
    done = [key for key in dict.fromkeys(command.keys) if key in known and key not in dropped]
    for key in done:
        row = SelfCheckDrop(id=new_id(), party_id=seat.party_id, key=key, person_id=seat.person_id, at=tx.now)
        tx.session.add(row)
    return done


def restore_self_findings(tx: Tx, command: DropSelfFindings) -> list[str]:
    """Take back that findings were dropped (恢复). Returns those that were restored.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``invalid-input``.
    """
    seat = _seat(tx, command)
    query = sa.select(SelfCheckDrop).where(
        SelfCheckDrop.party_id == seat.party_id, SelfCheckDrop.key.in_(list(command.keys))
    )
    rows = tx.session.scalars(query).all()
    for row in rows:
        tx.session.delete(row)
    return [row.key for row in rows]


def _seat(tx: Tx, command: DropSelfFindings) -> SeatFact:
    if len(command.keys) > MOST_DROPPED:
        raise invalid("findings", f"一次最多 {MOST_DROPPED} 条", f"at most {MOST_DROPPED} at once")
    return self_checking_seat(rights_of(tx.session, tx.actor, tx.now), command.project_id)


def _keys_of_newest(tx: Tx, party_id: str) -> set[str]:
    # Locked, so that two people who drop the same finding come one after the other.
    query = (
        sa.select(SelfCheck)
        .where(SelfCheck.party_id == party_id, SelfCheck.finished_at.is_not(None))
        .with_for_update()
    )
    return {
        f["key"] for run in tx.session.scalars(query) for f in run.findings if f["verdict"] == Verdict.FINDING
    }
