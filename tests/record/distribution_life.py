"""Everything that distribution can write a row for, through its own acts: part of the life that audits and rebuilds tell."""

from app.distribution.actions.copies import IssueCopies, MoveCopies, issue_copies, move_copies
from app.distribution.actions.objections import ResolveObjection, resolve_objection
from app.distribution.actions.receipts import NoteOpened, ObjectTo, note_delivered, note_opened, object_to
from app.distribution.actions.transmittals import Recipient, SendTransmittal, send_transmittal
from app.kernel.ids import new_id
from tests.distribution.house import act, confirm, items, slip
from tests.drawings.sheets import digests, released_sheet
from tests.world import World


def distribution_life(world: World) -> None:
    """A sheet and a slip are handed out, opened, objected to, answered, confirmed; paper goes out and comes back."""
    released_sheet(world, "建施-61")
    [item] = items(world, "建施-61")
    slip(world, item.places[0].sheet_id, new_id(), "设变-061")
    project = world.project_id
    to = [Recipient(world.parties["contractor"], "资料室", 2), Recipient(world.parties["supervisor"])]
    send = SendTransmittal(
        project, [i.key for i in items(world, "建施-61", "设变-061")], to, "首次发放", "请签收"
    )
    act(world, "owner_clerk", lambda tx: send_transmittal(tx, send))
    again = SendTransmittal(project, [item.key], to[:1], "补发")
    act(world, "owner_clerk", lambda tx: send_transmittal(tx, again))
    act(world, "contractor", lambda tx: note_delivered(tx, project, [item.key]))
    act(world, "contractor", lambda tx: note_opened(tx, NoteOpened(project, item.key, item.sha256)))
    file = digests("照片")
    photo = {
        "sha256": file.sha256, "sm3": file.sm3, "size": file.size, "media_type": "image/jpeg", "file_name": "洞口.jpg",
        "width": 40, "height": 30,
    }  # fmt: skip
    said = ObjectTo(project, item.key, item.sha256, "洞口尺寸不符", photo, asks=True)
    objection = act(world, "contractor", lambda tx: object_to(tx, said))
    act(world, "lead", lambda tx: resolve_objection(tx, ResolveObjection(objection, "以详图为准", new_id())))
    assert confirm(world, "contractor", "建施-61", "设变-061").is_clean
    assert confirm(world, "supervisor", "建施-61").is_clean
    issue = IssueCopies(project, item.key, "木工班", "二层", 3)
    copies = act(world, "contractor", lambda tx: issue_copies(tx, issue))
    released_sheet(world, "建施-61")
    back = MoveCopies(project, copies, "recall", "换发")
    assert act(world, "contractor", lambda tx: move_copies(tx, back)).is_clean
    gone = MoveCopies(project, copies[:2], "destroy", "剪角")
    assert act(world, "contractor", lambda tx: move_copies(tx, gone)).is_clean
