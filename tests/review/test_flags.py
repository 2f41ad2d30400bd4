"""Beside an answer "fixed": whether anything changed there, and what changed unasked."""

from app.review.flags import Flag, flags_of
from viewers.render.compare.values import Comparison, Kind, Method, Region, Registration, Severity

SAME_PLACE = Registration((1, 0, 0, 1, 0, 0), 0.0, 1.0)
HERE, ELSEWHERE = (100_000, 100_000, 140_000, 130_000), (400_000, 300_000, 420_000, 320_000)


def compared(*boxes: tuple[int, int, int, int], severity: Severity = Severity.MAJOR) -> Comparison:
    regions = tuple(Region(f"r{n}", Kind.CHANGED, severity, b, b) for n, b in enumerate(boxes))
    return Comparison(Method.VECTORS, SAME_PLACE, regions)


def test_without_a_comparison_nothing_is_judged() -> None:
    assert flags_of(HERE, [HERE], None).flags == (Flag.NOT_COMPARED,)
    assert flags_of(HERE, [HERE], Comparison(Method.NONE, None)).flags == (Flag.NOT_COMPARED,)


def test_fixed_but_the_sheet_is_the_same() -> None:
    assert flags_of(HERE, [HERE], compared()).flags == (Flag.NOTHING_CHANGED,)
    looks_only = compared(HERE, severity=Severity.MINOR)
    assert flags_of(HERE, [HERE], looks_only).flags == (Flag.NOTHING_CHANGED,)


def test_fixed_but_changed_elsewhere() -> None:
    found = flags_of(HERE, [HERE], compared(ELSEWHERE))
    assert found.flags == (Flag.NOTHING_CHANGED_THERE, Flag.CHANGED_UNASKED)
    assert (found.there, found.unasked) == ((), (ELSEWHERE,))


def test_fixed_where_it_was_asked() -> None:
    inside = (110_000, 105_000, 120_000, 112_000)
    found = flags_of(HERE, [HERE, ELSEWHERE], compared(inside, ELSEWHERE))
    assert found.flags == ()
    assert found.there == (inside,)


def test_an_opinion_on_the_whole_sheet_asks_for_all_of_it() -> None:
    assert flags_of((), [()], compared(ELSEWHERE)).flags == ()
    assert flags_of(HERE, [HERE, ()], compared(HERE, ELSEWHERE)).flags == ()
