"""The one tested function behind every answer: :func:`in_force`, and the same for a whole set.

A base fact says which revision holds from an instant on. For a sheet, an instant ``as_of`` (business time) and a
knowledge ``known_at`` (server time), the base is the latest fact effective by ``as_of`` among those recorded by
``known_at``. Facts are only ever appended, so an answer for a past ``known_at`` cannot change (law 4): it is given only up
to the sequencer's watermark (ARCHITECTURE 7, 4).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.drawings.models import Sheet, SheetRevision
from app.kernel.db.types import UtcMicros
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
    query = _bases(session.get_bind().dialect.name, at.is_now).where(Sheet.id == sheet_id)
    rows = _ask(session, query.add_columns(_HAS_SLIPS), _clocks(at))
    if not rows:
        return None
    *values, has_slips = rows[0]
    base = InForce._make((*values, ()))
    if not has_slips or base.is_void:
        return base
    effects = _effects(session, SlipEffect.sheet_id == sheet_id, at)[sheet_id]
    return base._replace(slips=active_slips(effects, base.rev_seq))


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
    query = _bases(session.get_bind().dialect.name, at.is_now).where(Sheet.project_id == project_id)
    if visible is not None:
        query = query.where(visible)
    found = [InForce(*row) for row in _ask(session, query, _clocks(at))]
    if not with_void:
        found = [base for base in found if base.kind == FactKind.RELEASED]
    if effects := _effects(session, SlipEffect.project_id == project_id, at):
        found = [_with_slips(base, effects.get(base.sheet_id, ())) for base in found]
    found.sort(
        key=lambda s: (DISCIPLINE_ORDER.get(s.discipline, 99), s.sort_key, s.building_id or "", s.sheet_id)
    )
    return found


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


class _Effect(NamedTuple):
    """An effect fact of a slip, with the order of the revision that absorbed it, if that is its kind."""

    sheet_id: str
    change_id: str
    number: str
    kind: str
    effective_at: datetime
    recorded_at: datetime
    is_backdated: bool
    regions: dict[str, Any]
    absorbed_seq: int | None


_AS_OF = sa.bindparam("as_of", type_=UtcMicros)
_KNOWN_AT = sa.bindparam("known_at", type_=UtcMicros)
_HAS_SLIPS = sa.exists().where(SlipEffect.sheet_id == Sheet.id)
"""Most sheets have none, and then a second question to the database is saved."""


def _ask(
    session: Session, query: sa.Select[*tuple[Any, ...]], values: dict[str, datetime]
) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """Rows for values, past the unit of work: it would make each row twice. What an act has added is written first."""
    session.flush()
    return session.connection().execute(query, values).all()


def _clocks(at: Instants) -> dict[str, datetime]:
    return {"as_of": at.as_of} if at.is_now else {"as_of": at.as_of, "known_at": at.known_at}


@cache
def _bases(dialect: str, is_now: bool) -> sa.Select[*tuple[Any, ...]]:
    """Sheets with their base at the instant, in the order of :class:`InForce`'s fields, which the rows become.

    One index seek per sheet: flat in the length of history. Measured per database (TECH, as-of): SQLite is fastest
    with the identifier of the newest fact and the fact fetched by it, PostgreSQL when the seek brings the whole fact.
    The statement is built once, as building takes longer than asking for one sheet.
    """
    other = aliased(RecordFact)
    newest = (
        sa.select(other.id)
        .where(other.sheet_id == Sheet.id, other.effective_at <= _AS_OF)
        .order_by(other.effective_at.desc(), other.recorded_at.desc(), other.id.desc())
        .limit(1)
    )
    if not is_now:
        newest = newest.where(other.recorded_at <= _KNOWN_AT)
    fact: sa.FromClause
    if dialect == "sqlite":
        fact = RecordFact.__table__.alias("fact")
        holds = fact.c.id == newest.correlate(Sheet).scalar_subquery()
    else:
        fact = newest.with_only_columns(*sa.inspect(other).selectable.c).correlate(Sheet).lateral("fact")
        holds = sa.true()
    return (
        sa.select(*_columns(fact))
        .select_from(Sheet)
        .join(fact, holds)
        .outerjoin(SheetRevision, SheetRevision.id == fact.c.revision_id)
    )


def _columns(fact: sa.FromClause) -> list[Any]:
    """The fields of :class:`InForce` but its slips; a void sheet has no revision, and empty texts."""
    return [
        Sheet.id,
        Sheet.project_id,
        Sheet.number,
        Sheet.discipline,
        Sheet.building_id,
        Sheet.sort_key,
        fact.c.kind,
        fact.c.revision_id,
        sa.func.coalesce(SheetRevision.rev_label, ""),
        sa.func.coalesce(SheetRevision.rev_seq, 0),
        sa.func.coalesce(SheetRevision.title, ""),
        sa.func.coalesce(SheetRevision.paper, ""),
        sa.func.coalesce(SheetRevision.stage, ""),
        sa.func.coalesce(SheetRevision.short_code, ""),
        SheetRevision.base_sha256,
        sa.func.coalesce(SheetRevision.issue_date, ""),
        fact.c.effective_at,
        fact.c.recorded_at,
        fact.c.is_backdated,
        fact.c.reason,
    ]


def _effects(session: Session, where: sa.ColumnElement[bool], at: Instants) -> dict[str, list[_Effect]]:
    """Effect facts by sheet, in order of their effect."""
    absorber = aliased(SheetRevision)
    known = [] if at.is_now else [SlipEffect.recorded_at <= at.known_at]
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            SlipEffect.sheet_id,
            SlipEffect.change_id,
            SlipEffect.number,
            SlipEffect.kind,
            SlipEffect.effective_at,
            SlipEffect.recorded_at,
            SlipEffect.is_backdated,
            SlipEffect.regions,
            absorber.rev_seq,
        )
        .outerjoin(absorber, absorber.id == SlipEffect.absorbed_by)
        .where(where, SlipEffect.effective_at <= at.as_of, *known)
        .order_by(SlipEffect.effective_at, SlipEffect.recorded_at, SlipEffect.id)
    )
    found: dict[str, list[_Effect]] = defaultdict(list)
    for row in _ask(session, query, {}):
        effect = _Effect._make(row)
        found[effect.sheet_id].append(effect)
    return found


def _with_slips(base: InForce, effects: Sequence[_Effect]) -> InForce:
    slips = () if base.is_void else active_slips(effects, base.rev_seq)
    return base._replace(slips=slips) if slips else base


def active_slips(effects: Iterable[_Effect], base_seq: int) -> tuple[SlipInForce, ...]:
    """Fold a sheet's effect facts into the slips that stand on a base of revision order ``base_seq``.

    A slip stands from its EFFECTIVE fact until a later CANCELLED or SUPERSEDED one. An ABSORBED fact takes it away
    only where the base is the absorbing revision or a later one: on the older base it still stands.
    """
    standing: dict[str, _Effect] = {}
    absorbed: set[str] = set()
    for effect in effects:
        if effect.kind == EffectKind.EFFECTIVE:
            standing.pop(
                effect.change_id, None
            )  # a second fact stands where it takes effect, not where the first did
            standing[effect.change_id] = effect
        elif effect.kind == EffectKind.ABSORBED:
            if effect.absorbed_seq is not None and base_seq >= effect.absorbed_seq:
                absorbed.add(effect.change_id)
        else:
            standing.pop(effect.change_id, None)
    return tuple(
        SlipInForce(e.change_id, e.number, e.effective_at, e.recorded_at, e.is_backdated, e.regions)
        for e in standing.values()
        if e.change_id not in absorbed
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
