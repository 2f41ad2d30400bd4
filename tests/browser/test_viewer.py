"""The sheet viewer on a desktop: what is drawn, what is fetched, and what mouse, wheel and keys do."""

import base64
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pytest

from tests.browser.viewer_site import DESKTOP, OpenSheet
from viewers.render.manifest import UM_PER_POINT
from viewers.render.tiles import TILE_PX, render_area, tile_count

pytest_plugins = ["tests.browser.viewer_site"]
pytestmark = pytest.mark.browser

Opener = Callable[..., OpenSheet]
CSS_PX_PER_UM = 96 / 25_400
POINTS_PER_TRUE_PX = 96 / 72
"""Px of one point when paper is shown in its true size."""


def canvas_of(one: OpenSheet) -> npt.NDArray[np.uint8]:
    """What is on the canvas, as rows of RGB."""
    width, height, text = one.run(
        """() => { const seen = document.querySelector("canvas");
        const c = new OffscreenCanvas(seen.width, seen.height);
        const context = c.getContext("2d", { willReadFrequently: true });
        context.drawImage(seen, 0, 0);
        const { data } = context.getImageData(0, 0, c.width, c.height);
        let s = ""; for (let i = 0; i < data.length; i += 32768)
          s += String.fromCharCode(...data.subarray(i, i + 32768));
        return [c.width, c.height, btoa(s)]; }"""
    )
    rgba = np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 4)
    return rgba[:, :, :3]


def drawn_directly(one: OpenSheet, px_per_point: float) -> npt.NDArray[np.uint8]:
    """The same view, drawn by pdfium in one piece."""
    source, index = one.site.source(one.sheet)
    size = one.page.viewport_size
    assert size is not None
    state, page_um = one.state(), one.sheet_page
    scale = px_per_point / UM_PER_POINT
    left = round(state["x_um"] * scale - size["width"] / 2)
    top = round((page_um.height_um - state["y_um"]) * scale - size["height"] / 2)
    pdf = pdfium.PdfDocument(source)
    pdf.init_forms()
    picture = render_area(pdf[index], px_per_point, left, top, size["width"], size["height"])
    pdf.close()
    return np.asarray(picture)


def tiles_of_view(one: OpenSheet, level: int) -> set[tuple[int, int, int]]:
    """Every tile of a level that the view touches, by the renderer's own scheme."""
    source, index = one.site.source(one.sheet)
    pdf = pdfium.PdfDocument(source)
    across, down = tile_count(pdf[index], level)
    pdf.close()
    size = one.page.viewport_size
    assert size is not None
    side = TILE_PX * UM_PER_POINT / 2**level
    height = one.sheet_page.height_um
    x0, y1 = one.under(0, 0)
    x1, y0 = one.under(size["width"], size["height"])
    return {
        (level, x, y)
        for x in range(across)
        for y in range(down)
        if x * side < x1 and (x + 1) * side > x0 and y * side < height - y0 and (y + 1) * side > height - y1
    }


@pytest.mark.parametrize("sheet", ["a0", "annex", "barber"])
def test_the_first_view_is_the_whole_page_sharp_and_complete(open_sheet: Opener, sheet: str) -> None:
    one = open_sheet(sheet)
    progress = one.settle()
    state, page = one.state(), one.sheet_page
    assert state["x_um"] == page.width_um / 2
    x0, y1 = one.under(0, 0)
    x1, y0 = one.under(1366, 768)
    assert x0 < 0 < y1
    assert (x1 > page.width_um, y0 < 0, y1 > page.height_um) == (True, True, True)
    px_per_point = state["scale"] * POINTS_PER_TRUE_PX
    assert 2 ** progress["level"] >= px_per_point / 1.08
    assert 2 ** (progress["level"] - 1) < px_per_point / 1.07
    asked = [tile for tile in one.site.tiles_asked() if tile[0] == progress["level"]]
    assert set(asked) == tiles_of_view(one, int(progress["level"]))
    assert len(asked) == len(set(asked)) == progress["visible"]
    assert one.run("() => events.filter((e) => e.type === 'ready').length") == 1
    assert one.run("() => events.filter((e) => e.type === 'error').length") == 0


