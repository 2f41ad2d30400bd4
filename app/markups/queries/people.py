"""Who can be asked about a mark: seat holders who see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.queries import project_rights
from app.access.rules import Permission
from app.accounts.queries import names_of
from app.drawings.models import SheetRevision
from app.drawings.queries.visibility import revision_target
from app.kernel.policy import Rights
from app.markups.models import Markup
from app.markups.rules import Audience


@dataclass(frozen=True)
class PersonSeen:
    """Somebody who can be assigned or mentioned."""

    id: str
    name: str
    parties: tuple[str, ...]
    """His parties that see the revision."""


def people_who_see(
    session: Session, revision: SheetRevision, now: datetime, mark: Markup | None = None
) -> Mapping[str, tuple[str, ...]]:
    """People who see a revision (and a mark on it), with the parties of their seats."""
    target = revision_target(revision)
    found = {}
    for person_id, rights in project_rights(session, revision.project_id, now).items():
        if not rights.may(Permission.REVISION_VIEW, target):
            continue
        parties = tuple(sorted({seat.party_id for seat in rights.seats}))
        if mark is None or mark.audience == Audience.PROJECT or mark.party_id in parties:
            found[person_id] = parties
    return found


def people_to_ask(
    session: Session, rights: Rights, revision: SheetRevision, now: datetime
) -> tuple[PersonSeen, ...]:
    """The same with their names, for those who may draw; others have nobody to ask."""
    if not rights.may(Permission.MARK_DRAW, revision_target(revision)):
        return ()
    seen = people_who_see(session, revision, now)
    names = names_of(session, seen)
    rows = (PersonSeen(key, names.get(key, ""), parties) for key, parties in seen.items())
    return tuple(sorted(rows, key=lambda p: (p.name, p.id)))
