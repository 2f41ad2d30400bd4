"""Who hears of distribution: what waits, objections, and terms that have run out, step by step upwards."""

from datetime import timedelta

import sqlalchemy as sa

from app.access.rules import PartyRole
from app.distribution.actions.objections import ResolveObjection, resolve_objection
from app.distribution.actions.receipts import ObjectTo, object_to
from app.distribution.actions.transmittals import Recipient, SendTransmittal, send_transmittal
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database
from app.notices.clocks import look_at_clocks
from app.notices.models import Notice
from tests.distribution.house import act, confirm, items, matrix
from tests.drawings.sheets import released_sheet
from tests.notices.ears import heard_by
from tests.world import make_world


def test_objections_go_to_the_issuer_and_answers_to_the_party(database: Database) -> None:
    world = make_world(database)
    released_sheet(world, "建施-01")
    [item] = items(world)
    send = SendTransmittal(world.project_id, [item.key], [Recipient(world.parties["supervisor"])], "首发")
    act(world, "owner_clerk", lambda tx: send_transmittal(tx, send))
    said = ObjectTo(world.project_id, item.key, item.sha256, "缺剖面")
    objection = act(world, "contractor", lambda tx: object_to(tx, said))
    act(world, "lead", lambda tx: resolve_objection(tx, ResolveObjection(objection, "见详图")))
    assert heard_by(world, "transmittal.sent") == {"supervisor"}
    assert heard_by(world, "receipt.objected") == {"owner", "owner_clerk", "lead"}
    assert heard_by(world, "receipt.resolved") == {"contractor"}


def test_what_is_overdue_goes_to_the_party_then_the_supervisor_then_the_owner(
    database: Database, clock: SteppedClock
) -> None:
    world = make_world(database)
    released_sheet(world, "建施-01")
    assert confirm(world, "supervisor").is_clean
    look_at_clocks(database)
    assert heard_by(world, "receipt.overdue") == set()
    due = next(c.due for c in matrix(world).rows[0].cells if c.state != "confirmed")
    assert due is not None
    while clock.now().date() <= due:
        clock.advance(timedelta(days=1))
    look_at_clocks(database)
    assert heard_by(world, "receipt.overdue") == {"contractor", "supervisor"}
    clock.advance(timedelta(days=5))
    for _ in range(3):
        clock.advance(timedelta(hours=2))
        look_at_clocks(database)
    assert heard_by(world, "receipt.overdue") == {"contractor", "supervisor", "owner", "owner_clerk"}
    with database.read() as session:
        assert set(session.scalars(sa.select(Notice.count))) == {1}
    assert PartyRole.OWNER not in {r.role for r in matrix(world).receivers}