@pytest.mark.parametrize(
    ("level", "sheet"), [(0, "annex"), (1, "annex"), (3, "annex"), (2, "barber"), (1, "a0")]
)
def test_at_the_scale_of_a_level_the_canvas_is_what_pdfium_draws(
    open_sheet: Opener, level: int, sheet: str
) -> None:
    one = open_sheet(sheet)
    page = one.sheet_page
    one.go(x_um=page.width_um * 0.42, y_um=page.height_um * 0.55, scale=2**level / POINTS_PER_TRUE_PX)
    ours = canvas_of(one).astype(int)
    theirs = drawn_directly(one, 2.0**level).astype(int)
    assert theirs.std() > 5  # there is something to see
    difference = np.abs(ours - theirs)
    # Tiles keep 16 steps per channel, pictures are stored as WebP; lines and letters are where they belong.
    assert np.quantile(difference, 0.98) <= 9
    assert difference.mean() < 2


@pytest.mark.parametrize("height", [13 * 70, 27 * 70, 61 * 70, 211 * 70])
def test_between_levels_the_canvas_lies_on_what_pdfium_draws(open_sheet: Opener, height: int) -> None:
    one = open_sheet()
    # 594 : 420 = 99 : 70, so both sides of the page are whole pixels
    scale = height / (420_000 * CSS_PX_PER_UM)
    k = scale * CSS_PX_PER_UM
    # So that the corner of the page lies on a whole pixel: pdfium knows no other.
    x = (round(250_000 * k) + 683) / k
    y = one.sheet_page.height_um - (round(200_000 * k) + 384) / k
    one.go(x_um=x, y_um=y, scale=scale)
    ours = canvas_of(one).mean(axis=2)
    theirs = drawn_directly(one, scale * POINTS_PER_TRUE_PX).mean(axis=2)

    def likeness(dx: int, dy: int) -> float:
        shifted = np.roll(theirs, (dy, dx), (0, 1))[8:-8, 8:-8]
        return float(np.corrcoef(ours[8:-8, 8:-8].ravel(), shifted.ravel())[0, 1])

    scores = {(dx, dy): likeness(dx, dy) for dx in (-2, -1, 0, 1, 2) for dy in (-2, -1, 0, 1, 2)}
    assert max(scores, key=lambda key: scores[key]) == (0, 0)
    assert scores[0, 0] > 0.75  # hairlines differ, drawn here at another scale and averaged


@pytest.mark.parametrize("level", [5, 6])
def test_the_deepest_levels_are_reached_and_right(open_sheet: Opener, level: int) -> None:
    one = open_sheet("barber")
    one.go(x_um=200_000, y_um=159_000, scale=2**level / POINTS_PER_TRUE_PX)
    assert one.settle()["level"] == level
    difference = np.abs(canvas_of(one).astype(int) - drawn_directly(one, 2.0**level).astype(int))
    assert np.quantile(difference, 0.98) <= 9


def test_a_drag_moves_the_sheet_with_the_pointer(open_sheet: Opener) -> None:
    one = open_sheet()
    one.go(x_um=300_000, y_um=200_000, scale=2)
    one.page.mouse.move(500, 300)
    one.page.mouse.down()
    one.page.mouse.move(620, 251, steps=7)
    one.page.mouse.up()
    state = one.state()
    k = 2 * CSS_PX_PER_UM
    assert state["x_um"] == pytest.approx(300_000 - 120 / k, abs=1)
    assert state["y_um"] == pytest.approx(200_000 - 49 / k, abs=1)
    assert one.run("() => events.filter((e) => e.type === 'point').length") == 0


