"""Marks of an older revision on a newer one: offered with what is known of their place, decided by a person."""

from typing import Any

import pytest

from app.access.queries import rights_of
from app.kernel.errors import FORBIDDEN, INVALID, NOT_FOUND, Refused, RowReport
from app.markups.actions.carries import CarryMarks, carry_marks
from app.markups.actions.marks import TakeBackMark, take_back_mark
from app.markups.actions.refusals import CARRIED, NOT_OLDER, TAKEN_BACK
from app.markups.actions.threads import MoveMark, move_mark
from app.markups.carrying import moved, place_of
from app.markups.queries.carries import Offer, count_offers, offers_for, pairs_for
from app.markups.rules import Standing
from tests.drawings.sheets import Upload, page_fields, released_sheet, take_in
from tests.markups.drawn import REGION, SHAPES, drawn, seen
from tests.world import World, make_world
from viewers.render.compare.values import (
    Comparison,
    Kind,
    Method,
    Region,
    Registration,
    Severity,
    not_comparable,
)
from viewers.render.manifest import Problem

FAR = (200_000, 200_000, 210_000, 210_000)
HERE = (20_000, 20_000, 30_000, 30_000)
AROUND = (0, 0, 100_000, 100_000)
LEFT, RIGHT = (0, 0, 40_000, 100_000), (40_000, 0, 100_000, 100_000)
SAME = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
AWAY = (1.0, 0.0, 0.0, 1.0, 190_000.0, 190_000.0)
"""The newer sheet lies 190 mm to the right and up."""


def region(
    before: tuple[int, int, int, int],
    after: tuple[int, int, int, int] | None = None,
    kind: Kind = Kind.CHANGED,
    severity: Severity = Severity.MAJOR,
) -> Region:
    return Region(f"{kind}-{before}", kind, severity, before, after or before)


def compared(
    *regions: Region, affine: Any = SAME, scale: float = 1.0, problems: tuple[Problem, ...] = ()
) -> Comparison:
    return Comparison(
        Method.VECTORS, Registration(affine, 10.0, 1.0, scale=scale), regions, problems=problems
    )


@pytest.mark.parametrize(
    ("comparison", "wanted"),
    [
        (None, Standing.NOT_COMPARED),
        (not_comparable("nothing-drawn"), Standing.NOT_COMPARED),
        (compared(), Standing.UNCHANGED),
        (compared(region(FAR)), Standing.UNCHANGED),
        (compared(region(HERE)), Standing.CHANGED),
        (compared(region(HERE, kind=Kind.ADDED)), Standing.CHANGED),
        (compared(region(HERE, severity=Severity.MINOR)), Standing.UNCHANGED),
        (compared(region(HERE, kind=Kind.REMOVED)), Standing.CHANGED),
        (compared(region(AROUND, kind=Kind.REMOVED)), Standing.GONE),
        (compared(region(LEFT, kind=Kind.REMOVED), region(RIGHT, kind=Kind.REMOVED)), Standing.GONE),
        (compared(region(LEFT, kind=Kind.REMOVED)), Standing.CHANGED),
        (compared(region(AROUND, kind=Kind.REMOVED), region(HERE, kind=Kind.ADDED)), Standing.CHANGED),
        (compared(region(AROUND, FAR, Kind.MOVED)), Standing.CHANGED),
        (compared(region(FAR, (210_000, 210_000, 220_000, 220_000)), affine=AWAY), Standing.CHANGED),
        (compared(region((500_000,) * 4, HERE), affine=AWAY), Standing.UNCHANGED),
        (compared(region((61_500, 0, 70_000, 9_000))), Standing.CHANGED),
        (compared(region((62_500, 0, 70_000, 9_000))), Standing.UNCHANGED),
    ],
)
def test_a_place_is_labelled_by_what_the_comparison_found(
    comparison: Comparison | None, wanted: Standing
) -> None:
    assert place_of(REGION, SHAPES["cloud"], comparison).standing is wanted


def test_the_whole_sheet_has_changed_if_anything_did() -> None:
    sheet = {"type": "sheet"}
    assert place_of(sheet, SHAPES["text"], compared(region(FAR))).standing is Standing.CHANGED
    assert place_of(sheet, SHAPES["text"], compared()).standing is Standing.UNCHANGED
    gone = compared(region(AROUND, kind=Kind.REMOVED))
    assert place_of(sheet, SHAPES["text"], gone).standing is Standing.CHANGED, "a sheet is never gone"


def test_what_is_not_sure_or_not_known_says_why() -> None:
    unsure = compared(problems=(Problem("registration-unsure", "warning", {}),))
    assert place_of(REGION, SHAPES["cloud"], unsure).is_unsure
    assert place_of(REGION, SHAPES["cloud"], not_comparable("nothing-drawn")).why == "nothing-drawn"
    looks = region(HERE, severity=Severity.MINOR)
    assert place_of(REGION, SHAPES["cloud"], compared(looks)).regions == (looks,), (
        "looks are listed all the same"
    )


