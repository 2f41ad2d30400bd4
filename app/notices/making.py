"""Letters made: what is due is gathered into one, with the job that sends it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Database, Tx
from app.kernel.ids import new_id
from app.notices.models import Notice, NoticeChoice, NoticeLetter
from app.notices.rhythm import Pending, due_for_hook, due_for_person
from app.notices.rules import MAILED_WITHIN, Rhythm
from app.notices.taking import locked_head

SEND = "send_letter"
Ear = tuple[str, str]
"""``("person" | "hook", id)``."""


def make_letters(database: Database, *, has_mail: bool) -> int:
    """Make the letters that are due; returns how many.

    Args:
        database: where.
        has_mail: whether there is a mail server; without one nothing is made for people.
    """
    with database.read() as session:
        if not _due(session, database.clock.now(), has_mail=has_mail):
            return 0
    with database.write(SYSTEM) as tx:
        locked_head(tx.session)
        due = _due(tx.session, tx.now, has_mail=has_mail)
        for ear, notices in due.items():
            _make(tx, ear, notices)
    return len(due)


def _make(tx: Tx, ear: Ear, notices: Sequence[Pending]) -> None:
    kind, key = ear
    letter = NoticeLetter(
        id=new_id(),
        person_id=key if kind == "person" else None,
        hook_id=key if kind == "hook" else None,
        made_at=tx.now,
        tries=0,
        sent_at=None,
        given_up_at=None,
        error="",
    )
    tx.session.add(letter)
    tx.session.flush()
    ids = [n.id for n in notices]
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        tx.session.execute(sa.update(Notice).where(Notice.id.in_(part)).values(letter_id=letter.id))
    tx.enqueue(SEND, {"letter": letter.id})


def _due(session: Session, now: datetime, *, has_mail: bool) -> dict[Ear, list[Pending]]:
    people, hooks = _pending(session, now)
    found: dict[Ear, list[Pending]] = {}
    last = _last_letters(session, NoticeLetter.hook_id, hooks)
    for hook, pending in hooks.items():
        found["hook", hook] = due_for_hook(pending, last.get(hook), now)
    if has_mail and people:
        last = _last_letters(session, NoticeLetter.person_id, people)
        for person, zone, rhythm in _readers(session, list(people)):
            due = due_for_person(people[person], rhythm, last.get(person), zone, now)
            found["person", person] = due
    return {ear: due for ear, due in found.items() if due}


def _pending(
    session: Session, now: datetime
) -> tuple[Mapping[str, list[Pending]], Mapping[str, list[Pending]]]:
    """What no letter has taken: of people what they have not read either."""
    query = sa.select(Notice.id, Notice.at, Notice.is_urgent, Notice.person_id, Notice.hook_id).where(
        Notice.letter_id.is_(None), Notice.at > now - MAILED_WITHIN, Notice.read_at.is_(None)
    )
    people: dict[str, list[Pending]] = defaultdict(list)
    hooks: dict[str, list[Pending]] = defaultdict(list)
    for key, at, is_urgent, person, hook in session.execute(query):
        (people[person] if person else hooks[hook or ""]).append(Pending(key, at, is_urgent))
    return people, hooks


def _readers(session: Session, people: list[str]) -> list[tuple[str, ZoneInfo, Rhythm]]:
    """Of some people those who can get letters, with zone and rhythm."""
    query = (
        sa.select(Person.id, Person.timezone, NoticeChoice.rhythm)
        .outerjoin(NoticeChoice, NoticeChoice.person_id == Person.id)
        .where(Person.id.in_(people), Person.is_active, Person.email != "")
    )
    return [(p, ZoneInfo(zone), Rhythm(r or Rhythm.HOURLY)) for p, zone, r in session.execute(query)]


def _last_letters(
    session: Session, column: sa.orm.InstrumentedAttribute[str | None], ears: Mapping[str, object]
) -> dict[str, datetime]:
    query = (
        sa.select(column, sa.func.max(NoticeLetter.made_at)).where(column.in_(list(ears))).group_by(column)
    )
    return {ear: at for ear, at in session.execute(query) if ear is not None}
