"""Decisions to seal, with how far each has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.kernel.errors import CATALOGUE, NOT_FOUND, Refused
from app.kernel.labels import Label
from app.seals.models import Seal, SealBatch, SealJudgement, SealKeeper, SealUse
from app.seals.queries.standing import newest_judgements
from app.seals.rules import BatchState, UseState


@dataclass(frozen=True)
class BatchView:
    """A decision as pages show it."""

    batch: SealBatch
    seal: Seal
    asked_by: str
    second_by: str
    counts: Mapping[str, int]
    """Documents by their state."""

    @property
    def done(self) -> int:
        """Documents that wait no more."""
        return self.batch.count - self.counts.get(UseState.WAITING, 0)

    @property
    def broken(self) -> Label | None:
        """Why it broke off last."""
        return sentence_of(self.batch.broken)


@dataclass(frozen=True)
class UseView:
    """One document of a decision."""

    use: SealUse
    judgement: SealJudgement | None

    @property
    def refusal(self) -> Label | None:
        """Why it was not sealed."""
        return sentence_of(self.use.refusal)


def batches_of(session: Session, project_id: str, *, limit: int = 200) -> list[BatchView]:
    """A project's decisions, newest first."""
    return _views(session, sa.select(SealBatch).where(SealBatch.project_id == project_id), limit)


def batch_for(session: Session, project_id: str, batch_id: str) -> BatchView:
    """One decision.

    Raises:
        Refused: ``not-found``; also for one of another project.
    """
    query = sa.select(SealBatch).where(SealBatch.project_id == project_id, SealBatch.id == batch_id)
    found = _views(session, query, 1)
    if not found:
        raise Refused(NOT_FOUND)
    return found[0]


def uses_of(session: Session, batch_id: str) -> list[UseView]:
    """The documents of a decision in their order, with the newest judgement of each sealed file."""
    query = sa.select(SealUse).where(SealUse.batch_id == batch_id).order_by(SealUse.place)
    uses = session.scalars(query).all()
    judged = newest_judgements(session, [use.sha256 for use in uses if use.sha256])
    return [UseView(use, judged.get(use.sha256)) for use in uses]


def sentence_of(refusal: Mapping[str, object]) -> Label | None:
    """The sentence and the way out of a kept refusal; None when there is none."""
    kind = CATALOGUE.get(str(refusal.get("code", "")))
    if kind is None:
        return None
    raw = refusal.get("data")
    data = raw if isinstance(raw, dict) else {}
    message, way = kind.message.format(**data), kind.way_out.format(**data)
    return Label(f"{message.zh}{way.zh}", f"{message.en} {way.en}")


def waiting_for_second(session: Session, project_id: str, person_id: str, now: datetime) -> list[BatchView]:
    """Decisions that wait for the word of this keeper."""
    kept = sa.select(SealKeeper.seal_id).where(
        SealKeeper.person_id == person_id, sa.or_(SealKeeper.until.is_(None), SealKeeper.until > now)
    )
    query = sa.select(SealBatch).where(
        SealBatch.project_id == project_id,
        SealBatch.state == BatchState.ASKED,
        SealBatch.asked_by != person_id,
        SealBatch.seal_id.in_(kept),
    )
    return _views(session, query, 50)


def _views(session: Session, query: sa.Select[SealBatch], limit: int) -> list[BatchView]:
    rows: Sequence[SealBatch] = session.scalars(
        query.order_by(SealBatch.created_at.desc(), SealBatch.id.desc()).limit(limit)
    ).all()
    ids = [row.id for row in rows]
    seals = {s.id: s for s in session.scalars(sa.select(Seal).where(Seal.id.in_([r.seal_id for r in rows])))}
    people = {person for row in rows for person in (row.asked_by, row.second_by) if person}
    names: dict[str, str] = dict(
        session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(people))).tuples().all()
    )
    counted = (
        sa.select(SealUse.batch_id, SealUse.state, sa.func.count())
        .where(SealUse.batch_id.in_(ids))
        .group_by(SealUse.batch_id, SealUse.state)
    )
    counts: dict[str, dict[str, int]] = {}
    for batch_id, state, number in session.execute(counted):
        counts.setdefault(batch_id, {})[state] = number
    return [
        BatchView(
            row,
            seals[row.seal_id],
            names.get(row.asked_by, ""),
            names.get(row.second_by or "", ""),
            counts.get(row.id, {}),
        )
        for row in rows
    ]
