"""The one tested function behind every answer: :func:`in_force`, and the same for a whole set.

A base fact says which revision holds from an instant on. For a sheet, an instant ``as_of`` (business time) and a
knowledge ``known_at`` (server time), the base is the latest fact effective by ``as_of`` among those recorded by
``known_at``. Facts are only ever appended, so an answer for a past ``known_at`` cannot change (law 4): it is given only up
to the sequencer's watermark (ARCHITECTURE 7, 4).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.drawings.models import Sheet, SheetRevision
from app.kernel.ledger.sequence import tree_state
from app.projects.rules import DISCIPLINE_ORDER
from app.record.models import Baseline, BaselineItem, EffectKind, FactKind, RecordFact, SlipEffect


@dataclass(frozen=True)
class SlipInForce:
    """A change slip that stands on top of the base (law 3)."""

    change_id: str
    number: str
    effective_at: datetime
    recorded_at: datetime
    is_backdated: bool
    regions: dict[str, Any]


class InForce(NamedTuple):
    """The drawing of record of one sheet: base and slips, at (as_of, known_at). A tuple: there are thousands at a time."""

    sheet_id: str
    project_id: str
    number: str
    discipline: str
    building_id: str | None
    sort_key: str
    kind: str
    """``released``, or ``voided``: then there is no base."""
    revision_id: str | None
    rev_label: str
    rev_seq: int
    title: str
    paper: str
    stage: str
    short_code: str
    base_sha256: str | None
    issue_date: str
    effective_at: datetime
    recorded_at: datetime
    is_backdated: bool
    reason: str
    slips: tuple[SlipInForce, ...] = ()

    @property
    def is_void(self) -> bool:
        """True when the sheet was cancelled."""
        return self.kind == FactKind.VOIDED


@dataclass(frozen=True)
class Instants:
    """The two clocks of a question, as answered."""

    as_of: datetime
    known_at: datetime
    """Never later than the watermark."""
    is_now: bool
    """True when the newest knowledge was asked for."""


def settle_instants(
    session: Session, *, now: datetime, as_of: datetime | None, known_at: datetime | None
) -> Instants:
    """Fill and bound the clocks of a question.

    Without ``known_at`` the newest committed knowledge answers — a person always sees his own act — and the answer
    carries the instant of asking. With it, the answer is bounded by the watermark and will stay the same for ever.
    """
    if known_at is None:
        return Instants(as_of or now, now, is_now=True)
    watermark = tree_state(session).watermark
    return Instants(as_of or now, min(known_at, watermark), is_now=False)


def in_force(session: Session, sheet_id: str, at: Instants) -> InForce | None:
    """What is in force for one sheet; None when nothing had been released by then."""
    sheet = session.get(Sheet, sheet_id)
    if sheet is None:
        return None
    known = [] if at.is_now else [RecordFact.recorded_at <= at.known_at]
    query = (
        sa.select(*_COLUMNS)
        .select_from(RecordFact)
        .join(Sheet, Sheet.id == RecordFact.sheet_id)
        .outerjoin(SheetRevision, SheetRevision.id == RecordFact.revision_id)
        .where(RecordFact.sheet_id == sheet_id, RecordFact.effective_at <= at.as_of, *known)
        .order_by(RecordFact.effective_at.desc(), RecordFact.recorded_at.desc(), RecordFact.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    slips = _slips(session, [SlipEffect.sheet_id == sheet_id], at)
    return _answer(row, slips.get(sheet_id, ()))


def set_in_force(
    session: Session,
    project_id: str,
    at: Instants,
    *,
    visible: sa.ColumnElement[bool] | None = None,
    with_void: bool = False,
) -> list[InForce]:
    """The whole set of a project at an instant, by discipline, then in natural order of the numbers.

    Args:
        session: a reading session.
        project_id: the project.
        at: the clocks, see :func:`settle_instants`.
        visible: condition on :class:`Sheet`, from the policy.
        with_void: also sheets that were cancelled by then.
    """
    query = _set_query(session, project_id, at)
    if visible is not None:
        query = query.where(visible)
    if not with_void:
        query = query.where(RecordFact.kind == FactKind.RELEASED)
    rows = session.connection().execute(query).all()
    slips = _slips(session, [SlipEffect.project_id == project_id], at)
    return sorted(
        (_answer(row, slips.get(row.sheet_id, ())) for row in rows),
        key=lambda s: (DISCIPLINE_ORDER.get(s.discipline, 99), s.sort_key, s.building_id or "", s.sheet_id),
    )


@dataclass(frozen=True)
class Moment:
    """An instant at which the set changed: a mark on the time slider."""

    effective_at: datetime
    sheets: int
    backdated: int


def moments(
    session: Session, project_id: str, *, visible: sa.ColumnElement[bool] | None = None
) -> Sequence[Moment]:
    """Instants at which anything that the asker may see came into force, oldest first.

    Args:
        session: a reading session.
        project_id: the project.
        visible: condition on :class:`Sheet`, from the policy: a seat of one building counts that building only.
    """
    query = (
        sa.select(
            RecordFact.effective_at,
            sa.func.count(),
            sa.func.sum(sa.case((RecordFact.is_backdated, 1), else_=0)),
        )
        .join(Sheet, Sheet.id == RecordFact.sheet_id)
        .where(RecordFact.project_id == project_id)
        .group_by(RecordFact.effective_at)
        .order_by(RecordFact.effective_at)
    )
    if visible is not None:
        query = query.where(visible)
    return [Moment(at, count, int(backdated)) for at, count, backdated in session.execute(query)]


def sheets_within(session: Session, project_id: str, visible: sa.ColumnElement[bool]) -> frozenset[str]:
    """Identifiers of a project's sheets that a policy's condition covers, in force or not."""
    query = sa.select(Sheet.id).where(Sheet.project_id == project_id, visible)
    return frozenset(session.scalars(query))


@dataclass(frozen=True)
class BaseFact:
    """One base fact of a sheet's history, newest effect first."""

    kind: str
    revision_id: str | None
    rev_label: str
    effective_at: datetime
    recorded_at: datetime
    is_backdated: bool
    reason: str


