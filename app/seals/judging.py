"""Judging stored bytes (验签): a job, an event for each judgement, and when to judge again."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.files.models import Rendition, RenditionRole
from app.kernel.db.transactions import Tx
from app.kernel.ids import new_id
from app.kernel.ledger.append import FileFact
from app.kernel.ledger.telling import note
from app.kernel.outbox import Job, JobState
from app.seals.models import SealJudgement, SealUse
from app.seals.queries.standing import newest_judgements
from app.seals.room import SealRoom
from app.seals.rules import Cause, UseState, Verdict
from app.seals.sealing.aging import renewal_due
from app.seals.verifying.jail import judge_file
from app.seals.verifying.values import Report

JUDGE_FILE = "judge_file"
"""Kind of the job that judges."""
AGAIN = {
    Verdict.VALID: timedelta(days=180),
    Verdict.UNTRUSTED: timedelta(days=30),
    Verdict.INDETERMINATE: timedelta(days=7),
}
"""After how long bytes are judged again [P]; what is invalid stays so."""
RENEW_FILE = "renew_file"
"""Kind of the job that renews (:mod:`app.seals.renewals`)."""
RENEW_AHEAD = timedelta(days=90)
"""How long before the last instant a file is renewed [P]."""
Worsened = Callable[[Tx, SealJudgement], None]
"""Tells whoever it concerns."""
_AT_ONCE = 200
"""Files that are asked for at one look."""


def judge_stored(
    room: SealRoom, sha256: str, cause: Cause, project_id: str | None, *, worsened: Worsened | None = None
) -> Callable[[Tx], None]:
    """Judge stored bytes as of now in the jail; what is returned notes it. Each judgement is one more event.

    Args:
        room: what judging needs.
        sha256: the bytes.
        cause: why.
        project_id: for whom.
        worsened: told in the same transaction when bytes that were valid are so no more. Whose bytes they are, the
            subjects above know.
    """
    now = room.now()
    trust = room.trust.trust_list(now)
    with room.copies.object(sha256) as path:
        report = judge_file(path, trust, now)
    content = json.dumps(report.to_dict(), ensure_ascii=False, sort_keys=True).encode()
    stored = room.store.put([content])
    trusted = json.dumps(trust.to_dict(), ensure_ascii=False, sort_keys=True).encode()
    stood_on = room.store.put([trusted])
    last = renewal_due(report, now)
    row = {
        "sha256": sha256,
        "project_id": project_id,
        "verdict": report.verdict,
        "cause": cause,
        "report_sha256": stored.sha256,
        "summary": {**summary_of(report), "trust_sha256": stood_on.sha256},
        "engine": report.engine[:200],
        "trust_name": report.trust_name[:200],
        "trust_version": report.trust_version[:80],
        "judged_at": now,
    }

    def commit(tx: Tx) -> None:
        before = newest_judgements(tx.session, [sha256]).get(sha256)
        can_renew = not is_just_renewed(tx.session, sha256, now)
        at = due(report, now) if can_renew else now + RENEW_AHEAD
        judged = SealJudgement(id=new_id(), recorded_at=tx.now, due_at=at, **row)
        tx.session.add(judged)
        files = tuple(FileFact(one.sha256, one.sm3, one.size) for one in (stored, stood_on))
        note(tx, "seal.judged", judged, project_id=project_id, files=files, judgement=judged.id)
        if worsened is not None and before is not None and is_worse(before.verdict, judged.verdict):
            worsened(tx, judged)
        if can_renew and last is not None and last - RENEW_AHEAD <= now:
            payload = {"sha256": sha256, "project_id": project_id}
            tx.enqueue(RENEW_FILE, payload, project_id=project_id, dedupe_key=f"renew:{sha256}")

    return commit


def is_just_renewed(session: Session, sha256: str, now: datetime) -> bool:
    """Whether these bytes came of a renewal not long ago: another one would add nothing, for what it is made with has not
    become younger (a time stamping service whose own algorithm ends).
    """
    put_on = sa.select(SealUse.rendition_id).where(SealUse.rendition_id.is_not(None))
    query = sa.select(Rendition.id).where(
        Rendition.sha256 == sha256,
        Rendition.role == RenditionRole.SEALED,
        Rendition.recorded_at > now - RENEW_AHEAD,
        Rendition.id.not_in(put_on),
    )
    return session.execute(query.limit(1)).first() is not None


def is_worse(before: str, after: str) -> bool:
    """Whether what was valid is so no more (an expired trust, a revoked certificate, an algorithm that aged)."""
    return before == Verdict.VALID and after != Verdict.VALID


def summary_of(report: Report) -> dict[str, Any]:
    """What pages show without the whole report; sentences as [Chinese, English]."""
    sentence = report.sentence
    return {
        "sentence": [sentence.zh, sentence.en],
        "reasons": [why.code for why in report.reasons],
        "seals": [
            {
                "field": seal.field,
                "verdict": str(seal.verdict),
                "is_timestamp": seal.is_timestamp,
                "who": asdict(seal.who) if seal.who else None,
                "time": seal.time or seal.claimed_at,
                "clock": str(seal.clock),
                "level": str(seal.level) if seal.level else "",
                "after": str(seal.after),
                "covers": seal.covers_whole_file,
                "sentence": [seal.sentence.zh, seal.sentence.en],
            }
            for seal in report.seals
        ],
    }


def read_report(room: SealRoom, judgement: SealJudgement) -> Report:
    """The whole report of a judgement."""
    content: Mapping[str, Any] = json.loads(b"".join(room.store.read(judgement.report_sha256)))
    return Report.from_dict(content)


def due(report: Report, now: datetime) -> datetime | None:
    """When to judge again, at latest when it is time to renew; None: never by itself."""
    wait = AGAIN.get(report.verdict)
    if wait is None:
        return None
    last = renewal_due(report, now)
    soonest = now + timedelta(days=1)  # a renewal that is not to be had is not asked for all day long
    return min(now + wait, max(soonest, last - RENEW_AHEAD)) if last is not None else now + wait


def due_files(session: Session, now: datetime) -> list[tuple[str, str | None]]:
    """Files (digest, project) whose newest judgement is due, the oldest first.

    What got a further seal is passed over: the bytes with that seal are judged, and hold every byte of these.
    """
    sealed_over = sa.select(SealUse.before_sha256).where(SealUse.state == UseState.SEALED)
    newest = (
        sa.select(SealJudgement.sha256, sa.func.max(SealJudgement.judged_at).label("at"))
        .group_by(SealJudgement.sha256)
        .subquery()
    )
    query = (
        sa.select(SealJudgement.sha256, SealJudgement.project_id)
        .join(
            newest, sa.and_(newest.c.sha256 == SealJudgement.sha256, newest.c.at == SealJudgement.judged_at)
        )
        .where(SealJudgement.due_at <= now, SealJudgement.sha256.not_in(sealed_over))
        .order_by(SealJudgement.due_at, SealJudgement.id)
        .limit(_AT_ONCE)
    )
    return [(sha256, project) for sha256, project in session.execute(query)]


def ask_due(tx: Tx) -> int:
    """Ask for judgements that are due; returns how many."""
    files = due_files(tx.session, tx.now)
    for sha256, project_id in files:
        ask(tx, sha256, Cause.DUE, project_id, priority=-1)
    return len(files)


def ask_on_arrival(tx: Tx, sha256: str, project_id: str) -> None:
    """Ask for the first judgement of bytes that came with signatures; those of a signed set are asked for once."""
    known = sa.select(SealJudgement.id).where(SealJudgement.sha256 == sha256).limit(1)
    if tx.session.execute(known).first() is None:
        ask(tx, sha256, Cause.ARRIVED, project_id)


def is_asked(session: Session, sha256: str) -> bool:
    """Whether a judgement of these bytes waits, or is being made."""
    query = sa.select(Job.id).where(
        Job.dedupe_key == _key(sha256), Job.state.in_((JobState.READY, JobState.RUNNING))
    )
    return session.execute(query.limit(1)).first() is not None


def ask(tx: Tx, sha256: str, cause: Cause, project_id: str | None, *, priority: int = 0) -> None:
    """Ask that bytes be judged."""
    payload = {"sha256": sha256, "cause": str(cause), "project_id": project_id}
    tx.enqueue(JUDGE_FILE, payload, project_id=project_id, dedupe_key=_key(sha256), priority=priority)


def _key(sha256: str) -> str:
    return f"judge:{sha256}"
