"""What people do with notices: read them, choose how often letters come, add and remove hooks."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.queries import rights_of
from app.accounts.models import Person
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.append import Fact
from app.kernel.policy import Rights
from app.kernel.text import tidy
from app.notices.models import Notice, NoticeChoice, NoticeHook
from app.notices.queries import may_manage
from app.notices.refusals import TOO_MANY_HOOKS
from app.notices.rules import HookKind, Rhythm

MOST_HOOKS = 5
"""Of one party in one project."""


def mark_read(session: Session, person_id: str, notice_ids: Sequence[str] | None, now: object) -> int:
    """Note that a person has read some of his notices, or all (None); returns how many were unread."""
    query = sa.update(Notice).where(Notice.person_id == person_id, Notice.read_at.is_(None))
    if notice_ids is not None:
        query = query.where(Notice.id.in_(list(notice_ids)))
    return int(session.execute(query.values(read_at=now)).rowcount)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class ChooseRhythm:
    """How often a person wants letters, and where to."""

    rhythm: str
    email: str


def choose_rhythm(tx: Tx, command: ChooseRhythm) -> None:
    """Keep a person's choice.

    Raises:
        Refused: ``invalid-input``.
    """
    person = tx.session.get(Person, tx.actor.person_id or "")
    if person is None:
        raise Refused(NOT_FOUND)
    if command.rhythm not in set(Rhythm):
        raise invalid("rhythm", "没有这个频率", "no such choice")
    person.email = _address(command.email)
    choice = tx.session.get(NoticeChoice, person.id)
    if choice is None:
        choice = NoticeChoice(person_id=person.id, rhythm=command.rhythm, changed_at=tx.now)
        tx.session.add(choice)
    choice.rhythm, choice.changed_at = command.rhythm, tx.now


@dataclass(frozen=True)
class AddHook:
    """A hook for what a party is told."""

    project_id: str
    party_id: str
    kind: str
    name: str
    url: str
    secret: str = ""
    language: str = "zh"


def add_hook(tx: Tx, command: AddHook) -> str:
    """Add a hook; returns its id. The ledger says that there is one and where its host is, never the address.

    Raises:
        Refused: ``not-found``; ``invalid-input``; ``too-many-hooks``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    _must_manage(rights, command.project_id, command.party_id)
    if command.kind not in set(HookKind):
        raise invalid("kind", "没有这种机器人", "no such kind")
    name = tidy(command.name)[:100]
    if not name:
        raise invalid("name", "请填写名称", "is needed")
    url = command.url.strip()
    if len(url) > 500 or len(command.secret) > 200:
        raise invalid("url", "过长", "is too long")
    standing = sa.select(sa.func.count()).where(
        NoticeHook.party_id == command.party_id, NoticeHook.removed_at.is_(None)
    )
    if tx.session.execute(standing).scalar_one() >= MOST_HOOKS:
        raise Refused(TOO_MANY_HOOKS, most=MOST_HOOKS)
    hook = NoticeHook(
        id=new_id(),
        project_id=command.project_id,
        party_id=command.party_id,
        kind=command.kind,
        name=name,
        language="en" if command.language == "en" else "zh",
        url=url,
        secret=command.secret.strip(),
        made_by=tx.actor.person_id or "",
        made_at=tx.now,
        removed_at=None,
    )
    tx.session.add(hook)
    _tell(tx, rights, hook, "added")
    return hook.id


@dataclass(frozen=True)
class RemoveHook:
    """A hook to be removed."""

    hook_id: str


def remove_hook(tx: Tx, command: RemoveHook) -> None:
    """Remove a hook; its address and secret are forgotten.

    Raises:
        Refused: ``not-found``.
    """
    hook = tx.session.get(NoticeHook, command.hook_id)
    if hook is None or hook.removed_at is not None:
        raise Refused(NOT_FOUND)
    rights = rights_of(tx.session, tx.actor, tx.now)
    _must_manage(rights, hook.project_id, hook.party_id)
    _tell(tx, rights, hook, "removed")
    hook.removed_at, hook.url, hook.secret = tx.now, "", ""


def _must_manage(rights: Rights, project_id: str, party_id: str) -> None:
    if not may_manage(rights, project_id, party_id):
        raise Refused(NOT_FOUND)


def _tell(tx: Tx, rights: Rights, hook: NoticeHook, past: str) -> None:
    seat = next(s for s in rights.in_project(hook.project_id) if s.party_id == hook.party_id)
    data = {"kind": hook.kind, "host": urlsplit(hook.url).hostname or "", "name": hook.name}
    tx.record(
        Fact(
            f"notice-hook.{past}",
            hook.project_id,
            subjects={"hook": hook.id, "party": hook.party_id},
            data=data,
            seat_id=seat.seat_id,
            party_id=seat.party_id,
        )
    )


def _address(text: str) -> str:
    """An e-mail address, or nothing."""
    text = text.strip()
    if not text:
        return ""
    _, plain = parseaddr(text)
    local, _, domain = plain.rpartition("@")
    is_plain = plain == text and local and "." in domain and text.isascii() and text.isprintable()
    if not is_plain or len(text) > 200 or any(c in text for c in ' ,;<>"\\'):
        raise invalid("email", "不是邮箱地址", "is not an e-mail address")
    return text