def test_a_click_says_where_on_the_sheet_it_was(open_sheet: Opener) -> None:
    one = open_sheet()
    one.go(x_um=300_000, y_um=200_000, scale=2)
    x, y = one.under(400, 500)
    one.page.mouse.click(400, 500)
    points = one.run("() => events.filter((e) => e.type === 'point')")
    assert len(points) == 1
    assert (points[0]["x_um"], points[0]["y_um"]) == pytest.approx((x, y), abs=1)


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_wheel_zooms_about_the_point_under_the_pointer(open_sheet: Opener, motion: str) -> None:
    one = open_sheet("annex", {**DESKTOP, "reduced_motion": motion})
    one.go(x_um=300_000, y_um=200_000, scale=1)
    before = one.under(900, 250)
    one.page.mouse.move(900, 250)
    for _ in range(3):
        one.page.mouse.wheel(0, -100)
    one.settle()
    assert one.state()["scale"] == pytest.approx(2, rel=1e-6)
    assert one.under(900, 250) == pytest.approx(before, abs=2)


def test_the_point_under_the_pointer_stays_in_every_frame_of_a_zoom(open_sheet: Opener) -> None:
    one = open_sheet("annex", {**DESKTOP, "reduced_motion": "no-preference"})
    one.go(x_um=300_000, y_um=200_000, scale=1)
    x, y = one.under(900, 250)
    one.run("() => { events.length = 0; view.zoomBy(4, { px: 900, py: 250 }); }")
    one.settle()
    frames = one.run("() => events.filter((e) => e.type === 'view')")
    assert len(frames) > 2
    for frame in frames:
        k = frame["scale"] * CSS_PX_PER_UM
        assert frame["x_um"] + (900 - 683) / k == pytest.approx(x, abs=2)
        assert frame["y_um"] - (250 - 384) / k == pytest.approx(y, abs=2)


def test_a_trackpad_pans_with_two_fingers_and_zooms_with_a_pinch(open_sheet: Opener) -> None:
    one = open_sheet()
    one.go(x_um=300_000, y_um=200_000, scale=1)
    one.page.mouse.move(600, 300)
    for _ in range(4):
        one.page.mouse.wheel(5, 3)
    one.settle()
    assert one.state() == {
        "x_um": pytest.approx(300_000 + 20 / CSS_PX_PER_UM, abs=1),
        "y_um": pytest.approx(200_000 - 12 / CSS_PX_PER_UM, abs=1),
        "scale": 1,
    }
    before = one.under(600, 300)
    one.page.keyboard.down("Control")
    one.page.mouse.wheel(0, -7)
    one.page.keyboard.up("Control")
    one.settle()
    assert one.state()["scale"] == pytest.approx(2**0.1)
    assert one.under(600, 300) == pytest.approx(before, abs=1)


def test_keys_pan_zoom_and_fit_and_leave_page_up_and_down_to_the_page(open_sheet: Opener) -> None:
    one = open_sheet()
    fitted = one.state()
    one.run(
        "() => { window.left = []; addEventListener('keydown', (e) => e.defaultPrevented || left.push(e.key)); }"
    )
    one.page.locator(".sheet-surface").focus()
    one.page.keyboard.press("1")
    assert one.state()["scale"] == 1
    one.page.keyboard.press("ArrowRight")
    one.page.keyboard.press("ArrowUp")
    state = one.state()
    assert state["x_um"] == pytest.approx(fitted["x_um"] + 80 / CSS_PX_PER_UM)
    assert state["y_um"] == pytest.approx(fitted["y_um"] + 80 / CSS_PX_PER_UM)
    one.page.keyboard.press("+")
    assert one.state()["scale"] == pytest.approx(1.25)
    one.page.keyboard.press("-")
    assert one.state()["scale"] == pytest.approx(1)
    one.page.keyboard.press("0")
    assert one.state() == pytest.approx(fitted)
    one.page.keyboard.press("PageDown")
    one.page.keyboard.press("PageUp")
    assert one.run("() => left") == ["PageDown", "PageUp"]


