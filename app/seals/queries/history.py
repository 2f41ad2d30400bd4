"""What was done with seals: acts of officers as the ledger tells them, and each decision to seal with its count."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.kernel.labels import Label
from app.kernel.ledger.models import LedgerEntry
from app.projects.models import Project
from app.projects.rules import DISCIPLINE_LABELS, Discipline
from app.seals.models import SealBatch, SealUse
from app.seals.rules import SEAL_STATE_LABELS, SealState, UseState

ACT_LABELS: dict[str, Label] = {
    "seal.registered": Label("登记", "Registered"),
    "seal.edited": Label("修改", "Changed"),
    "seal.state-set": Label("状态变更", "State set"),
    "seal.keeper-named": Label("设用印人", "Keeper named"),
    "seal.keeper-ended": Label("终止用印人", "Keeper ended"),
}
"""Acts of the officer, by the type of their entry."""
_PARTS = re.compile(r"(^|, )(?:Common Name|Organization|Country|Organizational Unit|Serial Number): ")
_ALL = Label("全部", "all")
_FIELDS: dict[str, Label] = {
    "name": Label("名称", "name"),
    "projects": Label("项目", "projects"),
    "disciplines": Label("专业", "disciplines"),
    "needs_two": Label("双人用印", "two keepers"),
}


@dataclass(frozen=True)
class SealAct:
    """One act of an officer with a seal."""

    seal_id: str
    at: datetime
    label: Label
    by: str
    said: Label
    """State and reason, whom it concerns, what was changed."""
    leaf: str
    """Of its entry in the ledger."""


@dataclass(frozen=True)
class UseLine:
    """One decision to seal (用印)."""

    batch_id: str
    seal_id: str
    at: datetime
    project_id: str
    project: str
    asked_by: str
    second_by: str
    level: str
    state: str
    words: str
    count: int
    sealed: int
    refused: int


def acts_with(session: Session, seal_ids: Sequence[str]) -> list[SealAct]:
    """Every act of officers with some seals, newest first. Read off the ledger, where nothing is ever changed."""
    wanted = set(seal_ids)
    query = (
        sa.select(LedgerEntry)
        .where(LedgerEntry.project_id.is_(None), LedgerEntry.type.in_(list(ACT_LABELS)))
        .order_by(LedgerEntry.id)
    )
    entries = [(row, json.loads(row.body)) for row in session.scalars(query)]
    own = [(row, said) for row, said in entries if said["subjects"].get("seal") in wanted]
    names = _names(session, own)
    before: dict[str, Mapping[str, Any]] = {}
    found = []
    for row, content in own:
        seal_id = content["subjects"]["seal"]
        told = (content["data"]["rows"].get("seals") or [{}])[0]
        found.append(
            SealAct(
                seal_id=seal_id,
                at=row.recorded_at,
                label=ACT_LABELS[row.type],
                by=names.get(content["actor"]["person"] or "", ""),
                said=_said(row.type, content, told, before.get(seal_id, {}), names),
                leaf=row.leaf,
            )
        )
        if told:
            before[seal_id] = told
    return found[::-1]


def uses_of(session: Session, seal_ids: Sequence[str]) -> list[UseLine]:
    """Every decision to use some seals, newest first, with how many documents it sealed; one statement."""
    asked, second = aliased(Person), aliased(Person)
    counted = (
        sa.select(
            SealUse.batch_id,
            sa.func.sum(sa.case((SealUse.state == UseState.SEALED, 1), else_=0)).label("sealed"),
            sa.func.sum(sa.case((SealUse.state == UseState.REFUSED, 1), else_=0)).label("refused"),
        )
        .join(SealBatch, SealBatch.id == SealUse.batch_id)
        .where(SealBatch.seal_id.in_(list(seal_ids)))
        .group_by(SealUse.batch_id)
        .subquery()
    )
    query = (
        sa.select(SealBatch, Project.name, asked.name, second.name, counted.c.sealed, counted.c.refused)
        .join(Project, Project.id == SealBatch.project_id)
        .outerjoin(asked, asked.id == SealBatch.asked_by)
        .outerjoin(second, second.id == SealBatch.second_by)
        .outerjoin(counted, counted.c.batch_id == SealBatch.id)
        .where(SealBatch.seal_id.in_(list(seal_ids)))
        .order_by(SealBatch.created_at.desc(), SealBatch.id.desc())
    )
    return [
        UseLine(
            batch_id=row.id,
            seal_id=row.seal_id,
            at=row.created_at,
            project_id=row.project_id,
            project=project,
            asked_by=who or "",
            second_by=other or "",
            level=row.level,
            state=row.state,
            words=row.words,
            count=row.count,
            sealed=int(sealed or 0),
            refused=int(refused or 0),
        )
        for row, project, who, other, sealed, refused in session.execute(query)
    ]


def plain_name(name: str) -> str:
    """A certificate's subject or issuer without the English names of its parts."""
    return _PARTS.sub(r"\1", name)


def _said(
    kind: str,
    content: Mapping[str, Any],
    told: Mapping[str, Any],
    before: Mapping[str, Any],
    names: Mapping[str, str],
) -> Label:
    if kind == "seal.state-set":
        state = SEAL_STATE_LABELS[SealState(told["state"])]
        return Label(f"{state.zh}：{told['state_reason']}", f"{state.en}: {told['state_reason']}")
    if kind in {"seal.keeper-named", "seal.keeper-ended"}:
        name = names.get(content["subjects"]["person"], "")
        return Label(name, name)
    if kind == "seal.edited":
        changed = [(_FIELDS[f], _worth(f, told[f], names)) for f in _FIELDS if told.get(f) != before.get(f)]
        return Label(
            "；".join(f"{field.zh}：{worth.zh}" for field, worth in changed),
            "; ".join(f"{field.en}: {worth.en}" for field, worth in changed),
        )
    subject = plain_name(told.get("subject", ""))
    return Label(subject, subject)


def _worth(field: str, value: Any, names: Mapping[str, str]) -> Label:
    """What a field became, in words."""
    if field == "needs_two":
        return Label("是", "yes") if value else Label("否", "no")
    if field == "name":
        return Label(value, value)
    if value is None:
        return _ALL
    if field == "projects":
        text = "、".join(names.get(one, one) for one in value)
        return Label(text, text)
    labels = [DISCIPLINE_LABELS[Discipline(one)] for one in value]
    return Label("、".join(one.zh for one in labels), ", ".join(one.en for one in labels))


def _names(session: Session, entries: Sequence[tuple[LedgerEntry, Mapping[str, Any]]]) -> dict[str, str]:
    """Names of the people and projects that entries speak of."""
    people, projects = set(), set()
    for _, content in entries:
        people |= {content["actor"]["person"], content["subjects"].get("person")}
        for told in content["data"]["rows"].get("seals", ()):
            projects |= set(told["projects"] or ())
    query = sa.select(Person.id, Person.name).where(Person.id.in_([p for p in people if p]))
    found = dict(session.execute(query).all())
    query = sa.select(Project.id, Project.name).where(Project.id.in_(list(projects)))
    return {**found, **dict(session.execute(query).all())}
