"""Everything that questions can write a row for, through their own acts: part of the life that audits and rebuilds tell."""

from app.questions.actions.item_imports import ImportItems, import_items
from app.questions.actions.joint_items import (
    EditItem,
    ItemText,
    OrderItems,
    edit_item,
    order_items,
    withdraw_item,
)
from app.questions.actions.joint_reviews import WaiveJoint, waive_joint
from app.questions.actions.note_files import StoredFile, add_note_file
from app.questions.item_table import ItemLine
from tests.drawings.sheets import digests
from tests.questions.houses import (
    SIGNERS,
    answered,
    asked,
    in_signing,
    item,
    moved,
    planned,
    seat_manager,
    signed,
    stepped,
)
from tests.review.cases import act
from tests.world import World


def questions_life(world: World, revision: str) -> None:
    """Notes to every end but the turn into a change, which is the changes' own life; a review signed, taken back, signed."""
    seat_manager(world)
    note = asked(
        world, revision, grid="C3", wanted_on="2026-06-01", copy_party_ids=[world.parties["supervisor"]]
    )
    photo = StoredFile(digests("photo"), "image/jpeg", "现场.jpg", is_photo=True)
    act(world, "contractor", lambda tx: add_note_file(tx, note, photo))
    for who, event in (
        ("lead", "answer"),
        ("contractor", "close"),
        ("contractor", "reopen"),
        ("lead", "answer"),
    ):
        stepped(world, who, note, event)
    stepped(world, "contractor", asked(world), "withdraw")
    review, (first, second) = in_signing(world, revision, revision)
    signed(world, review, "owner")
    answered(world, second, "改一个字", kind="A", outcome="none", touches_mandatory=True, severity="major")
    moved(world, review, "freeze")
    signed(world, review, *SIGNERS)
    moved(world, review, "close")
    del first
    other = planned(world, "结构会审", disciplines=("struct",), meeting_on="2026-07-01", place="现场")
    one, two = item(world, other, place="3 轴"), item(world, other)
    edit = EditItem(one, 1, ItemText("换个说法", "struct", severity="major"))
    act(world, "contractor", lambda tx: edit_item(tx, edit))
    act(world, "contractor", lambda tx: withdraw_item(tx, two))
    act(world, "supervisor", lambda tx: order_items(tx, OrderItems(other, [two, one])))
    lines = [ItemLine(2, "表中的问题", "", "elec")]
    act(world, "contractor", lambda tx: import_items(tx, ImportItems(other, lines)))
    waive = WaiveJoint(world.project_id, "围墙小修", ("arch",))
    act(world, "owner", lambda tx: waive_joint(tx, waive))
