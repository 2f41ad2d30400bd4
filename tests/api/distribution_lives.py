"""Distribution in the world of API tests: an objection that waits, and a transmittal."""

from app.distribution.actions.receipts import ObjectTo, object_to
from app.distribution.actions.transmittals import Recipient, SendTransmittal, send_transmittal
from app.distribution.contents import items_by_key
from tests.api.conftest import Api
from tests.distribution.house import act
from tests.drawings.sheets import released_sheet


def distribution_things(asked: Api) -> dict[str, str]:
    """What addresses of distribution name, about one revision in force."""
    world = asked.world
    revision = released_sheet(world, "建施-93")
    key = f"revision:{revision}"
    with world.database.read() as session:
        item = items_by_key(session, world.project_id, [key], world.database.clock.now())[key]
    said = ObjectTo(world.project_id, key, item.sha256, "洞口尺寸不符")
    send = SendTransmittal(
        world.project_id, [key], [Recipient(world.parties["contractor"], "资料室")], "首发"
    )
    return {
        "released_id": revision,
        "objection_id": act(world, "contractor", lambda tx: object_to(tx, said)),
        "transmittal_id": act(world, "owner", lambda tx: send_transmittal(tx, send)),
    }
