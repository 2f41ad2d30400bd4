"""Marks of a revision with their threads, as one person sees them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.queries import PartyView, parties_of
from app.access.rules import Permission
from app.accounts.queries import names_of
from app.drawings.models import SheetRevision
from app.drawings.queries.visibility import revision_target
from app.kernel.clock import to_micros
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.policy import Rights
from app.markups.actions.marks import LEADS
from app.markups.actions.threads import mark_target
from app.markups.geometry import measured
from app.markups.models import Markup, MarkupCarry, MarkupComment, MarkupPhoto
from app.markups.rules import THREADS, MarkKind
from app.markups.visibility import revision_seen, shared_marks, visible_marks


@dataclass(frozen=True)
class Who:
    """A person of a party."""

    id: str
    name: str
    party_id: str
    organisation: str


@dataclass(frozen=True)
class CommentView:
    """One line of a thread."""

    id: str
    text: str
    author: Who
    mentions: tuple[Who, ...]
    origin: dict[str, Any]
    """Of an imported reply: author and time as its file states them."""
    written_at: datetime


@dataclass(frozen=True)
class PhotoView:
    """The photo of a photo mark; its bytes are as they were sent."""

    sha256: str
    size: int
    media_type: str
    file_name: str
    width: int
    height: int


@dataclass(frozen=True)
class MarkView:
    """A mark as pages and the API show it, with what this person may do about it."""

    id: str
    project_id: str
    sheet_id: str
    revision_id: str
    version: int
    kind: str
    anchor: dict[str, Any]
    shape: dict[str, Any]
    colour: str
    text: str
    basis: dict[str, Any]
    measured: str
    """What a measurement says; empty for other kinds."""
    audience: str
    about: str
    status: str
    assignee: Who | None
    author: Who
    key: str
    origin: dict[str, Any]
    """Of an imported mark: author, time and file as stated by the file; it was brought in by ``author``."""
    photo: PhotoView | None
    created_at: datetime
    changed_at: datetime
    taken_back_at: datetime | None
    taken_back_by: Who | None
    carried_from: str | None
    """The mark on an older revision that this one goes on from."""
    comments: tuple[CommentView, ...]
    may_edit: bool
    may_take_back: bool
    may_comment: bool
    events: tuple[str, ...]
    """Steps of the thread that are open to this person now."""


def marks_of(session: Session, rights: Rights, revision_id: str) -> Sequence[MarkView]:
    """All marks of a revision that the actor may see, oldest first; those taken back too.

    Raises:
        Refused: ``not-found`` for a revision he does not see.
    """
    revision = revision_seen(session, rights, revision_id)
    query: sa.Select[*tuple[Any, ...]] = sa.select(Markup)
    query = query.where(Markup.revision_id == revision_id, *_seen(rights))
    rows = session.scalars(_joined(query).order_by(Markup.created_at, Markup.id)).all()
    return _Views(session, rights, revision, rows).all()


def mark_for(session: Session, rights: Rights, mark_id: str) -> MarkView:
    """One mark.

    Raises:
        Refused: ``not-found``.
    """
    query: sa.Select[*tuple[Any, ...]] = sa.select(Markup, SheetRevision)
    query = _joined(query).where(Markup.id == mark_id, *_seen(rights))
    row = session.execute(query).one_or_none()
    if row is None:
        raise Refused(NOT_FOUND)
    return _Views(session, rights, row[1], [row[0]]).all()[0]


def photo_for(session: Session, rights: Rights, mark_id: str) -> PhotoView:
    """The photo of a mark that the actor may see.

    Raises:
        Refused: ``not-found``.
    """
    found = mark_for(session, rights, mark_id).photo
    if found is None:
        raise Refused(NOT_FOUND)
    return found


def marks_etag(session: Session, rights: Rights, revision_id: str) -> str:
    """A digest that changes whenever something that :func:`marks_of` shows this person may have changed.

    Two indexed sums, so that asking every few seconds costs next to nothing.

    Raises:
        Refused: ``not-found``.
    """
    revision = revision_seen(session, rights, revision_id)
    marks = session.execute(
        sa.select(
            sa.func.count(Markup.id), sa.func.sum(Markup.version), sa.func.max(Markup.changed_at)
        ).where(Markup.revision_id == revision_id, shared_marks(rights))
    ).one()
    comments = session.execute(
        sa.select(sa.func.count(MarkupComment.id), sa.func.max(MarkupComment.id))
        .join(Markup, Markup.id == MarkupComment.markup_id)
        .where(Markup.revision_id == revision_id, shared_marks(rights))
    ).one()
    changed = to_micros(marks[2]) if isinstance(marks[2], datetime) else marks[2]
    seats = sorted((s.seat_id, s.seat_role) for s in rights.seats if s.project_id == revision.project_id)
    parts = (marks[0], marks[1], changed, *comments, revision.state, rights.actor.person_id, seats)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def may_draw(rights: Rights, revision: SheetRevision) -> bool:
    """True when the actor may mark this revision."""
    return rights.may(Permission.MARK_DRAW, revision_target(revision))


def _joined(query: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    return query.join(SheetRevision, SheetRevision.id == Markup.revision_id)


def _seen(rights: Rights) -> tuple[sa.ColumnElement[bool], ...]:
    return (visible_marks(rights),)


class _Views:
    """Rows to values: names, threads and origins are fetched once for all."""

    def __init__(
        self, session: Session, rights: Rights, revision: SheetRevision, rows: Sequence[Markup]
    ) -> None:
        self._rights = rights
        self._revision = revision
        self._rows = rows
        ids = [row.id for row in rows]
        self._comments = _comments(session, revision.id, ids)
        self._origins = _origins(session, ids)
        self._photos = _photos(session, revision.id) if any(r.kind == MarkKind.PHOTO for r in rows) else {}
        self._parties = {p.id: p for p in parties_of(session, revision.project_id)}
        people = {p for row in rows for p in (row.author_id, row.assignee_id, row.taken_back_by) if p}
        for thread in self._comments.values():
            people |= {p for c in thread for p in (c.author_id, *c.mentions)}
        self._names = names_of(session, people)

    def all(self) -> list[MarkView]:
        """Every row as a value."""
        draws = may_draw(self._rights, self._revision)
        return [self._view(row, draws=draws) for row in self._rows]

    def _view(self, row: Markup, *, draws: bool) -> MarkView:
        stands = row.taken_back_at is None
        is_mine = row.author_id == self._rights.actor.person_id
        leads = any(s.party_id == row.party_id and s.seat_role in LEADS for s in self._rights.seats)
        return MarkView(
            id=row.id,
            project_id=row.project_id,
            sheet_id=row.sheet_id,
            revision_id=row.revision_id,
            version=row.version,
            kind=row.kind,
            anchor=row.anchor,
            shape=row.shape,
            colour=row.colour,
            text=row.text,
            basis=row.basis,
            measured=measured(row.shape) if row.kind == MarkKind.MEASUREMENT else "",
            audience=row.audience,
            about=row.about,
            status=row.status,
            assignee=self._who(row.assignee_id) if row.assignee_id else None,
            author=self._who(row.author_id, row.party_id),
            key=row.client_key,
            origin=row.origin,
            photo=self._photos.get(row.id),
            created_at=row.created_at,
            changed_at=row.changed_at,
            taken_back_at=row.taken_back_at,
            taken_back_by=self._who(row.taken_back_by, row.party_id) if row.taken_back_by else None,
            carried_from=self._origins.get(row.id),
            comments=tuple(self._comment(c) for c in self._comments.get(row.id, ())),
            may_edit=draws and is_mine and stands,
            may_take_back=draws and (is_mine or leads),
            may_comment=draws and stands,
            events=self._events(row, draws=draws) if stands else (),
        )

    def _events(self, row: Markup, *, draws: bool) -> tuple[str, ...]:
        settles = self._rights.may(Permission.MARK_RESOLVE, mark_target(row, self._revision))
        may = {Permission.MARK_DRAW: draws, Permission.MARK_RESOLVE: settles}
        return tuple(s.event for s in THREADS.steps_from(row.status) if may[Permission(s.permission)])

    def _comment(self, row: MarkupComment) -> CommentView:
        mentions = tuple(self._who(person) for person in row.mentions)
        author = self._who(row.author_id, row.party_id)
        return CommentView(row.id, row.text, author, mentions, row.origin, row.written_at)

    def _who(self, person_id: str, party_id: str = "") -> Who:
        party: PartyView | None = self._parties.get(party_id)
        name = self._names.get(person_id, "")
        return Who(person_id, name, party_id, party.organisation if party else "")


def _comments(
    session: Session, revision_id: str, ids: Sequence[str]
) -> Mapping[str, Sequence[MarkupComment]]:
    query = (
        sa.select(MarkupComment)
        .join(Markup, Markup.id == MarkupComment.markup_id)
        .where(Markup.revision_id == revision_id)
        .order_by(MarkupComment.written_at, MarkupComment.id)
    )
    if len(ids) == 1:
        query = query.where(MarkupComment.markup_id == ids[0])
    wanted, found = set(ids), dict[str, list[MarkupComment]]()
    for row in session.scalars(query):
        if row.markup_id in wanted:
            found.setdefault(row.markup_id, []).append(row)
    return found


def _photos(session: Session, revision_id: str) -> Mapping[str, PhotoView]:
    query = sa.select(MarkupPhoto).join(Markup, Markup.id == MarkupPhoto.markup_id)
    names = PhotoView.__dataclass_fields__
    return {
        row.markup_id: PhotoView(**{name: getattr(row, name) for name in names})
        for row in session.scalars(query.where(Markup.revision_id == revision_id))
    }


def _origins(session: Session, ids: Sequence[str]) -> dict[str, str]:
    if not ids:
        return {}
    query = sa.select(MarkupCarry.carried_id, MarkupCarry.markup_id).join(
        Markup, Markup.id == MarkupCarry.carried_id
    )
    query = query.where(MarkupCarry.carried_id.in_(ids)) if len(ids) < 500 else query
    return {row.carried_id: row.markup_id for row in session.execute(query) if row.carried_id}
