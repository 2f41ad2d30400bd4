"""Everything by which a draw can be checked without us, as one JSON value: no names, no secret that is still one."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.kernel.ledger.models import LedgerEntry
from app.kernel.ledger.queries import prove_inclusion
from app.kernel.ledger.sequence import tree_state
from app.review.draws.actions import instant_text
from app.review.draws.facts import Standing


def evidence_of(session: Session, standing: Standing) -> dict[str, Any]:
    """The evidence of a draw as it stands."""
    row, entered, result, end = standing.row, standing.entered, standing.result, standing.end
    return {
        "format": "OneSet draw evidence, format 1",
        "code": row.short_code,
        "announcement": row.announcement,
        "announcement_sha256": row.digest,
        "announced_at": instant_text(row.announced_at),
        "contributions": [
            {
                "number": s.number,
                "person": s.person_id,
                "commitment": s.commitment,
                "committed_at": instant_text(s.at),
                "secret": s.secret,
                "revealed_at": instant_text(s.revealed_at) if s.revealed_at else None,
            }
            for s in standing.shares
        ],
        "value": entered.value if entered else None,
        "value_entered_at": instant_text(entered.at) if entered else None,
        "result": result.result if result else None,
        "result_sha256": result.digest if result else None,
        "drawn_at": instant_text(result.at) if result else None,
        "cancelled": _cancelled(end) if end else None,
        "ledger": _ledger(session, row.act_id),
    }


def _cancelled(end: Any) -> dict[str, Any]:
    return {"at": instant_text(end.at), "reason": end.reason, "value_could_be_known": end.was_known}


def _ledger(session: Session, act_id: str) -> dict[str, Any] | None:
    """The entry that announced it, and its place in the tree as last published (RFC 6962)."""
    query = sa.select(LedgerEntry).where(LedgerEntry.act_id == act_id, LedgerEntry.type == "draw.announced")
    entry = session.scalars(query).first()
    if entry is None:
        return None
    told: dict[str, Any] = {"entry": entry.body.decode(), "leaf": entry.leaf, "proof": None}
    proof = prove_inclusion(session, entry.leaf, tree_state(session).size)
    if proof is not None:
        told["proof"] = {
            "index": proof.index, "size": proof.size, "root": proof.root, "path": list(proof.path),
        }  # fmt: skip
    return told
