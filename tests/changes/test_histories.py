"""What is in force after random histories of acts, against the slow model, at every instant and every knowledge."""

import os
import random
from datetime import timedelta

from app.drawings.models import Sheet
from app.kernel.clock import from_micros, to_micros
from app.kernel.db.transactions import Database
from app.record.queries import Instants, in_force, set_in_force
from tests.changes.histories import DAYS, Site, prepared
from tests.record.histories import ORIGIN, told
from tests.world import make_world

IS_SOAK = os.environ.get("ONESET_SOAK") == "1"
AT_ONCE = 60
ROUNDS = 167 if IS_SOAK else 1
"""Histories at once, and how often: 60 on each database in CI, more than 10,000 in the soak."""
ASKED = 25
"""Pairs of instants asked of each sheet alone; the whole set is asked on a grid of days besides."""


def test_after_random_acts_in_force_is_told_as_by_the_slow_model(database: Database) -> None:
    world = make_world(database)
    chance = random.Random(os.urandom(8) if IS_SOAK else "acts")
    for n in range(ROUNDS):
        site = prepared(world, chance, AT_ONCE, ORIGIN + timedelta(days=n * (DAYS + 40)))
        site.live()
        print(dict(sorted(site.told.items())))
        _has_lived(site)
        _compare_sheets(site)
        _compare_sets(site)


def _has_lived(site: Site) -> None:
    """A comparison of histories in which nothing happened would show nothing."""
    kinds = {slip.kind for lane in site.lanes for slip in lane.history.slips}
    assert kinds == {"effective", "absorbed", "superseded", "cancelled"}
    bases = [base for lane in site.lanes for base in lane.history.bases]
    assert any(b.effective > b.recorded for b in bases)
    assert any(b.effective < b.recorded for b in bases)
    assert any(b.seq is None for b in bases) or len(site.lanes) < AT_ONCE


def _compare_sheets(site: Site) -> None:
    with site.world.database.read() as session:
        for lane in site.lanes:
            pairs = list(site.instants(lane))
            for as_of, known_at in site.chance.sample(pairs, min(ASKED, len(pairs))):
                at = Instants(from_micros(as_of), from_micros(known_at), is_now=False)
                found = told(in_force(session, lane.sheet_id, at))
                assert found == site.expected(lane, as_of, known_at), (as_of, known_at, lane)


def _compare_sets(site: Site) -> None:
    visible = Sheet.id.in_([lane.sheet_id for lane in site.lanes])
    start = site.world.database.clock.now()
    project = site.world.project_id
    with site.world.database.read() as session:
        for day in range(-10, DAYS + 8, 3):
            as_of = site.origin + timedelta(days=day, hours=12)
            for known_at in (*(site.origin + timedelta(days=k, hours=6) for k in range(0, DAYS, 6)), None):
                at = Instants(as_of, known_at or start, is_now=known_at is None)
                rows = set_in_force(session, project, at, visible=visible, with_void=True)
                found = {row.sheet_id: row for row in rows}
                for lane in site.lanes:
                    slow = site.expected(lane, to_micros(at.as_of), to_micros(at.known_at))
                    assert told(found.get(lane.sheet_id)) == slow, (at, lane)
