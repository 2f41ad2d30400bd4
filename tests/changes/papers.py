"""Change documents for tests, through the real acts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.access.actions import GiveSeat, JoinParty, give_seat, join_party
from app.access.rules import PartyRole, SeatRole
from app.accounts.actions import CreateOrganisation, CreatePerson, create_organisation, create_person
from app.changes.actions.classes import StateClass, state_class
from app.changes.actions.proposals import (
    AffectedSheet,
    ChangeText,
    Ending,
    ProposeChange,
    propose_change,
)
from app.changes.actions.steps import MoveChange, move
from app.changes.actions.words import GiveWord, give_word
from app.changes.models import ChangeDocument
from app.changes.rules import ChangeKind, Flag, Reason, WordKind
from app.drawings.models import SheetRevision
from app.kernel.actor import SYSTEM
from app.kernel.policy import Scope
from app.projects.actions import EVERYWHERE
from app.record.queries import InForce, Instants, in_force
from tests.review.cases import act
from tests.world import World

BOX = (100_000, 100_000, 200_000, 180_000)

WHO: dict[str, str] = {
    "assess": "supervisor",
    "accept": "lead",
    "refuse": "owner",
    "issue": "lead",
    "send_review": "owner_clerk",
    "pass": "review_lead",
    "fail": "review_lead",
    "approve": "owner",
    "countersign": "supervisor",
    "confirm_review": "review_lead",
    "regularise": "owner",
    "implement": "contractor",
    "verify": "supervisor",
    "reopen": "supervisor",
    "incorporate": "supervisor",
    "withdraw": "contractor",
}
"""Who takes each step in tests."""


def text(world: World, *revisions: str, ends: Sequence[Ending] = (), **more: Any) -> ChangeText:
    """What a change says about some revisions; each with one region."""
    with world.database.read() as session:
        rows = {r: session.get_one(SheetRevision, r) for r in revisions}
    sheets = tuple(AffectedSheet(rows[r].sheet_id, r, (BOX,)) for r in revisions)
    said: dict[str, Any] = {
        "title": "窗洞移位 300",
        "description": "C1 窗洞向北移 300 mm，过梁随之调整。",
        "discipline": "arch",
        "reason": Reason.SITE_CONDITION,
        "sheets": sheets,
        "ends": ends,
    }
    return ChangeText(**{**said, **more})


def proposed(
    world: World, *revisions: str, who: str = "contractor", kind: str = ChangeKind.DESIGN_CHANGE, **more: Any
) -> str:
    """A proposed change on these revisions."""
    command = ProposeChange(world.project_id, kind, text(world, *revisions, **more))
    return act(world, who, lambda tx: propose_change(tx, command))


def step(world: World, change_id: str, event: str, note: str = "见附件", **more: Any) -> None:
    """Take a step by whom it belongs to."""
    who = more.pop("who", WHO[event])
    act(world, who, lambda tx: move(tx, MoveChange(change_id, event, note, **more)))


def version_of(world: World, change_id: str) -> int:
    """Its version now."""
    with world.database.read() as session:
        return session.get_one(ChangeDocument, change_id).version


def classed(
    world: World, change_id: str, *flags: str, externals: Sequence[str] = (), who: str = "designer"
) -> None:
    """State its class."""
    command = StateClass(change_id, version_of(world, change_id), flags, "不涉及审查内容", externals)
    act(world, who, lambda tx: state_class(tx, command))


def designing(world: World, *revisions: str, **more: Any) -> str:
    """A change that the designer has taken up."""
    change_id = proposed(world, *revisions, **more)
    step(world, change_id, "assess")
    step(world, change_id, "accept")
    return change_id


def approved(world: World, *revisions: str, flags: Sequence[str] = (Flag.GENERAL,), **more: Any) -> str:
    """A change that the owner has approved."""
    change_id = designing(world, *revisions, **more)
    classed(world, change_id, *flags)
    step(world, change_id, "issue")
    step(world, change_id, "approve")
    return change_id


def effective(world: World, *revisions: str, effective_at: datetime | None = None, **more: Any) -> str:
    """A change in effect."""
    change_id = approved(world, *revisions, **more)
    step(world, change_id, "countersign", effective_at=effective_at)
    return change_id


def consent(world: World, change_id: str, who: str, *, is_yes: bool = True) -> None:
    """Agree to an emergency, or not."""
    command = GiveWord(change_id, WordKind.EMERGENCY, is_yes, "塌方，须立即加固")
    act(world, who, lambda tx: give_word(tx, command))


def state_of(world: World, change_id: str) -> str:
    """Its state."""
    with world.database.read() as session:
        return session.get_one(ChangeDocument, change_id).state


def change_of(world: World, change_id: str) -> ChangeDocument:
    """The row."""
    with world.database.read() as session:
        return session.get_one(ChangeDocument, change_id)


def standing(world: World, revision_id: str, as_of: datetime | None = None) -> tuple[str, ...]:
    """Numbers of the slips that stand on the sheet of a revision."""
    force = force_of(world, revision_id, as_of)
    return tuple(slip.number for slip in force.slips) if force else ()


def force_of(world: World, revision_id: str, as_of: datetime | None = None) -> InForce | None:
    """What is in force of the sheet of a revision."""
    now = world.database.clock.now()
    with world.database.read() as session:
        sheet = session.scalars(
            sa.select(SheetRevision.sheet_id).where(SheetRevision.id == revision_id)
        ).one()
        return in_force(session, sheet, Instants(as_of or now, now, is_now=True))


def join(
    world: World,
    role: PartyRole,
    people: Mapping[str, SeatRole],
    *,
    name: str = "",
    scope: Scope = EVERYWHERE,
) -> str:
    """Another party with people; returns the party. They act by the names given."""
    with world.database.write(SYSTEM) as tx:
        firm = create_organisation(tx, CreateOrganisation(name or f"{role} 又一家"))
        for login in people:
            world.people[login] = create_person(tx, CreatePerson(login, login, None, firm))
    with world.database.write(world.actor("owner")) as tx:
        party = join_party(tx, JoinParty(world.project_id, firm, role))
        for login, seat in people.items():
            give_seat(tx, GiveSeat(party, world.people[login], seat, scope))
    return party
