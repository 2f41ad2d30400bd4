"""Many writers at one cell: one fact, no fault. On both databases."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from app.distribution.actions.copies import IssueCopies, issue_copies
from app.distribution.actions.receipts import NoteOpened, ObjectTo, note_opened, object_to
from app.distribution.actions.transmittals import Recipient, SendTransmittal, send_transmittal
from app.distribution.models import ControlledCopy, ReceiptFact, Transmittal
from app.kernel.db.transactions import Database
from app.kernel.errors import BUSY, STALE, Refused
from tests.distribution.house import act, confirm_sent, items, shown
from tests.drawings.sheets import released_sheet
from tests.world import World, make_world

WRITERS, ROUNDS = 8, 10


def kinds(world: World) -> Counter[str]:
    with world.database.read() as session:
        return Counter(session.scalars(sa.select(ReceiptFact.kind)))


def together(work, rounds: int = WRITERS):  # type: ignore[no-untyped-def]
    """The same work by many at once; only what a second try cures may be refused."""

    def one(n: int) -> object:
        for _ in range(20):
            try:
                return work(n)
            except Refused as refusal:
                if refusal.code not in (BUSY, STALE):
                    raise
        raise AssertionError("refused twenty times")

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(one, range(rounds)))


def test_double_submits_are_one_fact_each(database: Database) -> None:
    """Ten revisions of one sheet; each is confirmed by two parties, eight times at once."""
    world = make_world(database)
    for turn in range(1, ROUNDS + 1):
        released_sheet(world, "建施-01")
        sent = shown(world)

        def work(n: int, sent: object = sent) -> object:
            who = "contractor" if n % 2 else "supervisor"
            return confirm_sent(world, who, sent).refused  # type: ignore[arg-type]

        assert together(work, 2 * WRITERS) == [{}] * (2 * WRITERS)
        assert kinds(world) == {"confirmed": 2 * turn}


def test_confirming_and_objecting_at_once_keeps_turns_without_a_gap(database: Database) -> None:
    world = make_world(database)
    released_sheet(world, "建施-01")
    sent, [item] = shown(world), items(world)

    def work(n: int) -> object:
        if n % 2:
            return confirm_sent(world, "contractor", sent).done
        said = ObjectTo(world.project_id, item.key, item.sha256, "缺尺寸")
        return act(world, "contractor", lambda tx: object_to(tx, said))

    together(work)
    with world.database.read() as session:
        turns = session.scalars(sa.select(ReceiptFact.turn).order_by(ReceiptFact.turn)).all()
    assert turns in ([1], [1, 2])
    assert kinds(world)["objected"] == 1
    opened = NoteOpened(world.project_id, item.key, item.sha256)
    together(lambda _: act(world, "contractor", lambda tx: note_opened(tx, opened)))
    assert kinds(world)["opened"] == 1


def test_numbers_of_transmittals_and_copies_have_no_gap_and_none_twice(database: Database) -> None:
    world = make_world(database)
    released_sheet(world, "建施-01")
    [item] = items(world)
    send = SendTransmittal(world.project_id, [item.key], [Recipient(world.parties["contractor"])], "发放")
    issue = IssueCopies(world.project_id, item.key, "木工班", copies=2)
    together(lambda _: act(world, "owner", lambda tx: send_transmittal(tx, send)))
    together(lambda _: act(world, "contractor", lambda tx: issue_copies(tx, issue)))
    with world.database.read() as session:
        for model, count in ((Transmittal, WRITERS), (ControlledCopy, 2 * WRITERS)):
            assert sorted(session.scalars(sa.select(model.serial))) == list(range(1, count + 1))
