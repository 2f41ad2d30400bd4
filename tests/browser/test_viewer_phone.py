"""The sheet viewer on a phone: fingers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Page

from tests.browser.viewer_site import PHONE, OpenSheet

pytest_plugins = ["tests.browser.viewer_site"]
pytestmark = pytest.mark.browser

Opener = Callable[..., OpenSheet]
CSS_PX_PER_UM = 96 / 25_400
Fingers = list[tuple[float, float]]

_devtools: dict[Page, CDPSession] = {}
"""One session per page: a touch goes on only in the session it began in."""


def touch(one: OpenSheet, kind: str, fingers: Fingers) -> None:
    points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(fingers)]
    if one.page not in _devtools:
        _devtools[one.page] = one.page.context.new_cdp_session(one.page)
    _devtools[one.page].send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def lift(one: OpenSheet, finger: int, at: tuple[float, float]) -> None:
    """Take one finger away; the others stay."""
    point = {"x": at[0], "y": at[1], "id": finger}
    _devtools[one.page].send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": [point]})


def slide(one: OpenSheet, begin: Fingers, end: Fingers, steps: int = 8) -> None:
    """Fingers down, moved evenly, and up."""
    touch(one, "touchStart", begin)
    for step in range(1, steps + 1):
        t = step / steps
        pairs = zip(begin, end, strict=True)
        touch(one, "touchMove", [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairs])
    touch(one, "touchEnd", [])


def test_the_canvas_has_every_pixel_of_the_screen(open_sheet: Opener) -> None:
    one = open_sheet("annex", PHONE)
    progress = one.settle()
    size = one.run("() => { const c = document.querySelector('canvas'); return [c.width, c.height]; }")
    assert size == [1170, 2532]
    px_per_point = one.state()["scale"] * 3 * 96 / 72
    assert 2 ** progress["level"] >= px_per_point / 1.42


def test_one_finger_pans_exactly_and_without_inertia(open_sheet: Opener) -> None:
    one = open_sheet("annex", PHONE)
    one.go(x_um=300_000, y_um=200_000, scale=1)
    slide(one, [(200, 400)], [(140, 490)])
    at_once = one.state()
    assert at_once["x_um"] == pytest.approx(300_000 + 60 / CSS_PX_PER_UM, abs=1)
    assert at_once["y_um"] == pytest.approx(200_000 + 90 / CSS_PX_PER_UM, abs=1)
    one.settle()
    assert one.state() == at_once


def test_two_fingers_keep_the_points_under_them(open_sheet: Opener) -> None:
    one = open_sheet("annex", PHONE)
    one.go(x_um=300_000, y_um=200_000, scale=1)
    under_first, under_second = one.under(150, 400), one.under(250, 400)
    slide(one, [(150, 400), (250, 400)], [(60, 450), (330, 450)])
    assert one.state()["scale"] == pytest.approx(2.7)
    assert one.under(60, 450) == pytest.approx(under_first, abs=2)
    assert one.under(330, 450) == pytest.approx(under_second, abs=2)
    one.settle()


def test_lifting_one_of_two_fingers_goes_on_as_a_pan_without_a_jump(open_sheet: Opener) -> None:
    one = open_sheet("annex", PHONE)
    one.go(x_um=300_000, y_um=200_000, scale=1)
    touch(one, "touchStart", [(100, 400), (300, 400)])
    touch(one, "touchMove", [(80, 400), (320, 400)])
    before = one.state()
    lift(one, 1, (320, 400))
    assert one.state() == before
    held = one.under(80, 400)
    touch(one, "touchMove", [(180, 440)])
    touch(one, "touchEnd", [])
    assert one.under(180, 440) == pytest.approx(held, abs=2)
    assert one.state()["scale"] == before["scale"]


def test_a_double_tap_zooms_in_about_the_finger_and_a_tap_says_where(open_sheet: Opener) -> None:
    one = open_sheet("annex", PHONE)
    one.go(x_um=300_000, y_um=200_000, scale=1)
    held = one.under(120, 500)
    one.page.touchscreen.tap(120, 500)
    one.page.touchscreen.tap(120, 500)
    one.settle()
    assert one.state()["scale"] == pytest.approx(2)
    assert one.under(120, 500) == pytest.approx(held, abs=2)
    points = one.run("() => events.filter((e) => e.type === 'point')")
    assert len(points) == 1
    assert (points[0]["x_um"], points[0]["y_um"]) == pytest.approx(held, abs=1)


def test_all_buttons_are_in_view_and_large_enough_for_a_thumb(open_sheet: Opener) -> None:
    one = open_sheet("annex", PHONE)
    one.settle()
    boxes = [button.bounding_box() for button in one.page.locator(".sheet-tools button").all()]
    assert len(boxes) == 8
    for box in boxes:
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["y"] + box["height"] <= 844
