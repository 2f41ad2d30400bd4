"""Names of people and parties, for pages and tables."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party
from app.accounts.models import Organisation, Person


def people_named(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """Names of people by identifier."""
    wanted = list(ids)
    return dict(session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(wanted))).all())


def parties_named(session: Session, ids: Iterable[str | None]) -> dict[str, tuple[str, str]]:
    """By party: its organisation's name and its role."""
    query = (
        sa.select(Party.id, Organisation.name, Party.role)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .where(Party.id.in_([i for i in ids if i]))
    )
    return {key: (name, role) for key, name, role in session.execute(query)}
