"""A site on which changes are made: the world with a specialist designer and a fire authority, and released sheets."""

from collections.abc import Sequence

from app.access.rules import PartyRole, SeatRole
from app.kernel.db.transactions import Database
from app.projects.rules import Policy
from app.release.actions import ReleaseRevisions, release_revisions
from tests.changes import papers as p
from tests.drawings.sheets import clean
from tests.review.cases import act, issued
from tests.world import World, make_world


def placed_world(database: Database, policy: Policy | None = None) -> World:
    """Everybody whom changes concern; ``special`` and ``fire`` besides those of every world."""
    world = make_world(database, policy=policy)
    special = p.join(world, PartyRole.SPECIALIST_DESIGNER, {"special": SeatRole.PROJECT_LEAD})
    world.parties[PartyRole.SPECIALIST_DESIGNER] = special
    p.join(world, PartyRole.FIRE_AUTHORITY, {"fire": SeatRole.INSPECTOR})
    return world


def released(world: World, number: str) -> str:
    """A released revision of a new sheet, or a newer one of a known sheet."""
    revisions = issued(world, number)
    release(world, revisions)
    return revisions[0]


def release(world: World, revisions: Sequence[str]) -> None:
    """Release revisions."""
    command = ReleaseRevisions(world.project_id, revisions)
    act(world, "owner", lambda tx: clean(release_revisions(tx, command)))
