"""Contact notes and joint reviews for tests, through the real acts."""

from typing import Any

from app.access.actions import GiveSeat, give_seat
from app.access.rules import SeatRole
from app.accounts.actions import CreatePerson, create_person
from app.drawings.models import SheetRevision
from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Database
from app.projects.actions import EVERYWHERE
from app.projects.rules import Policy
from app.questions.actions.joint_items import AnswerItem, AskItem, ItemText, answer_item, ask_item
from app.questions.actions.joint_reviews import (
    MoveJoint,
    PlanJoint,
    SetMeeting,
    move_joint,
    plan_joint,
    set_meeting,
)
from app.questions.actions.notes import AskNote, MoveNote, ask_note, move_note
from app.questions.actions.signing import SignJoint, sign_joint
from app.questions.models import ContactNote, JointItem, JointReview
from tests.drawings.sheets import Upload, advance, page_fields, take_in
from tests.review.cases import act
from tests.world import World, make_world

REGION = (100_000, 100_000, 200_000, 150_000)
SIGNERS = ("owner", "lead", "manager", "supervisor")
"""The four, each for his party; ``manager`` is the contractor's."""


def site_world(database: Database, **policy: Any) -> World:
    """A world whose contractor has a project manager too: a clerk does not sign."""
    world = make_world(database, policy=Policy(**policy))
    seat_manager(world)
    return world


def seat_manager(world: World) -> None:
    """The contractor's project manager."""
    with world.database.write(SYSTEM) as tx:
        person = CreatePerson("manager", "manager", None, world.organisations["contractor"])
        world.people["manager"] = create_person(tx, person)
    give = GiveSeat(
        world.parties["contractor"], world.people["manager"], SeatRole.PROJECT_MANAGER, EVERYWHERE
    )
    world.seats["manager"] = act(world, "owner", lambda tx: give_seat(tx, give))


def released(world: World, *numbers: str) -> list[str]:
    """Released revisions of new sheets."""
    taken = [take_in(world, Upload([page_fields(number)])).revision() for number in numbers]
    advance(world, taken, "released")
    return taken


def asked(
    world: World, revision: str = "", who: str = "contractor", to: str = "designer", **more: Any
) -> str:
    """A note from the contractor to the designer."""
    values: dict[str, Any] = {
        "question": "隔墙与梁边不对齐，以哪张图为准？",
        "revision_id": revision,
        "region": REGION if revision else (),
        "discipline": "" if revision else "arch",
    }
    command = AskNote(world.project_id, world.parties[to], **{**values, **more})
    return act(world, who, lambda tx: ask_note(tx, command))


def stepped(world: World, who: str, note: str, event: str, text: str = "话") -> str:
    """One step of a note."""
    return act(world, who, lambda tx: move_note(tx, MoveNote(note, event, text)))


def planned(world: World, title: str = "教学楼图纸会审", **more: Any) -> str:
    """A joint review that the owner convenes."""
    command = PlanJoint(world.project_id, title, **more)
    return act(world, "owner", lambda tx: plan_joint(tx, command))


def item(world: World, review: str, question: str = "门洞宽度不一致", revision: str = "", **more: Any) -> str:
    """A question of the contractor."""
    text = ItemText(question, "arch", revision, REGION if revision else (), **more)
    return act(world, "contractor", lambda tx: ask_item(tx, AskItem(review, text)))


def moved(world: World, review: str, *events: str, who: str = "supervisor") -> None:
    """Steps, each by the chief supervisor, who convenes and keeps the record."""
    for event in events:
        command = MoveJoint(review, event, "理由")
        act(world, who, lambda tx, c=command: move_joint(tx, c))


def written_down(world: World, review: str) -> None:
    """Date, place and one attendee of each of the four."""
    people = [(world.parties[p], f"{p} 代表") for p in ("owner", "designer", "contractor", "supervisor")]
    command = SetMeeting(
        review, row_of(world, JointReview, review).version, "2026-05-20", "项目部会议室", people
    )
    act(world, "supervisor", lambda tx: set_meeting(tx, command))


def answered(
    world: World,
    item_id: str,
    answer: str = "以建筑图为准",
    kind: str = "B",
    outcome: str = "clarified",
    who: str = "lead",
    **more: Any,
) -> None:
    """An answer."""
    version = row_of(world, JointItem, item_id).version
    command = AnswerItem(item_id, version, answer, kind, outcome, **more)
    act(world, who, lambda tx: answer_item(tx, command))


def in_signing(
    world: World, *revisions: str, outcome: str = "clarified", **more: Any
) -> tuple[str, list[str]]:
    """A joint review whose record is frozen, with a question on each revision (one without a sheet when there is none)."""
    review = planned(world)
    items = [item(world, review, f"问题 {n}", revision) for n, revision in enumerate(revisions or ("",), 1)]
    written_down(world, review)
    moved(world, review, "collect", "hold")
    for each in items:
        answered(world, each, outcome=outcome, **more)
    moved(world, review, "answer", "freeze")
    return review, items


def signed(world: World, review: str, *who: str) -> bool:
    """Signatures under the record as it is; whether the last made it effective."""
    effective = False
    for name in who:
        command = SignJoint(review, row_of(world, JointReview, review).digest)
        effective = act(world, name, lambda tx, c=command: sign_joint(tx, c))
    return effective


def row_of(world: World, model: Any, key: str) -> Any:
    """A row as it stands."""
    with world.database.read() as session:
        return session.get_one(model, key)


def note_of(world: World, key: str) -> ContactNote:
    """A note as it stands."""
    found: ContactNote = row_of(world, ContactNote, key)
    return found


def sheet_of(world: World, revision: str) -> str:
    """The sheet of a revision."""
    found: str = row_of(world, SheetRevision, revision).sheet_id
    return found
