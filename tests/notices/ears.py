"""Who was told what, for tests."""

from collections import Counter

import sqlalchemy as sa

from app.accounts.models import Person
from app.kernel.actor import SYSTEM
from app.kernel.ledger.sequence import sequence
from app.notices.models import Notice
from app.notices.taking import take_in
from tests.world import World


def told(world: World, *, since: int = 0) -> dict[str, Counter[str]]:
    """By person, the kinds of notices with their counts, after everything was read."""
    listen(world)
    names = {person: name for name, person in world.people.items()}
    found: dict[str, Counter[str]] = {}
    with world.database.read() as session:
        query = sa.select(Notice).where(Notice.person_id.is_not(None)).order_by(Notice.at, Notice.id)
        for notice in session.scalars(query).all()[since:]:
            found.setdefault(names[notice.person_id or ""], Counter())[notice.kind] += notice.count
    return found


def heard_by(world: World, kind: str) -> set[str]:
    """Names of those who were told of a kind."""
    return {name for name, kinds in told(world).items() if kind in kinds}


def listen(world: World) -> int:
    """Bring the tree up to date and read it; returns how many entries were read."""
    sequence(world.database, world.database.clock)
    return take_in(world.database)


def give_addresses(world: World, *names: str) -> None:
    """E-mail addresses for people."""
    with world.database.write(SYSTEM) as tx:
        for name in names:
            person = tx.session.get_one(Person, world.people[name])
            person.email = f"{name.replace('_', '-')}@example.org"
