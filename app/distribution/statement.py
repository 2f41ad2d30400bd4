"""The words that a party confirms. What was confirmed is kept with its digest, so that words of today change nothing."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.distribution.contents import Item
from app.distribution.rules import ItemKind
from app.drawings.models import SheetRevision
from app.record.models import FactKind, RecordFact


@dataclass(frozen=True)
class Statement:
    """A statement in both languages, and the digest of exactly that text."""

    text: str
    sha256: str


def statement_of(item: Item, replaced: str, zone: ZoneInfo) -> Statement:
    """``已接收 建施-01 B 版 …，替代 A 版``: received what, by which hash, in whose place."""
    since = item.effective_at.astimezone(zone).strftime("%Y-%m-%d %H:%M %z")
    if item.kind == ItemKind.REVISION:
        zh = f"已接收图纸 {item.number}《{item.title}》{item.label} 版，文件指纹 SHA-256 {item.sha256}，自 {since} 起有效"
        en = f"Received sheet {item.number} '{item.title}', revision {item.label}, SHA-256 {item.sha256}"
        en += f", in force from {since}"
        zh += f"；替代 {replaced} 版，旧版不再用于施工。" if replaced else "；此前没有有效版本。"
        en += (
            f"; it replaces revision {replaced}, which is not built from any more."
            if replaced
            else "; there was none before."
        )
    else:
        sheets = "、".join(sorted(place.number for place in item.places))
        zh = f"已接收变更 {item.number}《{item.title}》，内容指纹 SHA-256 {item.sha256}，"
        zh += f"自 {since} 起有效，涉及图纸 {sheets}。"
        en = (
            f"Received change {item.number} '{item.title}', SHA-256 of its content {item.sha256}, in force from {since}, "
            f"on sheets {', '.join(sorted(place.number for place in item.places))}."
        )
    text = f"{zh}\n{en}"
    return Statement(text, hashlib.sha256(text.encode()).hexdigest())


def statements(session: Session, items: Sequence[Item], zone: ZoneInfo) -> dict[str, Statement]:
    """Statements of items, by key."""
    before = replaced_by(session, [i for i in items if i.kind == ItemKind.REVISION])
    return {item.key: statement_of(item, before.get(item.id, ""), zone) for item in items}


def replaced_by(session: Session, items: Iterable[Item]) -> dict[str, str]:
    """Of revisions in force, the label of the one that was in force before, where there was one."""
    wanted = {item.places[0].sheet_id: item for item in items}
    found: dict[str, tuple[datetime, datetime, str]] = {}
    ids = sorted(wanted)
    for start in range(0, len(ids), 500):
        query = (
            sa.select(
                RecordFact.sheet_id,
                RecordFact.effective_at,
                RecordFact.recorded_at,
                RecordFact.revision_id,
                SheetRevision.rev_label,
            )
            .join(SheetRevision, SheetRevision.id == RecordFact.revision_id)
            .where(RecordFact.sheet_id.in_(ids[start : start + 500]), RecordFact.kind == FactKind.RELEASED)
        )
        for sheet_id, effective, recorded, revision_id, label in session.execute(query):
            item = wanted[sheet_id]
            if revision_id == item.id or effective > item.effective_at:
                continue
            if sheet_id not in found or found[sheet_id][:2] < (effective, recorded):
                found[sheet_id] = (effective, recorded, label)
    return {wanted[sheet_id].id: label for sheet_id, (_, _, label) in found.items()}