def test_a_fitted_page_stays_fitted_when_the_viewer_changes_size(open_sheet: Opener) -> None:
    one = open_sheet()
    one.settle()
    one.page.set_viewport_size({"width": 800, "height": 700})
    one.settle()
    page = one.sheet_page
    k = one.state()["scale"] * CSS_PX_PER_UM
    assert page.width_um * k == pytest.approx(800 - 24, abs=0.5)
    assert one.run("() => { const c = document.querySelector('canvas'); return [c.width, c.height]; }") == [
        800,
        700,
    ]
    one.go(x_um=100_000, y_um=100_000, scale=1)
    one.page.set_viewport_size({"width": 900, "height": 600})
    one.settle()
    assert one.state() == {"x_um": 100_000, "y_um": 100_000, "scale": 1}


def test_an_address_brings_back_the_view(open_sheet: Opener) -> None:
    one = open_sheet("annex", place="#123456,200000,2.5")
    one.settle()
    assert one.state() == {"x_um": 123_456, "y_um": 200_000, "scale": 2.5}
    assert one.run("() => view.hash") == "123456,200000,2.5"
    for bad in ["", "1,2", "1,2,x", "1,2,0", "1,2,-3", "1,,3", "1,2,Infinity"]:
        assert one.run("(bad) => view.openHash(bad)", bad) is False
    assert one.run("() => view.hash") == "123456,200000,2.5"


def test_no_tile_outside_the_page_is_ever_asked_for(open_sheet: Opener) -> None:
    one = open_sheet()
    source, index = one.site.source("annex")
    pdf = pdfium.PdfDocument(source)
    counts = {level: tile_count(pdf[index], level) for level in range(-5, 7)}
    pdf.close()
    page = one.sheet_page
    for x, y, scale in [(0, 0, 3), (1, 1, 0.8), (0, 1, 20), (1, 0, 48), (0.5, 0, 0.1), (1, 0.5, 6)]:
        one.go(x_um=page.width_um * x, y_um=page.height_um * y, scale=scale)
    asked = one.site.tiles_asked()
    assert len({level for level, _, _ in asked}) >= 5
    for level, x, y in asked:
        across, down = counts[level]
        assert 0 <= x < across
        assert 0 <= y < down
    assert len(asked) == len(set(asked))  # what was loaded once is kept


def test_tiles_of_what_was_flown_past_are_cancelled_and_at_most_six_load_at_once(
    open_sheet: Opener,
) -> None:
    one = open_sheet()
    one.settle()
    one.site.delay = 1.0
    cancelled: list[str] = []
    one.page.on("requestfailed", lambda request: cancelled.append(request.url))
    one.run(
        """() => { const send = fetch; let flying = 0; window.most = 0;
        window.fetch = (url, options) => {
          most = Math.max(most, flying += 1);
          let isOver = false;
          const end = () => { if (!isOver) flying -= 1; isOver = true; };
          options.signal.addEventListener("abort", end);
          return send(url, options).finally(end);
        }; }"""
    )
    for place in ["100000,300000,6", "500000,100000,6", "300000,200000,6"]:
        one.run("(place) => view.openHash(place)", place)
        one.page.wait_for_timeout(200)
    one.site.delay = 0
    one.settle()
    assert len(cancelled) == 12
    assert one.run("() => most") == 6
    arrived = tiles_of_view(one, 3)
    assert arrived <= set(one.site.tiles_asked())


def test_coarser_tiles_stay_until_finer_ones_have_come(open_sheet: Opener) -> None:
    one = open_sheet()
    one.settle()
    one.site.delay = 0.6
    one.run("() => view.openHash('300000,200000,3')")
    one.page.wait_for_timeout(150)
    assert one.run("() => view.progress.missing") > 0
    early = canvas_of(one).mean(axis=2)
    one.site.delay = 0
    one.settle()
    late = canvas_of(one).mean(axis=2)
    assert early.std() > late.std() * 0.5
    assert np.corrcoef(early.ravel(), late.ravel())[0, 1] > 0.5


