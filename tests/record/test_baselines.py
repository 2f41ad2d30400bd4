"""Frozen sets: their digest can be computed again, and nothing that happens later changes them."""

import hashlib
import json

import pytest

from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.kernel.ledger.sequence import sequence, tree_state
from app.record.actions import FreezeBaseline, freeze_baseline
from app.record.flows import fresh_knowledge
from app.record.queries import baseline_by_id, baselines_of
from tests.drawings.sheets import released_sheet
from tests.world import World, make_world


def _freeze(world: World, who: str = "owner", **more: object) -> str:
    if "known_at" not in more:
        more["known_at"] = fresh_knowledge(world.database)
    with world.database.write(world.actor(who)) as tx:
        return freeze_baseline(tx, FreezeBaseline(world.project_id, "基线", **more))  # type: ignore[arg-type]


def test_a_frozen_set_has_the_digest_of_its_lines_and_stays_as_it_was(database: Database):
    world = make_world(database)
    first, other = released_sheet(world, "建施-10"), released_sheet(world, "建施-2")
    frozen = _freeze(world)
    released_sheet(world, "建施-2")
    with database.read() as session:
        found = baseline_by_id(session, frozen)
        assert found is not None
        view, lines = found
        assert [b.id for b in baselines_of(session, world.project_id)] == [frozen]
    assert [json.loads(line)["revision"] for line in lines] == [other, first]
    assert view.digest == hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    assert view.items == 2


def test_a_set_frozen_for_a_past_knowledge_is_bounded_by_the_watermark(database: Database):
    world = make_world(database)
    released_sheet(world, "建施-1")
    for _ in range(3):
        sequence(database, database.clock)
    with database.read() as session:
        watermark = tree_state(session).watermark
    released_sheet(world, "建施-2")
    frozen = _freeze(world, known_at=database.clock.now())
    with database.read() as session:
        found = baseline_by_id(session, frozen)
    assert found is not None
    assert (found[0].known_at, found[0].items) == (watermark, 1)


def test_only_those_with_the_right_freeze(database: Database):
    world = make_world(database)
    for who, code in (("contractor", "forbidden"), ("stranger", "not-found"), ("admin", "not-found")):
        with pytest.raises(Refused) as refused:
            _freeze(world, who)
        assert refused.value.code == code
    assert _freeze(world, "inspector")
