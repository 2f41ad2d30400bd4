"""Notices in the site of page tests: one for the owner and a robot of his, and the same for the stranger."""

import sqlalchemy as sa

from app.access.models import Party
from app.kernel.db.transactions import Tx
from app.kernel.ids import new_id
from app.notices.actions import AddHook, add_hook
from app.notices.models import Notice
from tests.review.cases import act
from tests.world import World


def notices(world: World, things: dict[str, str], foreign: dict[str, str]) -> None:
    """A notice and a robot, by name."""
    for owner, known in (("owner", things), ("stranger", foreign)):
        made = act(world, owner, lambda tx, o=owner, k=known: _add(tx, world, o, k["project"]))
        known.update(made)


def _add(tx: Tx, world: World, owner: str, project: str) -> dict[str, str]:
    query = sa.select(Party.id).where(Party.project_id == project, Party.role == "owner")
    party = tx.session.scalars(query).one()
    notice = Notice(
        id=new_id(),
        person_id=world.people[owner],
        hook_id=None,
        key=f"test:{owner}",
        project_id=project,
        kind="revision.issued",
        subject="sheet",
        subject_id=project,
        title="建施-01",
        count=2,
        is_urgent=False,
        by_id=None,
        at=tx.now,
        read_at=None,
        letter_id=None,
    )
    tx.session.add(notice)
    # An address that nothing is sent to: it is refused again when it is used.
    hook = add_hook(tx, AddHook(project, party, "generic", "自有系统", "https://127.0.0.1:9/"))
    return {"notice": notice.id, "hook": hook, "own party": party}