def test_a_tile_that_fails_is_asked_for_again_and_one_that_is_refused_is_reported_once(
    open_sheet: Opener,
) -> None:
    one = open_sheet()
    one.settle()
    tries: dict[str, int] = {}

    def failing(path: str) -> int:
        if "/tiles/2/" not in path:
            return 0
        tries[path] = tries.get(path, 0) + 1
        if path.endswith(refused):
            return 404
        return 503 if tries[path] == 1 else 0

    side = TILE_PX * UM_PER_POINT / 4
    x, y = int(300_000 // side), int((one.sheet_page.height_um - 200_000) // side)
    refused = f"/{x}/{y}"
    one.site.failing = failing
    one.run("() => { view.openHash('300000,200000,3'); }")
    for _ in range(100):
        one.page.wait_for_timeout(100)
        if one.run("() => view.progress.missing") == 1:
            break
    assert one.run("() => view.progress.missing") == 1
    errors = one.run("() => events.filter((e) => e.type === 'error')")
    assert [(e["level"], e["x"], e["y"]) for e in errors] == [(2, x, y)]
    assert tries.pop(f"/sheets/annex/tiles/2{refused}") == 1
    assert set(tries.values()) == {2}
    one.complaints.clear()  # the browser itself logs failed answers


def test_memory_for_pictures_is_bounded(open_sheet: Opener) -> None:
    one = open_sheet()
    most = 0
    for x in range(60_000, 560_000, 60_000):
        for y in (100_000, 210_000, 320_000):
            one.go(x_um=x, y_um=y, scale=5)
            most = max(most, one.run("() => view.progress.bytes"))
    assert most > 60 * 2**20  # the way was long enough
    assert most <= (96 + 6) * 2**20  # the cap, and the tiles of 1 MiB that may be on their way at once


def test_destroy_ends_everything(open_sheet: Opener) -> None:
    one = open_sheet()
    one.settle()
    one.site.delay = 0.3
    one.run("() => { view.openHash('300000,200000,3'); view.textMode = true; }")
    one.page.wait_for_timeout(50)
    one.run("() => { view.destroy(); events.length = 0; }")
    asked = len(one.site.asked)
    one.page.mouse.move(400, 300)
    one.page.mouse.wheel(0, -300)
    one.page.mouse.click(300, 300)
    one.page.keyboard.press("+")
    one.page.set_viewport_size({"width": 900, "height": 700})
    one.run("() => window.dispatchEvent(new Event('online'))")
    one.page.wait_for_timeout(600)
    assert one.run("() => events") == []
    assert len(one.site.asked) == asked
    assert one.run("() => document.getElementById('stage').childNodes.length") == 0
    assert one.run("() => document.getElementById('stage').className") == ""


def test_every_listener_of_the_viewer_is_gone_after_destroy(open_sheet: Opener) -> None:
    one = open_sheet()
    one.settle()
    devtools = one.page.context.new_cdp_session(one.page)

    def listeners(expression: str) -> list[str]:
        found = devtools.send("Runtime.evaluate", {"expression": expression})["result"]["objectId"]
        answer = devtools.send("DOMDebugger.getEventListeners", {"objectId": found})
        return [listener["type"] for listener in answer["listeners"]]

    one.run("() => { window.surface = document.querySelector('.sheet-surface'); }")
    places = ["window", "document", "surface", "document.getElementById('stage')"]
    before = [len(listeners(place)) for place in places]
    one.run("() => view.destroy()")
    after = [listeners(place) for place in places]
    assert before[2] >= 7
    assert after == [[], ["securitypolicyviolation"], [], []]


def test_the_test_page_really_forbids_inline_styles(open_sheet: Opener) -> None:
    one = open_sheet("barber")
    one.run("() => document.body.setAttribute('style', 'color: red')")
    one.page.wait_for_timeout(100)
    assert one.run("() => window.violations.splice(0)") == ["style-src-attr"]
    assert [text for text in one.complaints if "style" in text]
    one.complaints.clear()
