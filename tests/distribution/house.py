"""Receipts for tests, through the real acts."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from app.access.actions import GiveSeat, give_seat
from app.access.rules import SeatRole
from app.accounts.actions import CreatePerson, create_person
from app.distribution.actions.receipts import Confirmation, ConfirmReceipts, confirm_receipts
from app.distribution.contents import Item, items_of_project
from app.distribution.queries.matrix import Matrix, matrix_of
from app.distribution.statement import statements
from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Tx
from app.kernel.errors import RowReport
from app.kernel.policy import Scope
from app.projects.actions import EVERYWHERE, EditProject, edit_project
from app.projects.models import Project
from app.projects.rules import Policy
from app.record.actions import Effect, SlipEntry, append_slip_effect
from app.record.models import EffectKind
from tests.world import World

Answer = TypeVar("Answer")
ZONE = ZoneInfo("Asia/Shanghai")


def act(world: World, who: str, work: Callable[[Tx], Answer]) -> Answer:
    """One act of a person."""
    with world.database.write(world.actor(who)) as tx:
        return work(tx)


def matrix(world: World) -> Matrix:
    """The matrix now, with everything in it."""
    with world.database.read() as session:
        return matrix_of(session, world.project_id, world.database.clock.now())


def states(world: World, number: str) -> dict[str, str]:
    """States of the cells of one item, by the role of the party."""
    found = matrix(world)
    roles = {r.id: r.role for r in found.receivers}
    row = next(row for row in found.rows if row.item.number == number)
    return {roles[cell.party_id]: str(cell.state) for cell in row.cells}


def items(world: World, *numbers: str) -> list[Item]:
    """Items in force by number; all without one."""
    with world.database.read() as session:
        found = items_of_project(session, world.project_id, world.database.clock.now())
    return [item for item in found if not numbers or item.number in numbers]


def shown(world: World, *numbers: str) -> list[Confirmation]:
    """Items as a page shows them before they are confirmed."""
    chosen = items(world, *numbers)
    with world.database.read() as session:
        said = statements(session, chosen, ZONE)
    return [Confirmation(item.key, item.sha256, said[item.key].sha256) for item in chosen]


def confirm(world: World, who: str, *numbers: str, party: str = "") -> RowReport:
    """A party confirms items."""
    sent = shown(world, *numbers)
    return confirm_sent(world, who, sent, party=party)


def confirm_sent(world: World, who: str, sent: Sequence[Confirmation], *, party: str = "") -> RowReport:
    """A party confirms what it saw."""
    command = ConfirmReceipts(world.project_id, sent, party)
    return act(world, who, lambda tx: confirm_receipts(tx, command))


def slip(
    world: World,
    sheet_id: str,
    change_id: str,
    number: str = "设变-001",
    kind: EffectKind = EffectKind.EFFECTIVE,
    **more: Any,
) -> None:
    """A slip takes effect on a sheet, or ends there."""

    def work(tx: Tx) -> None:
        effect = Effect(more.pop("effective_at", None) or tx.now, is_backdated=False, reason="")
        regions = (
            {"boxes": [], "title": "梁配筋调整", **more.pop("regions", {})} if kind == "effective" else {}
        )
        entry = SlipEntry(
            world.project_id, sheet_id, change_id, number, kind, effect, regions=regions, **more
        )
        append_slip_effect(tx, entry)

    act(world, "lead", work)


def set_policy(world: World, policy: Policy) -> None:
    """The owner changes what the project asks for."""

    def work(tx: Tx) -> None:
        row = tx.session.get_one(Project, world.project_id)
        command = EditProject(
            row.id, row.version, row.name, row.name_en, row.short_name, row.region_code, row.address, row.timezone,
            is_name_public=row.is_name_public, is_restricted=row.is_restricted, policy=policy,
        )  # fmt: skip
        edit_project(tx, command)

    act(world, "owner", work)


def newcomer(world: World, name: str, party: str, role: SeatRole, scope: Scope = EVERYWHERE) -> None:
    """One more person of a party."""
    with world.database.write(SYSTEM) as tx:
        person = CreatePerson(name, name, None, world.organisations[party])
        world.people[name] = create_person(tx, person)
    give = GiveSeat(world.parties[party], world.people[name], role, scope)
    act(world, "owner", lambda tx: give_seat(tx, give))