def base_history(session: Session, sheet_id: str) -> Sequence[BaseFact]:
    """Every base fact of a sheet, in the order of their effect, latest first."""
    query = (
        sa.select(RecordFact, SheetRevision.rev_label)
        .outerjoin(SheetRevision, SheetRevision.id == RecordFact.revision_id)
        .where(RecordFact.sheet_id == sheet_id)
        .order_by(RecordFact.effective_at.desc(), RecordFact.recorded_at.desc(), RecordFact.id.desc())
    )
    return [
        BaseFact(f.kind, f.revision_id, label or "", f.effective_at, f.recorded_at, f.is_backdated, f.reason)
        for f, label in session.execute(query)
    ]


@dataclass(frozen=True)
class BaselineView:
    """A frozen set."""

    id: str
    project_id: str
    kind: str
    title: str
    as_of: datetime
    known_at: datetime
    digest: str
    items: int
    person_id: str
    recorded_at: datetime


def baselines_of(session: Session, project_id: str) -> Sequence[BaselineView]:
    """A project's frozen sets, newest first."""
    query = (
        sa.select(Baseline)
        .where(Baseline.project_id == project_id)
        .order_by(Baseline.recorded_at.desc(), Baseline.id.desc())
    )
    return [_baseline(b) for b in session.scalars(query)]


def baseline_by_id(session: Session, baseline_id: str) -> tuple[BaselineView, list[str]] | None:
    """A frozen set with its canonical lines, in order."""
    row = session.get(Baseline, baseline_id)
    if row is None:
        return None
    query = (
        sa.select(BaselineItem.line)
        .where(BaselineItem.baseline_id == baseline_id)
        .order_by(BaselineItem.position)
    )
    return _baseline(row), list(session.scalars(query))


_COLUMNS = (
    RecordFact.kind,
    RecordFact.revision_id,
    RecordFact.effective_at,
    RecordFact.recorded_at,
    RecordFact.is_backdated,
    RecordFact.reason,
    Sheet.id.label("sheet_id"),
    Sheet.project_id,
    Sheet.number,
    Sheet.discipline,
    Sheet.building_id,
    Sheet.sort_key,
    SheetRevision.rev_label,
    SheetRevision.rev_seq,
    SheetRevision.title,
    SheetRevision.paper,
    SheetRevision.stage,
    SheetRevision.short_code,
    SheetRevision.base_sha256,
    SheetRevision.issue_date,
)


