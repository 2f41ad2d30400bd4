"""Marks of an older revision on a newer one: offered with what is known of their place, decided by a person."""

from typing import Any

import pytest

from app.access.queries import rights_of
from app.kernel.errors import FORBIDDEN, INVALID, NOT_FOUND, Refused, RowReport
from app.markups.actions.carries import CarryMarks, carry_marks
from app.markups.actions.marks import TakeBackMark, take_back_mark
from app.markups.actions.refusals import CARRIED, NOT_OLDER, TAKEN_BACK
from app.markups.actions.threads import MoveMark, move_mark
from app.markups.carrying import Comparison, Region, moved, standing_of
from app.markups.queries.carries import Offer, offers_for
from app.markups.rules import Standing
from tests.drawings.sheets import Upload, page_fields, released_sheet, take_in
from tests.markups.drawn import REGION, SHAPES, drawn, seen
from tests.world import World, make_world

FAR = (200_000, 200_000, 210_000, 210_000)
HERE = (20_000, 20_000, 30_000, 30_000)
AROUND = (0, 0, 100_000, 100_000)


@pytest.mark.parametrize(
    ("compared", "wanted"),
    [
        (None, Standing.NOT_COMPARED),
        (Comparison(()), Standing.UNCHANGED),
        (Comparison((Region(FAR, FAR),)), Standing.UNCHANGED),
        (Comparison((Region(HERE, HERE),)), Standing.CHANGED),
        (Comparison((Region(None, HERE),)), Standing.CHANGED),
        (Comparison((Region(HERE, None),)), Standing.CHANGED),
        (Comparison((Region(AROUND, None),)), Standing.GONE),
        (Comparison((Region(None, FAR),), shift=(190_000, 190_000)), Standing.CHANGED),
        (Comparison((Region(None, HERE),), shift=(190_000, 190_000)), Standing.UNCHANGED),
        (Comparison((Region((61_500, 0, 70_000, 9_000), None),)), Standing.CHANGED),
        (Comparison((Region((62_500, 0, 70_000, 9_000), None),)), Standing.UNCHANGED),
    ],
    ids=str,
)
def test_a_place_is_labelled_by_what_the_comparison_found(
    compared: Comparison | None, wanted: Standing
) -> None:
    assert standing_of(REGION, SHAPES["cloud"], compared) is wanted


def test_the_whole_sheet_has_changed_if_anything_did() -> None:
    assert standing_of({"type": "sheet"}, SHAPES["text"], Comparison((Region(FAR, FAR),))) is Standing.CHANGED
    assert standing_of({"type": "sheet"}, SHAPES["text"], Comparison(())) is Standing.UNCHANGED


def test_a_mark_goes_with_the_shift_of_its_sheet() -> None:
    content = {"anchor": REGION, "shape": SHAPES["arrow"], "text": "x"}
    there = moved(content, Comparison((), shift=(1_000, -2_000)))
    assert there["anchor"] == {"type": "region", "x0": 11_000, "y0": 8_000, "x1": 61_000, "y1": 38_000}
    assert there["shape"]["paths"] == [[[11_000, 8_000], [61_000, 38_000]]]
    assert moved(content, None) == content


def _offers(world: World, who: str, revision: str, compared: Comparison | None = None) -> list[Offer]:
    with world.database.read() as session:
        rights = rights_of(session, world.actor(who), world.database.clock.now())
        return list(offers_for(session, rights, revision, compared))


def _decide(world: World, who: str, *command: Any, compared: Comparison | None = None) -> RowReport:
    with world.database.write(world.actor(who)) as tx:
        return carry_marks(tx, CarryMarks(*command), compared)


@pytest.fixture
def pair(database: Any) -> tuple[World, str, str]:
    world = make_world(database)
    return world, released_sheet(world), released_sheet(world)


def test_each_mark_is_offered_once_and_decided_by_its_party(pair: tuple[World, str, str]) -> None:
    world, older, newer = pair
    marks = [drawn(world, "supervisor", older, text=f"{n}") for n in range(3)]
    compared = Comparison((Region(HERE, HERE),), shift=(5_000, 0))
    offers = _offers(world, "supervisor", newer)
    assert [(o.mark.id, o.standing) for o in offers] == [(m, Standing.NOT_COMPARED) for m in marks]
    assert {o.standing for o in _offers(world, "supervisor", newer, compared)} == {Standing.CHANGED}
    assert _offers(world, "contractor", newer) == []
    foreign = _decide(world, "contractor", newer, marks[:1], "confirmed")
    assert {r.code for r in foreign.refused.values()} == {FORBIDDEN}

    assert _decide(world, "supervisor", newer, marks[:1], "confirmed", compared=compared).is_clean
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
