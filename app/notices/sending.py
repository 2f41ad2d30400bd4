"""A letter sent: read, sent without a transaction, and then its fate written. At least once: a worker that dies between
the two sends again, with the same Message-ID and the same letter's id.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.access.queries import rights_of
from app.accounts.models import Person
from app.copies.versions import current_versions
from app.kernel.actor import Actor, Via
from app.kernel.clock import LEGAL_ZONE
from app.kernel.db.transactions import Database, Tx
from app.kernel.labels import Label, language_of
from app.notices.mail import Addressee, compose
from app.notices.making import SEND
from app.notices.models import NoticeHook, NoticeLetter
from app.notices.outgoing import Outgoing, Undeliverable
from app.notices.queries import SEAT_ENDED, notices_in
from app.notices.robots import judge_answer, message_for
from app.notices.rules import TRIES, HookKind
from app.notices.told import Subject
from app.notices.wording import NoticeView
from app.record.exports import Wording

Commit = Callable[[Tx], None]
_NOBODY = "nobody to send it to"


@dataclass(frozen=True)
class Envelope:
    """A letter as it was read."""

    letter_id: str
    to: Addressee | None
    hook: NoticeHook | None
    notices: tuple[NoticeView, ...]
    base_url: str
    now: datetime


def send_letter(database: Database, outgoing: Outgoing, letter_id: str, *, base_url: str) -> Commit:
    """Send a letter; returns what is to be committed of it."""
    with database.read() as session:
        letter = session.get(NoticeLetter, letter_id)
        if letter is None or letter.sent_at is not None or letter.given_up_at is not None:
            return _nothing
        envelope = _read(session, letter, base_url, database.clock.now())
    if not envelope.notices or (envelope.to is None and envelope.hook is None):
        return _fate(letter_id, Undeliverable(_NOBODY, is_final=True))
    try:
        _deliver(outgoing, envelope)
    except Undeliverable as error:
        return _fate(letter_id, error)
    return _fate(letter_id, None)


def _deliver(outgoing: Outgoing, envelope: Envelope) -> None:
    if envelope.hook is not None:
        hook = envelope.hook
        kind = HookKind(hook.kind)
        message = message_for(
            kind,
            hook.url,
            hook.secret,
            envelope.notices,
            letter_id=envelope.letter_id,
            language=language_of(hook.language),
            base_url=envelope.base_url,
            now=envelope.now,
        )
        judge_answer(kind, outgoing.post(message.url, message.body, message.headers))
    elif envelope.to is not None:
        message_id, to = envelope.letter_id, envelope.to
        mail = compose(
            message_id,
            to,
            envelope.notices,
            base_url=envelope.base_url,
            sender=outgoing.sender,
            now=envelope.now,
        )
        outgoing.mail(mail)


def _read(session: Session, letter: NoticeLetter, base_url: str, now: datetime) -> Envelope:
    notices = with_standings(session, notices_in(session, letter.id), now)
    envelope = Envelope(letter.id, None, None, tuple(notices), base_url, now)
    if letter.hook_id is not None:
        hook = session.get(NoticeHook, letter.hook_id)
        return replace(envelope, hook=hook if hook is not None and hook.removed_at is None else None)
    person = session.get(Person, letter.person_id)
    if person is None or not person.is_active or not person.email:
        return envelope
    projects = set(rights_of(session, Actor(person.id, Via.SYSTEM), now).project_ids())
    still = tuple(n for n in notices if n.project_id in projects or n.kind == SEAT_ENDED)
    to = Addressee(person.name, person.email, person.language, ZoneInfo(person.timezone))
    return replace(envelope, to=to, notices=still)


def with_standings(session: Session, notices: Sequence[NoticeView], now: datetime) -> list[NoticeView]:
    """Each sheet that a letter names with its revision in force, hash and slips, as of the letter."""
    sheets = {n.subject_id for n in notices if n.subject == Subject.SHEET}
    versions = current_versions(session, sheets, now) if sheets else {}
    words = [Wording(language, LEGAL_ZONE, {}) for language in ("zh", "en")]
    found = {sheet: Label(*(version.line(w) for w in words)) for sheet, version in versions.items()}
    return [replace(n, standing=found.get(n.subject_id)) for n in notices]


def _fate(letter_id: str, error: Undeliverable | None) -> Commit:
    def write(tx: Tx) -> None:
        letter = tx.session.get_one(NoticeLetter, letter_id)
        letter.tries += 1
        if error is None:
            letter.sent_at, letter.error = tx.now, ""
            return
        letter.error = str(error)[:500]
        if error.is_final or letter.tries > len(TRIES):
            letter.given_up_at = tx.now
            return
        tx.enqueue(SEND, {"letter": letter_id}, run_at=tx.now + TRIES[letter.tries - 1])

    return write


def _nothing(tx: Tx) -> None:
    """Sent before, or given up."""