def _set_query(session: Session, project_id: str, at: Instants) -> sa.Select[*tuple[Any, ...]]:
    """One index seek per sheet: flat in the length of history. Measured per database (TECH, as-of)."""
    other = aliased(RecordFact)
    newest = (
        sa.select(other.id)
        .where(
            other.sheet_id == Sheet.id,
            other.effective_at <= at.as_of,
            *([] if at.is_now else [other.recorded_at <= at.known_at]),
        )
        .order_by(other.effective_at.desc(), other.recorded_at.desc(), other.id.desc())
        .limit(1)
    )
    query: sa.Select[*tuple[Any, ...]] = sa.select(*_COLUMNS).select_from(Sheet)
    if session.get_bind().dialect.name == "sqlite":
        query = query.join(RecordFact, RecordFact.id == newest.correlate(Sheet).scalar_subquery())
    else:
        seek = newest.correlate(Sheet).lateral("newest")
        query = query.join(seek, sa.true()).join(RecordFact, RecordFact.id == seek.c.id)
    query = query.outerjoin(SheetRevision, SheetRevision.id == RecordFact.revision_id)
    return query.where(Sheet.project_id == project_id)


def _slips(
    session: Session, where: Iterable[sa.ColumnElement[bool]], at: Instants
) -> dict[str, tuple[tuple[SlipEffect, int | None], ...]]:
    """Effect facts by sheet, in order of their effect, each with the rev_seq that absorbed it, if that is its kind."""
    absorber = aliased(SheetRevision)
    known = [] if at.is_now else [SlipEffect.recorded_at <= at.known_at]
    query = (
        sa.select(SlipEffect, absorber.rev_seq)
        .outerjoin(absorber, absorber.id == SlipEffect.absorbed_by)
        .where(*where, SlipEffect.effective_at <= at.as_of, *known)
        .order_by(SlipEffect.effective_at, SlipEffect.recorded_at, SlipEffect.id)
    )
    found: dict[str, list[tuple[SlipEffect, int | None]]] = {}
    for effect, absorbed_seq in session.execute(query):
        found.setdefault(effect.sheet_id, []).append((effect, absorbed_seq))
    return {sheet: tuple(effects) for sheet, effects in found.items()}


def active_slips(effects: Iterable[tuple[SlipEffect, int | None]], base_seq: int) -> tuple[SlipInForce, ...]:
    """Fold a sheet's effect facts into the slips that stand on a base of revision order ``base_seq``.

    A slip stands from its EFFECTIVE fact until a later CANCELLED or SUPERSEDED one. An ABSORBED fact takes it away
    only where the base is the absorbing revision or a later one: on the older base it still stands.
    """
    standing: dict[str, SlipEffect] = {}
    absorbed: set[str] = set()
    for effect, absorbed_seq in effects:
        if effect.kind == EffectKind.EFFECTIVE:
            standing.pop(
                effect.change_id, None
            )  # a second fact stands where it takes effect, not where the first did
            standing[effect.change_id] = effect
        elif effect.kind == EffectKind.ABSORBED:
            if absorbed_seq is not None and base_seq >= absorbed_seq:
                absorbed.add(effect.change_id)
        else:
            standing.pop(effect.change_id, None)
    return tuple(
        SlipInForce(e.change_id, e.number, e.effective_at, e.recorded_at, e.is_backdated, e.regions)
        for e in standing.values()
        if e.change_id not in absorbed
    )


def _answer(row: Any, effects: tuple[tuple[SlipEffect, int | None], ...]) -> InForce:
    is_void = row.kind == FactKind.VOIDED
    return InForce(
        sheet_id=row.sheet_id,
        project_id=row.project_id,
        number=row.number,
        discipline=row.discipline,
        building_id=row.building_id,
        sort_key=row.sort_key,
        kind=row.kind,
        revision_id=row.revision_id,
        rev_label=row.rev_label or "",
        rev_seq=row.rev_seq or 0,
        title=row.title or "",
        paper=row.paper or "",
        stage=row.stage or "",
        short_code=row.short_code or "",
        base_sha256=row.base_sha256,
        issue_date=row.issue_date or "",
        effective_at=row.effective_at,
        recorded_at=row.recorded_at,
        is_backdated=row.is_backdated,
        reason=row.reason,
        slips=() if is_void else active_slips(effects, row.rev_seq or 0),
    )


def _baseline(row: Baseline) -> BaselineView:
    return BaselineView(
        id=row.id,
        project_id=row.project_id,
        kind=row.kind,
        title=row.title,
        as_of=row.as_of,
        known_at=row.known_at,
        digest=row.digest,
        items=row.items,
        person_id=row.person_id,
        recorded_at=row.recorded_at,
    )
