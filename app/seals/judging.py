"""Judging stored bytes (验签): a job, an event for each judgement, and when to judge again."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.kernel.db.transactions import Tx
from app.kernel.ids import new_id
from app.kernel.ledger.append import FileFact
from app.seals.actions.noting import note
from app.seals.models import SealJudgement
from app.seals.room import SealRoom
from app.seals.rules import Cause, Verdict
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
_AT_ONCE = 200
"""Files that are asked for at one look."""


def judge_stored(room: SealRoom, sha256: str, cause: Cause, project_id: str | None) -> Callable[[Tx], None]:
    """Judge stored bytes as of now in the jail; what is returned notes it. Each judgement is one more event."""
    now = room.now()
    trust = room.trust.trust_list(now)
    with room.copies.object(sha256) as path:
        report = judge_file(path, trust, now)
    content = json.dumps(report.to_dict(), ensure_ascii=False, sort_keys=True).encode()
    stored = room.store.put([content])
    row = {
        "sha256": sha256,
        "project_id": project_id,
        "verdict": report.verdict,
        "cause": cause,
        "report_sha256": stored.sha256,
        "summary": summary_of(report),
        "engine": report.engine[:200],
        "trust_name": report.trust_name[:200],
        "trust_version": report.trust_version[:80],
        "judged_at": now,
        "due_at": due(report, now),
    }

    def commit(tx: Tx) -> None:
        judged = SealJudgement(id=new_id(), **row)
        tx.session.add(judged)
        files = (FileFact(stored.sha256, stored.sm3, stored.size),)
        note(tx, "seal.judged", judged, project_id=project_id, files=files, judgement=judged.id)

    return commit


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
    """When to judge again; None: never by itself."""
    wait = AGAIN.get(report.verdict)
    return now + wait if wait is not None else None


def due_files(session: Session, now: datetime) -> list[tuple[str, str | None]]:
    """Files (digest, project) whose newest judgement is due, the oldest first."""
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
        .where(SealJudgement.due_at <= now)
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


def ask(tx: Tx, sha256: str, cause: Cause, project_id: str | None, *, priority: int = 0) -> None:
    """Ask that bytes be judged."""
    payload = {"sha256": sha256, "cause": str(cause), "project_id": project_id}
    tx.enqueue(JUDGE_FILE, payload, project_id=project_id, dedupe_key=f"judge:{sha256}", priority=priority)
