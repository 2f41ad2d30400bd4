"""What a person was told, what he chose, and the hooks of a project."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party
from app.access.rules import Permission
from app.accounts.models import Organisation, Person
from app.kernel.policy import Rights, Target
from app.notices.models import Notice, NoticeChoice, NoticeHook, NoticeLetter
from app.notices.rules import Rhythm
from app.notices.wording import NoticeView
from app.projects.models import Project

SEAT_ENDED = "seat.ended"
MOST_SHOWN = 200


def notices_of(
    session: Session,
    rights: Rights,
    *,
    only_unread: bool = False,
    before: datetime | None = None,
    limit: int = MOST_SHOWN,
) -> list[NoticeView]:
    """What the actor was told, the newest first, in projects that he still sees.

    Args:
        session: reading.
        rights: of the actor.
        only_unread: leave out what he has read.
        before: only what is older, to go on from a page.
        limit: how many at most.
    """
    query = (
        _rows()
        .where(*_shown(rights, only_unread=only_unread))
        .order_by(Notice.at.desc(), Notice.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Notice.at < before)
    return [_view(n, project, short, by) for n, project, short, by in session.execute(query)]


def unread_count(session: Session, rights: Rights) -> int:
    """How many notices wait to be read; counted up to 100."""
    some = sa.select(Notice.id).where(*_shown(rights, only_unread=True)).limit(100).subquery()
    return session.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()


def notice_for(session: Session, rights: Rights, notice_id: str) -> NoticeView | None:
    """One notice of the actor."""
    query = _rows().where(Notice.id == notice_id, *_shown(rights, only_unread=False))
    row = session.execute(query).one_or_none()
    return _view(row[0], row[1], row[2], row[3]) if row else None


def notices_in(session: Session, letter_id: str) -> list[NoticeView]:
    """What a letter tells, whoever it goes to."""
    query = _rows().where(Notice.letter_id == letter_id).order_by(Notice.at, Notice.id)
    return [_view(n, project, short, by) for n, project, short, by in session.execute(query)]


def rhythm_of(session: Session, person_id: str) -> Rhythm:
    """How often a person wants letters."""
    found = session.get(NoticeChoice, person_id)
    return Rhythm(found.rhythm) if found else Rhythm.HOURLY


@dataclass(frozen=True)
class HookView:
    """A hook as its managers see it: never the address, in which a robot's key stands."""

    id: str
    party_id: str
    organisation: str
    kind: str
    name: str
    language: str
    host: str
    has_secret: bool
    made_at: datetime
    last_sent: datetime | None
    last_error: str
    """Of the newest letter, when it has not been delivered."""


def hooks_of(session: Session, rights: Rights, project_id: str) -> list[HookView]:
    """The standing hooks of the parties whose seats the actor manages."""
    query = (
        sa.select(NoticeHook, Organisation.name)
        .join(Party, Party.id == NoticeHook.party_id)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .where(NoticeHook.project_id == project_id, NoticeHook.removed_at.is_(None))
        .order_by(NoticeHook.made_at, NoticeHook.id)
    )
    rows = [r for r in session.execute(query).all() if may_manage(rights, project_id, r[0].party_id)]
    return [_hook(session, hook, name) for hook, name in rows]


def may_manage(rights: Rights, project_id: str, party_id: str) -> bool:
    """Whether the actor has a seat of the party itself that manages its seats: hooks carry what the party is told."""
    seats = [s for s in rights.in_project(project_id) if s.party_id == party_id]
    target = Target(project_id, party_id=party_id)
    return bool(seats) and rights.may(Permission.SEAT_MANAGE, target)


def managed_parties(session: Session, rights: Rights, project_id: str) -> list[tuple[str, str]]:
    """(party, its organisation) for which the actor may add hooks."""
    query = (
        sa.select(Party.id, Organisation.name)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .where(Party.project_id == project_id)
        .order_by(Organisation.name, Party.id)
    )
    return [(p, name) for p, name in session.execute(query) if may_manage(rights, project_id, p)]


def _hook(session: Session, hook: NoticeHook, organisation: str) -> HookView:
    newest: Sequence[NoticeLetter] = session.scalars(
        sa.select(NoticeLetter)
        .where(NoticeLetter.hook_id == hook.id)
        .order_by(NoticeLetter.made_at.desc(), NoticeLetter.id.desc())
        .limit(1)
    ).all()
    sent = sa.select(sa.func.max(NoticeLetter.sent_at)).where(NoticeLetter.hook_id == hook.id)
    return HookView(
        id=hook.id,
        party_id=hook.party_id,
        organisation=organisation,
        kind=hook.kind,
        name=hook.name,
        language=hook.language,
        host=urlsplit(hook.url).hostname or "",
        has_secret=bool(hook.secret),
        made_at=hook.made_at,
        last_sent=session.execute(sent).scalar_one_or_none(),
        last_error=newest[0].error if newest and newest[0].sent_at is None else "",
    )


def _shown(rights: Rights, *, only_unread: bool) -> list[sa.ColumnElement[bool]]:
    """Of the actor, and of projects in which he still has a seat; that one has ended is told to who has none."""
    seen = sa.or_(Notice.project_id.in_(list(rights.project_ids())), Notice.kind == SEAT_ENDED)
    unread = [Notice.read_at.is_(None)] if only_unread else []
    return [Notice.person_id == rights.actor.person_id, seen, *unread]


def _rows() -> sa.Select[Notice, str, str, str]:
    return (
        sa.select(Notice, Project.name, Project.short_name, Person.name)
        .join(Project, Project.id == Notice.project_id)
        .outerjoin(Person, Person.id == Notice.by_id)
    )


def _view(notice: Notice, project: str, short: str, by: str | None) -> NoticeView:
    return NoticeView(
        id=notice.id,
        project_id=notice.project_id,
        project=short or project,
        kind=notice.kind,
        subject=notice.subject,
        subject_id=notice.subject_id,
        title=notice.title,
        count=notice.count,
        is_urgent=notice.is_urgent,
        by=by or "",
        at=notice.at,
        is_read=notice.read_at is not None,
    )
