"""Writing entries inside the business transaction. The format is version 1 and final (ARCHITECTURE 7, 9)."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.clock import to_micros
from app.kernel.ledger.canonical import canonical_bytes
from app.kernel.ledger.merkle import leaf_hash
from app.kernel.ledger.models import LedgerEntry, LedgerSheetHead, LedgerSheetLink

ENTRY_VERSION = 1


@dataclass(frozen=True)
class FileFact:
    """The bytes an entry speaks of."""

    sha256: str
    sm3: str
    size: int


@dataclass(frozen=True)
class Fact:
    """What happened, before it becomes an entry."""

    type: str
    """``noun.past``, e.g. ``revision.released``."""
    project_id: str | None = None
    sheet_id: str | None = None
    """The sheet touched; an act that touches many writes one entry for each (law 6)."""
    subjects: Mapping[str, str] = field(default_factory=dict)
    """Identifiers by kind: ``{"revision": "…"}``."""
    files: Sequence[FileFact] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    seat_id: str | None = None
    party_id: str | None = None
    claimed_at: datetime | None = None
    """Business time that the act claims, when it differs from the server's."""


def write_entries(
    session: Session, facts: Iterable[Fact], *, actor: Actor, act_id: str, recorded_at: datetime, xid: int
) -> list[LedgerEntry]:
    """Write one entry per fact and move the heads of the sheets they touch.

    Sheets are locked in the order of their identifiers, so that two acts over the same sheets cannot deadlock.
    """
    facts = list(facts)
    heads = _lock_heads(session, sorted({f.sheet_id for f in facts if f.sheet_id}))
    entries = []
    for fact in facts:
        prev = heads.get(fact.sheet_id) if fact.sheet_id else None
        body = canonical_bytes(_entry(fact, prev, actor, act_id, recorded_at))
        leaf = leaf_hash(body).hex()
        entries.append(
            LedgerEntry(
                leaf=leaf,
                body=body,
                act_id=act_id,
                type=fact.type,
                project_id=fact.project_id,
                recorded_at=recorded_at,
                xid=xid,
            )
        )
        if fact.sheet_id:
            heads[fact.sheet_id] = leaf
    session.add_all(entries)
    session.flush()
    links = [
        {"sheet_id": f.sheet_id, "entry_id": e.id} for f, e in zip(facts, entries, strict=True) if f.sheet_id
    ]
    if links:
        session.execute(sa.insert(LedgerSheetLink), links)
        moved = [{"sheet_id": s, "leaf": leaf} for s, leaf in heads.items()]
        session.execute(sa.update(LedgerSheetHead), moved)
    return entries


def _entry(fact: Fact, prev: str | None, actor: Actor, act_id: str, recorded_at: datetime) -> dict[str, Any]:
    return {
        "v": ENTRY_VERSION,
        "act": act_id,
        "type": fact.type,
        "project": fact.project_id,
        "subjects": dict(fact.subjects),
        "prev": [[fact.sheet_id, prev or None]] if fact.sheet_id else [],
        "files": [{"sha256": f.sha256, "sm3": f.sm3, "size": f.size} for f in fact.files],
        "data": dict(fact.data),
        "actor": {
            "person": actor.person_id,
            "seat": fact.seat_id,
            "party": fact.party_id,
            "via": str(actor.via),
        },
        "claimed_at": to_micros(fact.claimed_at) if fact.claimed_at else None,
        "recorded_at": to_micros(recorded_at),
        "salt": secrets.token_hex(16),
    }


def _lock_heads(session: Session, sheet_ids: list[str]) -> dict[str | None, str]:
    """Current heads, locked; sheets that have none get an empty one, once, whoever comes first."""
    heads: dict[str | None, str] = {}
    for start in range(0, len(sheet_ids), 500):
        part = sheet_ids[start : start + 500]
        heads.update(_locked(session, part))
        if fresh := [s for s in part if s not in heads]:
            insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
            empty = [{"sheet_id": s, "leaf": ""} for s in fresh]
            session.execute(insert(LedgerSheetHead).values(empty).on_conflict_do_nothing())
            heads.update(_locked(session, fresh))
    return heads


def _locked(session: Session, sheet_ids: list[str]) -> dict[str | None, str]:
    query = (
        sa.select(LedgerSheetHead.sheet_id, LedgerSheetHead.leaf)
        .where(LedgerSheetHead.sheet_id.in_(sheet_ids))
        .order_by(LedgerSheetHead.sheet_id)
        .with_for_update()
    )
    return {row.sheet_id: row.leaf for row in session.execute(query)}