def test_a_mark_goes_through_the_registration_of_its_sheet() -> None:
    content = {"anchor": REGION, "shape": SHAPES["arrow"], "text": "x"}
    there = moved(content, compared(affine=(1.0, 0.0, 0.0, 1.0, 1_000.0, -2_000.0)))
    assert there["anchor"] == {"type": "region", "x0": 11_000, "y0": 8_000, "x1": 61_000, "y1": 38_000}
    assert there["shape"]["paths"] == [[[11_000, 8_000], [61_000, 38_000]]]
    assert there["text"] == "x"
    assert moved(content, None) == content
    assert moved(content, not_comparable("nothing-drawn")) == content
    turned = moved(content, compared(affine=(0.0, 1.0, -1.0, 0.0, 100_000.0, 0.0)))
    assert turned["anchor"] == {"type": "region", "x0": 60_000, "y0": 10_000, "x1": 90_000, "y1": 60_000}
    point = {"anchor": {"type": "point", "x": 10_000, "y": 10_000}, "shape": SHAPES["text"]}
    twice = moved(point, compared(affine=(2.0, 0.0, 0.0, 2.0, 0.0, 0.0), scale=2.0))
    assert (twice["anchor"], twice["shape"]["size"]) == ({"type": "point", "x": 20_000, "y": 20_000}, 10_000)
    measure = moved({"anchor": REGION, "shape": SHAPES["measurement"]}, compared(affine=SAME, scale=2.0))
    assert measure["shape"]["scale"] == 50, "drawn twice as large it stands at half the scale"


def _offers(world: World, who: str, revision: str, compared: Any = None) -> list[Offer]:
    with world.database.read() as session:
        rights = rights_of(session, world.actor(who), world.database.clock.now())
        return list(offers_for(session, rights, revision, compared))


def _decide(world: World, who: str, *command: Any, compared: Any = None) -> RowReport:
    with world.database.write(world.actor(who)) as tx:
        return carry_marks(tx, CarryMarks(*command), compared)


@pytest.fixture
def pair(database: Any) -> tuple[World, str, str]:
    world = make_world(database)
    return world, released_sheet(world), released_sheet(world)


def test_each_mark_is_offered_once_and_decided_by_its_party(pair: tuple[World, str, str]) -> None:
    world, older, newer = pair
    marks = [drawn(world, "supervisor", older, text=f"{n}") for n in range(3)]
    known = {older: compared(region(HERE), affine=(1.0, 0.0, 0.0, 1.0, 5_000.0, 0.0))}
    offers = _offers(world, "supervisor", newer)
    assert [(o.mark.id, o.place.standing) for o in offers] == [(m, Standing.NOT_COMPARED) for m in marks]
    labelled = _offers(world, "supervisor", newer, known)
    assert {o.place.standing for o in labelled} == {Standing.CHANGED}
    assert labelled[0].anchor["x0"] == REGION["x0"] + 5_000
    assert _offers(world, "contractor", newer) == []
    with world.database.read() as session:
        rights = rights_of(session, world.actor("supervisor"), world.database.clock.now())
        assert count_offers(session, rights, newer) == 3
        (pair_,) = pairs_for(session, rights, newer)
        assert pair_.revision_id == older
        assert pair_.before is not None
        assert pair_.after is not None
    foreign = _decide(world, "contractor", newer, marks[:1], "confirmed")
    assert {r.code for r in foreign.refused.values()} == {FORBIDDEN}

    assert _decide(world, "supervisor", newer, marks[:1], "confirmed", compared=known).is_clean
    assert _decide(world, "supervisor", newer, marks[1:2], "dropped").is_clean
    again = _decide(world, "supervisor", newer, marks[:2], "confirmed")
    assert {r.code for r in again.refused.values()} == {CARRIED}
    assert [o.mark.id for o in _offers(world, "supervisor", newer)] == marks[2:]
    with world.database.read() as session:
        rights = rights_of(session, world.actor("owner"), world.database.clock.now())
        from app.markups.queries.marks import marks_of  # noqa: PLC0415

        (carried,) = marks_of(session, rights, newer)
    assert carried.carried_from == marks[0]
    assert carried.text == "0"
    assert carried.anchor["x0"] == REGION["x0"] + 5_000
    assert seen(world, "owner", marks[0]).taken_back_at is None, "the older mark stays where it was"
    third = released_sheet(world)
    assert [o.mark.id for o in _offers(world, "supervisor", third)] == [carried.id, *marks[1:]]


def test_what_is_settled_or_taken_back_is_not_offered(pair: tuple[World, str, str]) -> None:
    world, older, newer = pair
    settled, gone = drawn(world, "owner", older), drawn(world, "owner", older)
    with world.database.write(world.actor("owner")) as tx:
        move_mark(tx, MoveMark(settled, "resolve"))
        take_back_mark(tx, TakeBackMark(gone))
    assert _offers(world, "owner", newer) == []
    report = _decide(world, "owner", newer, [gone], "confirmed")
    assert [r.code for r in report.refused.values()] == [TAKEN_BACK]


def test_only_forward_on_the_same_sheet_and_only_what_one_sees(pair: tuple[World, str, str]) -> None:
    world, older, newer = pair
    late, other = drawn(world, "owner", newer), drawn(world, "owner", released_sheet(world, "建施-02"))
    hidden = drawn(world, "reviewer", older, audience="party")
    report = _decide(world, "owner", older, [late, other, hidden], "confirmed")
    codes = {key: r.code for key, r in report.refused.items()}
    assert codes == {late: NOT_OLDER, other: NOT_OLDER, hidden: NOT_FOUND}
    for who, revision, decision, code in (
        ("stranger", newer, "confirmed", NOT_FOUND),
        ("investigator", newer, "confirmed", FORBIDDEN),
        ("owner", newer, "maybe", INVALID),
        ("owner", take_in(world, Upload([page_fields("建施-09")])).revision(), "dropped", NOT_FOUND),
    ):
        with pytest.raises(Refused) as refused:
            _decide(world, who, revision, [late], decision)
        assert refused.value.code == code
