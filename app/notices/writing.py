"""Notices written: one for each listener and act, and one for what happens again before it was read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.kernel.ids import new_id
from app.notices.audience import Listeners, Telling
from app.notices.models import Notice, NoticeHook
from app.notices.rules import GATHER_WITHIN, KINDS, STEP_KINDS
from app.notices.told import Subject


@dataclass(frozen=True)
class Said:
    """What a notice says, whoever hears it."""

    key: str
    project_id: str
    kind: str
    subject_id: str
    title: str
    at: datetime
    by_id: str | None = None
    is_once: bool = False
    """Said again it does not count: of a clock, not of an act."""


@dataclass
class Writer:
    """Writes notices of one batch; what it has begun it finds again without asking the database."""

    session: Session
    _begun: dict[tuple[str, str], Notice] = field(default_factory=dict)
    _hooks: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def tell(self, telling: Telling, listeners: Listeners) -> None:
        """Tell an entry of the ledger; the sheets of one act are one notice that counts."""
        heard = telling.heard
        subject_id, title = telling.subject()
        key = f"{heard.act_id}:{heard.type}"
        if telling.rule.about is not Subject.SHEET:
            key += f":{subject_id}"
        self.say(Said(key, heard.project_id, heard.type, subject_id, title, heard.at, heard.by), listeners)

    def say(self, said: Said, listeners: Listeners) -> None:
        """Tell people, and the hooks of the parties for which they hear it."""
        parties: set[str] = set()
        for person, of in listeners.items():
            parties |= of
            self._note(said, person_id=person)
        hooks = self._hooks_of(said.project_id)
        for hook in sorted({h for party in parties for h in hooks.get(party, [])}):
            self._note(said, hook_id=hook)

    def settle(self, subject_id: str, at: datetime) -> None:
        """A thing with steps (a case, a note …) has moved: what waited before it waits no more, whoever moved it."""
        self.session.flush()
        moot = sa.update(Notice).where(
            Notice.subject_id == subject_id,
            Notice.kind.in_(STEP_KINDS),
            Notice.read_at.is_(None),
            Notice.at < at,
        )
        self.session.execute(moot.values(read_at=at))
        self._begun = {place: n for place, n in self._begun.items() if n.subject_id != subject_id}

    def flush(self) -> None:
        """Write what is new."""
        self.session.flush()

    def has_been_said(self, key: str, people: Iterable[str]) -> set[str]:
        """Of some people, who was told already."""
        query = sa.select(Notice.person_id).where(Notice.key == key, Notice.person_id.in_(list(people)))
        return {p for p in self.session.scalars(query) if p is not None}

    def _note(self, said: Said, *, person_id: str | None = None, hook_id: str | None = None) -> None:
        ear = person_id or hook_id or ""
        place = (ear, said.key)
        known = self._begun.get(place)
        if known is None and (known := self._to_gather(said, person_id, hook_id)) and known.key != said.key:
            known.subject_id, known.title, known.by_id = said.subject_id, said.title[:200], said.by_id
        if known is not None:
            if not said.is_once:
                known.count += 1
                known.at = max(known.at, said.at)
            self._begun[place] = known
            return
        notice = Notice(
            id=new_id(),
            person_id=person_id,
            hook_id=hook_id,
            key=said.key,
            project_id=said.project_id,
            kind=said.kind,
            subject=KINDS[said.kind].about,
            subject_id=said.subject_id,
            title=said.title[:200],
            count=1,
            is_urgent=KINDS[said.kind].is_urgent,
            by_id=said.by_id,
            at=said.at,
            read_at=None,
            letter_id=None,
        )
        self.session.add(notice)
        self.session.flush()
        self._begun[place] = notice

    def _to_gather(self, said: Said, person_id: str | None, hook_id: str | None) -> Notice | None:
        """What the listener was told of the same act, or of the same thing a moment ago and not yet read or sent."""
        own = Notice.person_id == person_id if person_id else Notice.hook_id == hook_id
        about_sheets = KINDS[said.kind].about is Subject.SHEET
        same = sa.true() if about_sheets else Notice.subject_id == said.subject_id
        fresh = sa.and_(
            Notice.read_at.is_(None),
            Notice.letter_id.is_(None),
            Notice.project_id == said.project_id,
            Notice.kind == said.kind,
            same,
            Notice.at >= said.at - GATHER_WITHIN,
        )
        query = (
            sa.select(Notice)
            .where(own, sa.or_(Notice.key == said.key, fresh))
            .order_by((Notice.key == said.key).desc(), Notice.at.desc(), Notice.id.desc())
            .limit(1)
        )
        return self.session.scalars(query).first()

    def _hooks_of(self, project_id: str) -> dict[str, list[str]]:
        """Standing hooks of a project, by party."""
        if project_id not in self._hooks:
            query = sa.select(NoticeHook.party_id, NoticeHook.id).where(
                NoticeHook.project_id == project_id, NoticeHook.removed_at.is_(None)
            )
            found: dict[str, list[str]] = {}
            for party, hook in self.session.execute(query):
                found.setdefault(party, []).append(hook)
            self._hooks[project_id] = found
        return self._hooks[project_id]
