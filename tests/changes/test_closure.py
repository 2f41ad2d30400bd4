"""Closing, counted: the figures against a slow telling, what is open and at whom, and the settlement as a workbook."""

import io
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from app.access.queries import rights_of
from app.changes.actions.closing import IncorporateChange, state_incorporation
from app.changes.actions.proposals import Ending
from app.changes.actions.steps import AgreeCosts, agree_costs
from app.changes.closure import TURNS, ClosureFact, count, grouped, open_changes, turn_of
from app.changes.queries.closure import Closure, SettlementRow, closure_of, settlement_of
from app.changes.rules import OPEN, ChangeState
from app.changes.settlement import settlement_xlsx
from app.kernel.db.transactions import Database
from app.kernel.labels import LANGUAGES
from tests.changes import papers as p
from tests.changes.sites import placed_world, release, released
from tests.review.cases import act, issued
from tests.world import World

NOW = datetime(2026, 5, 1, 2, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
BEFORE = {"proposed", "assessed", "designing", "design_issued", "in_review", "review_passed", "approved"}


def some_fact(chance: random.Random, number: int) -> ClosureFact:
    state = chance.choice(list(ChangeState))
    is_begun = state in ("effective", "implemented", "verified", "incorporated", "superseded", "cancelled")
    since = NOW - timedelta(hours=chance.randrange(2000))
    return ClosureFact(
        id=f"{number:03d}",
        name=f"设变-{number}",
        title="改",
        kind="design_change",
        discipline=chance.choice(["arch", "struct"]),
        state=state,
        since=since,
        effective_at=since + timedelta(days=chance.choice([0, 0, 0, 100])) if is_begun else None,
        is_irregular=state in ("effective", "implemented", "verified") and chance.random() < 0.2,
        proposer=chance.choice(["甲", "乙"]),
        designer=chance.choice(["", "丙"]),
        buildings=tuple(chance.sample(["", "1#", "2#"], chance.randint(1, 3))),
        has_places=chance.random() < 0.5,
        is_assessed=True,
    )


def test_figures_are_those_of_a_slow_telling() -> None:
    chance = random.Random(4)
    for _ in range(60):
        facts = [some_fact(chance, n) for n in range(chance.randrange(30))]
        for building in ("", "1#", "2#"):
            on_site = in_papers = whole = still = red = gone = 0
            for fact in facts:
                if building not in fact.buildings:
                    continue
                if fact.state in ("effective", "implemented", "verified", "incorporated"):
                    whole += 1
                    on_site += fact.state in ("verified", "incorporated")
                    in_papers += fact.state == "incorporated"
                still += fact.state in BEFORE or fact.state in ("effective", "implemented", "verified")
                red += fact.is_irregular
                gone += fact.state in ("superseded", "cancelled")
            lines = {line.key: line for line in grouped(facts, lambda f: f.buildings)}
            line = lines.get(building) or count(building, [])
            assert (line.on_site.part, line.in_as_built.part) == (on_site, in_papers)
            assert line.on_site.whole == line.in_as_built.whole == whole
            assert (line.open, line.irregular, line.ended) == (still, red, gone)
            assert line.on_site.percent == (100 * on_site / whole if whole else None)


def test_what_is_open_says_since_when_and_at_whom() -> None:
    chance = random.Random(5)
    facts = [some_fact(chance, n) for n in range(300)]
    found = open_changes(facts, NOW)
    assert {o.fact.id for o in found} == {f.id for f in facts if f.state in OPEN}
    reds = [o.fact.is_irregular for o in found]
    assert reds == sorted(reds, reverse=True), "emergencies without their formalities first"
    for red in (True, False):
        since = [o.since for o in found if o.fact.is_irregular is red]
        assert since == sorted(since)
    assert {o.turn for o in found} == set(TURNS)
    assert all(o.days >= 0 for o in found)
    assert all(o.turn == "nobody" for o in found if o.since > NOW)
    assert all(label.in_(language) for label in TURNS.values() for language in LANGUAGES)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_every_open_state_is_at_somebody(state: str) -> None:
    fact = some_fact(random.Random(1), 1)
    values = {**fact.__dict__, "state": state, "effective_at": NOW - timedelta(days=1)}
    assert turn_of(ClosureFact(**values), NOW) in TURNS


def asked(world: World, who: str) -> tuple[Closure, list[SettlementRow]]:
    now = world.database.clock.now()
    with world.database.read() as session:
        rights = rights_of(session, world.actor(who), now)
        return closure_of(session, rights, world.project_id, now), settlement_of(
            session, rights, world.project_id
        )


def test_a_project_from_its_changes_to_the_workbook(database: Database) -> None:
    world = placed_world(database)
    arch = released(world, "建施-01")
    closed, old = p.effective(world, arch, cost_estimate=150_000, days_estimate=2), p.effective(world, arch)
    p.effective(world, arch, ends=(Ending(old),))
    for event in ("implement", "verify"):
        p.step(world, closed, event)
    sheet = p.text(world, arch).sheets[0].sheet_id
    act(
        world,
        "contractor",
        lambda tx: state_incorporation(tx, IncorporateChange(closed, {sheet: "建竣-01"})),
    )
    act(world, "owner", lambda tx: agree_costs(tx, AgreeCosts(closed, -120_050, None)))
    p.step(world, closed, "incorporate")
    waiting = p.proposed(world, arch, title="=HYPERLINK(1)")
    closure, rows = asked(world, "contractor")
    total = closure.total
    assert (total.on_site.part, total.on_site.whole, total.in_as_built.part) == (1, 2, 1)
    assert (total.open, total.ended) == (2, 1)
    assert [(o.fact.id, o.turn) for o in closure.open if o.fact.id == waiting] == [(waiting, "supervisor")]
    assert [line.key for line in closure.by_building] == [""]
    assert [r.number for r in rows] == ["设变-建筑-001", "设变-建筑-002", "设变-建筑-003"]
    assert rows[0].dates["incorporate"] > rows[0].dates["verify"] > rows[0].effective_at
    book = load_workbook(io.BytesIO(settlement_xlsx(rows, closure, ZONE, title="滨河小学")))
    page = book.worksheets[0]
    cells = [[cell.value for cell in row] for row in page.iter_rows(min_row=4)]
    first, last = cells[0], cells[-1]
    assert (first[0], first[5]) == ("设变-建筑-001", "已落竣工图 / In the as-built sheet")
    assert first[-4:] == [1500, -1200.5, 2, ""]
    assert last[-4:] == [1500, -1200.5, 2, ""]
    assert [sheet.title for sheet in book.worksheets] == [
        "变更结算 Settlement",
        "销项情况 Closure",
        "未销项 Open",
    ]
    titles = [row[1].value for row in book.worksheets[2].iter_rows(min_row=2)]
    assert "=HYPERLINK(1)" in titles
    assert all(
        cell.data_type != "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
    )


def test_a_watching_party_counts_what_it_sees(database: Database) -> None:
    """What was only proposed is not an inspector's to see, so it is not in his figures either."""
    world = placed_world(database)
    arch = released(world, "建施-01")
    p.effective(world, arch)
    p.proposed(world, arch)
    assert asked(world, "owner")[0].total.open == 2
    assert asked(world, "inspector")[0].total.open == 1
    assert asked(world, "archivist")[0].total.open == 0


def test_a_reissue_closes_twice_too(database: Database) -> None:
    world = placed_world(database)
    released(world, "建施-01")
    (second,) = issued(world, "建施-01")
    release(world, [second])
    change = p.approved(world, second, kind="reissue", who="lead")
    p.step(world, change, "countersign")
    closure, rows = asked(world, "owner")
    assert closure.total.in_as_built.whole == 1
    assert rows[0].number.startswith("换图")
