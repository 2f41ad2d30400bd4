"""Review cases for tests, through the real acts."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from app.access.actions import GiveSeat, JoinParty, give_seat, join_party
from app.access.rules import PartyRole, SeatRole
from app.accounts.actions import CreateOrganisation, CreatePerson, create_organisation, create_person
from app.drawings.models import SheetRevision
from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Database, Tx
from app.projects.actions import EVERYWHERE
from app.projects.rules import Policy, ReviewMode
from app.review.actions.assignments import (
    AssignReviewer,
    FinishDiscipline,
    assign_reviewer,
    finish_discipline,
)
from app.review.actions.cases import MoveCase, PrepareCase, move_plainly, prepare_case
from app.review.actions.conclusions import ConcludeCase, conclude
from app.review.actions.decisions import DecideCase, issue_opinions
from app.review.actions.opinions import DraftOpinion, OpinionText, Place, draft_opinion
from app.review.actions.submissions import SubmitCase, submit_case
from tests.drawings.sheets import Upload, advance, page_fields, take_in
from tests.world import World, make_world

Answer = TypeVar("Answer")
AGENCY = Policy(review_mode=ReviewMode.AGENCY)
WHO: dict[str, str] = {
    "start_intake": "review_clerk",
    "need_documents": "review_clerk",
    "supplement": "owner_clerk",
    "accept": "review_clerk",
    "assign": "review_lead",
    "consolidate": "review_lead",
    "send_back": "review_lead",
    "open_reply": "lead",
    "file": "review_clerk",
}
"""Who takes each plain step in tests."""


def act(world: World, who: str, work: Callable[[Tx], Answer]) -> Answer:
    """One act of a person."""
    with world.database.write(world.actor(who)) as tx:
        return work(tx)


def reviewed_world(database: Database, **policy: Any) -> World:
    """A world whose project is reviewed by an agency."""
    return make_world(database, policy=Policy(**{"review_mode": ReviewMode.AGENCY, **policy}))


def issued(world: World, *numbers: str) -> list[str]:
    """Issued revisions of new sheets, or newer ones of known sheets; their identifiers."""
    taken = [take_in(world, Upload([page_fields(number)])).revision() for number in numbers]
    advance(world, taken, "issued")
    return taken


def prepared(world: World, title: str = "教学楼施工图", joint: Collection[str] = ()) -> str:
    """A case that the owner prepares; ``joint`` names the domains on which others conclude."""
    command = PrepareCase(
        world.project_id,
        world.parties["reviewer"],
        title,
        is_fire_joint="fire" in joint,
        is_civil_defence_joint="civil_defence" in joint,
    )
    return act(world, "owner", lambda tx: prepare_case(tx, command))


def submitted(world: World, revisions: Sequence[str], joint: Collection[str] = ()) -> str:
    """A case with these sheets handed in."""
    case_id = prepared(world, joint=joint)
    command = SubmitCase(case_id, revisions, note="分批送审，目录随后补")
    act(world, "owner", lambda tx: submit_case(tx, command))
    return case_id


def plainly(world: World, case_id: str, *events: str) -> None:
    """Take plain steps, each by who may."""
    for event in events:
        command = MoveCase(case_id, event, note="理由")
        act(world, WHO[event], lambda tx, command=command: move_plainly(tx, command))


def in_first_review(
    world: World, revisions: Sequence[str], discipline: str = "arch", joint: Collection[str] = ()
) -> str:
    """A case under first review, its discipline assigned to ``reviewer``."""
    case_id = submitted(world, revisions, joint)
    plainly(world, case_id, "start_intake", "accept")
    assign = AssignReviewer(case_id, discipline, world.people["reviewer"])
    act(world, "review_lead", lambda tx: assign_reviewer(tx, assign))
    plainly(world, case_id, "assign")
    return case_id


JOINT = {
    "fire": (PartyRole.FIRE_AUTHORITY, SeatRole.INSPECTOR),
    "defence": (PartyRole.OTHER_AUTHORITY, SeatRole.PROJECT_LEAD),
    "fire_reader": (PartyRole.FIRE_AUTHORITY, SeatRole.READER),
}
"""People of the joint authorities, whom only these tests seat."""


def seat_joint_authorities(world: World) -> None:
    """The fire and civil defence authorities join, each with its people."""
    with world.database.write(SYSTEM) as tx:
        for name, (role, _) in JOINT.items():
            if role not in world.organisations:
                world.organisations[role] = create_organisation(tx, CreateOrganisation(f"{role} 单位"))
            person = CreatePerson(name, name, None, world.organisations[role])
            world.people[name] = create_person(tx, person)
    with world.database.write(world.actor("owner")) as tx:
        for name, (role, seat) in JOINT.items():
            if role not in world.parties:
                join = JoinParty(world.project_id, world.organisations[role], role)
                world.parties[role] = join_party(tx, join)
            give = GiveSeat(world.parties[role], world.people[name], seat, EVERYWHERE)
            world.seats[name] = give_seat(tx, give)


def concluded(
    world: World, case_id: str, who: str, domain: str, verdict: str = "passed", note: str = ""
) -> str:
    """A conclusion of a joint authority."""
    return act(world, who, lambda tx: conclude(tx, ConcludeCase(case_id, domain, verdict, note)))


def text_of(*sheets: str, **more: Any) -> OpinionText:
    """An opinion on sheets."""
    values: dict[str, Any] = {
        "discipline": "arch",
        "fact": "一层 3 轴交 C 轴疏散门净宽 0.80 m",
        "action": "改为不小于 0.90 m",
        "basis": "mandatory_clause",
        "standard_no": "GB 55037-2022",
        "clause_no": "7.1.4",
        "places": [Place(sheet, (100_000, 100_000, 200_000, 150_000), "C3") for sheet in sheets],
    }
    return OpinionText(**{**values, **more})


def drafted(world: World, case_id: str, *sheets: str, **more: Any) -> str:
    """A draft opinion of the reviewer."""
    command = DraftOpinion(case_id, text_of(*sheets, **more))
    return act(world, "reviewer", lambda tx: draft_opinion(tx, command))


def with_opinions_issued(world: World, case_id: str, discipline: str = "arch") -> None:
    """Finish the discipline, consolidate, and issue."""
    act(world, "reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(case_id, discipline)))
    plainly(world, case_id, "consolidate")
    act(world, "review_lead", lambda tx: issue_opinions(tx, DecideCase(case_id)))


def sheet_of(world: World, revision: str) -> str:
    """The sheet of a revision."""
    with world.database.read() as session:
        return session.get_one(SheetRevision, revision).sheet_id
