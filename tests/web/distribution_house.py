"""Distribution in the site of page tests: an objection, a transmittal, a controlled copy; the stranger has the same."""

import io

from PIL import Image

from app.distribution.actions.copies import IssueCopies, issue_copies
from app.distribution.actions.receipts import ObjectTo
from app.distribution.actions.transmittals import Recipient, SendTransmittal, send_transmittal
from app.distribution.contents import items_by_key
from app.distribution.flows import object_with_photo
from app.drawings.flows import ReadingRoom
from tests.distribution.house import act
from tests.world import World


def distribution(world: World, room: ReadingRoom, things: dict[str, str], foreign: dict[str, str]) -> None:
    """Things of both projects, by name."""
    for into, objects, sends, keeps in (
        (things, "contractor", "owner", "contractor"),
        (foreign, "stranger", "stranger", "stranger"),
    ):
        project, key = into["project"], f"revision:{into['revision:released']}"
        with world.database.read() as session:
            item = items_by_key(session, project, [key], world.database.clock.now())[key]
        said = ObjectTo(project, key, item.sha256, "洞口尺寸与现场不符")
        into["objection"] = object_with_photo(room, world.actor(objects), said, "现场.jpg", [jpeg()])
        send = SendTransmittal(project, [key], [Recipient(into["party"], "资料室", 1)], "首次发放")
        into["transmittal"] = act(world, sends, lambda tx, send=send: send_transmittal(tx, send))
        issue = IssueCopies(project, key, "木工班")
        [into["copy"]] = act(world, keeps, lambda tx, issue=issue: issue_copies(tx, issue))


def jpeg(size: tuple[int, int] = (320, 240)) -> bytes:
    """A photo."""
    out = io.BytesIO()
    Image.new("RGB", size, "#996644").save(out, "JPEG")
    return out.getvalue()
