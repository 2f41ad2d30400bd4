"""Draws as pages show them: the authority sees names, parties those of their own projects, strangers none."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party
from app.access.rules import Permission
from app.accounts.models import Organisation
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.ids import SHORT_CODE_LENGTH
from app.kernel.labels import Label
from app.kernel.policy import Rights, Target
from app.review.conflicts import conflict_label
from app.review.draws.facts import ShareRow, Standing, standing_of
from app.review.draws.models import DrawEnd, DrawResult, DrawReveal, DrawShare, DrawValue, ReviewDraw
from app.review.draws.pool import ItemName, names_of_items
from app.review.draws.protocol import NONE, Item, draw, read_announcement
from app.review.draws.rules import DrawFacts, DrawState, state_of
from app.review.queries.cases import names_of
from app.review.reach import Reach, ReachKind, reaches_of


@dataclass(frozen=True)
class DrawLine:
    """A draw in a list."""

    id: str
    organisation_id: str
    short_code: str
    title: str
    authority: str
    state: DrawState
    items: int
    take: int
    source: str
    known_at: datetime
    announced_at: datetime


@dataclass(frozen=True)
class ItemView:
    """An item of the pool; its name is empty for who may not know it."""

    item: Item
    name: str
    project: str
    state: str


@dataclass(frozen=True)
class PersonView:
    """An inspector; his name is empty for who may not know it."""

    id: str
    name: str
    reason: Label | None = None
    """Why he was passed over."""


@dataclass(frozen=True)
class DrawnView:
    """What was drawn, with who inspects it."""

    rank: int
    score: str
    item: ItemView
    inspectors: tuple[PersonView, ...]
    passed_over: tuple[PersonView, ...]


@dataclass(frozen=True)
class ShareView:
    """A contribution, by the organisation it comes from."""

    row: ShareRow
    organisation: str
    is_mine: bool


@dataclass(frozen=True)
class DrawView:
    """A draw with all that its page shows."""

    standing: Standing
    state: DrawState
    authority: str
    items: tuple[ItemView, ...]
    inspectors: tuple[PersonView, ...]
    drawn: tuple[DrawnView, ...]
    shares: tuple[ShareView, ...]
    seed: str
    may_run: bool
    """Whether the actor enters the value, completes, cancels."""
    may_share: bool

    @property
    def takes_shares(self) -> bool:
        """Whether people contribute to it."""
        return self.standing.announced.reveal_until != NONE

    @property
    def conflicts(self) -> Mapping[str, tuple[tuple[str, Label], ...]]:
        """By inspector: the projects that he may not inspect, and why."""
        found: dict[str, list[tuple[str, Label]]] = {}
        for (person, project), reason in self.standing.announced.conflicts.items():
            found.setdefault(person, []).append((project, conflict_label(reason)))
        return {person: tuple(every) for person, every in found.items()}


def draws_of(session: Session, organisation_id: str, now: datetime) -> list[DrawLine]:
    """The draws of an authority, the newest first. Who asks has shown that it is his."""
    return _lines(session, ReviewDraw.organisation_id == organisation_id, now)


def draws_about(session: Session, project_id: str, now: datetime) -> list[DrawLine]:
    """The draws that may pick something of a project. Who asks has shown that he sees its reviews."""
    return _lines(session, sa.cast(ReviewDraw.project_ids, sa.Text).contains(project_id), now)


def _lines(session: Session, clause: sa.ColumnElement[bool], now: datetime) -> list[DrawLine]:
    hidden = (
        sa.select(sa.func.count())
        .select_from(DrawShare)
        .outerjoin(DrawReveal, DrawReveal.share_id == DrawShare.id)
        .where(DrawShare.draw_id == ReviewDraw.id, DrawReveal.id.is_(None))
        .scalar_subquery()
    )
    query = (
        sa.select(ReviewDraw, Organisation.name, DrawValue.id, DrawResult.id, DrawEnd.id, hidden)
        .join(Organisation, Organisation.id == ReviewDraw.organisation_id)
        .outerjoin(DrawValue, DrawValue.draw_id == ReviewDraw.id)
        .outerjoin(DrawResult, DrawResult.draw_id == ReviewDraw.id)
        .outerjoin(DrawEnd, DrawEnd.draw_id == ReviewDraw.id)
        .where(clause)
        .order_by(ReviewDraw.announced_at.desc(), ReviewDraw.id)
    )
    found = []
    for row, authority, value, result, end, open_shares in session.execute(query):
        told = read_announcement(row.announcement)
        known_at = datetime.fromisoformat(told.known_at)
        until = None if told.reveal_until == NONE else datetime.fromisoformat(told.reveal_until)
        facts = DrawFacts(
            known_at,
            until,
            told.unrevealed,
            has_value=value is not None,
            open_shares=open_shares,
            is_drawn=result is not None,
            is_cancelled=end is not None,
        )
        found.append(
            DrawLine(
                row.id,
                row.organisation_id,
                row.short_code,
                row.title,
                authority,
                state_of(facts, now),
                len(told.items),
                told.take,
                told.source,
                known_at,
                row.announced_at,
            )
        )
    return found


def draw_for(session: Session, rights: Rights, draw_id: str, now: datetime) -> DrawView:
    """One draw: for the authority's people, and for who sees reviews of a project in its pool.

    Raises:
        Refused: ``not-found``.
    """
    row = session.get(ReviewDraw, draw_id)
    if row is None:
        raise Refused(NOT_FOUND)
    own = next((r for r in reaches_of(session, rights) if _is_of(r, row)), None)
    seen = set(rights.project_ids(Permission.REVIEW_VIEW)) & set(row.project_ids)
    if own is None and not seen:
        raise Refused(NOT_FOUND)
    open_to = set(rights.project_ids(Permission.REVIEW_DRAW_SHARE)) & set(row.project_ids)
    me = rights.actor.person_id or ""
    return _view(
        session,
        standing_of(session, row),
        now,
        rights,
        knows_people=own is not None,  # colleagues know each other
        me=me,
        may_run=own is not None and bool(own.drawing_seats()),
        may_share=bool(open_to),
    )


def _is_of(reach: Reach, row: ReviewDraw) -> bool:
    return (reach.kind, reach.organisation_id) == (ReachKind.AUTHORITY, row.organisation_id)


def public_draw(session: Session, short_code: str, now: datetime) -> DrawView | None:
    """The draw behind a public address; None when none has it. Names of public projects, of nothing else."""
    if len(short_code) != SHORT_CODE_LENGTH or not short_code.isalnum() or not short_code.isascii():
        return None
    query = sa.select(ReviewDraw).where(ReviewDraw.short_code == short_code.lower())
    row = session.scalars(query).one_or_none()
    if row is None:
        return None
    return _view(session, standing_of(session, row), now, None, knows_people=False, me="")


def _view(
    session: Session,
    standing: Standing,
    now: datetime,
    rights: Rights | None,
    *,
    knows_people: bool,
    me: str,
    may_run: bool = False,
    may_share: bool = False,
) -> DrawView:
    """With ``rights``: what they see is named; without: the projects' names alone, where they are public."""
    told = standing.announced
    names = names_of_items(session, told.items)
    by_project = (
        {
            p: Rights(rights.actor, tuple(rights.in_project(p)), rights.grants)
            for p in standing.row.project_ids
        }
        if rights
        else {}
    )
    items = {i.id: _item(i, names.get(i.id), by_project.get(i.project_id)) for i in told.items}
    people = names_of(session, told.inspectors) if knows_people else {}
    result = None
    if standing.result is not None:
        result = draw(standing.row.announcement, standing.value or "", standing.told_shares)
    drawn = tuple(
        DrawnView(
            rank,
            one.score,
            items[one.item.id],
            tuple(PersonView(p, people.get(p, "")) for p in one.inspectors),
            tuple(PersonView(p, people.get(p, ""), conflict_label(r)) for p, r in one.passed_over),
        )
        for rank, one in enumerate(result.drawn if result else (), start=1)
    )
    firms = _firms(session, {s.party_id for s in standing.shares})
    authority = session.get(Organisation, standing.row.organisation_id)
    return DrawView(
        standing=standing,
        state=standing.state(now),
        authority=authority.name if authority else "",
        items=tuple(items.values()),
        inspectors=tuple(PersonView(p, people.get(p, "")) for p in told.inspectors),
        drawn=drawn,
        shares=tuple(ShareView(s, firms.get(s.party_id, ""), s.person_id == me) for s in standing.shares),
        seed=result.seed if result else "",
        may_run=may_run,
        may_share=may_share,
    )


def _item(item: Item, named: ItemName | None, rights: Rights | None) -> ItemView:
    if named is None:
        return ItemView(item, "", "", "")
    project = named.project
    if rights is None:
        is_public = project.is_name_public and not project.is_restricted
        return ItemView(item, "", project.name if is_public else "", "")
    permission = Permission.PROJECT_VIEW if named.agency_id is None else Permission.REVIEW_VIEW
    if not rights.may(permission, Target(item.project_id, party_id=named.agency_id)):
        return ItemView(item, "", "", "")
    return ItemView(item, named.name, project.name, named.state)


def _firms(session: Session, parties: Collection[str]) -> dict[str, str]:
    query = (
        sa.select(Party.id, Organisation.name)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .where(Party.id.in_(sorted(parties)))
    )
    return dict(session.execute(query).all())
