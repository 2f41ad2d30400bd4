"""Questions in the site of page tests: a note of the contractor to the designer with a file, and a joint review that
collects questions, with one of the contractor. In the stranger's project both are the stranger's own."""

from typing import Any

from app.access.actions import JoinParty, join_party
from app.access.rules import PartyRole
from app.questions.actions.joint_items import AskItem, ItemText, ask_item
from app.questions.actions.joint_reviews import PlanJoint, plan_joint
from app.questions.actions.note_files import StoredFile, add_note_file
from app.questions.actions.notes import AskNote, ask_note
from app.questions.models import JointReview
from tests.review.cases import act
from tests.world import World


def questions(world: World, things: dict[str, str], foreign: dict[str, str], paper: Any) -> None:
    """A note, its file, a joint review and its question, by name; a subcontractor of whom nobody sits here gets notes."""
    for known, owner, asker in ((things, "owner", "contractor"), (foreign, "stranger", "stranger")):
        join = JoinParty(known["project"], world.organisations["contractor"], PartyRole.SUBCONTRACTOR)
        known["note party"] = act(world, owner, lambda tx, j=join: join_party(tx, j))
        to = world.parties["designer"] if known is things else known["note party"]
        command = AskNote(known["project"], to, "别人的问题", revision_id=known["revision:released"])
        known["note"] = note = act(world, asker, lambda tx, c=command: ask_note(tx, c))
        stored = StoredFile(paper, "application/pdf", "附件.pdf", is_photo=False)
        known["note file"] = act(world, asker, lambda tx, n=note, f=stored: add_note_file(tx, n, f))
        plan = PlanJoint(known["project"], "图纸会审")
        known["joint"] = joint = act(world, owner, lambda tx, p=plan: plan_joint(tx, p))
        ask = AskItem(joint, ItemText("别人的会审问题", "arch"))
        known["joint item"] = act(world, asker, lambda tx, a=ask: ask_item(tx, a))
        with world.database.read() as session:
            known["joint version"] = str(session.get_one(JointReview, joint).version)
