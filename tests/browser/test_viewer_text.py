"""Finding, selecting and copying text; marks over the drawing; what is read out."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.viewer_site import DESKTOP, OpenSheet
from viewers.render.manifest import TextRun, runs_from_json

pytest_plugins = ["tests.browser.viewer_site"]
pytestmark = pytest.mark.browser

Opener = Callable[..., OpenSheet]
CSS_PX_PER_UM = 96 / 25_400


def runs_of(one: OpenSheet) -> list[TextRun]:
    _, index = one.site.source(one.sheet)
    return runs_from_json((one.site.folder / one.sheet / "text" / f"{index}.json").read_text("utf-8"))


def expected_rect(one: OpenSheet, run: TextRun) -> list[float]:
    """Where a run lies in the view: left, top, right, bottom."""
    state, k = one.state(), one.state()["scale"] * CSS_PX_PER_UM
    return [
        683 + (run.x0 - state["x_um"]) * k,
        384 - (run.y1 - state["y_um"]) * k,
        683 + (run.x1 - state["x_um"]) * k,
        384 - (run.y0 - state["y_um"]) * k,
    ]


def rects_of(one: OpenSheet, selector: str) -> list[list[float]]:
    script = """(selector) => [...document.querySelectorAll(selector)].map((e) => {
      const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; })"""
    return [[float(n) for n in rect] for rect in one.run(script, selector)]


def test_a_search_highlights_the_runs_and_goes_to_the_first(open_sheet: Opener) -> None:
    one = open_sheet()
    one.settle()
    assert not [path for path in one.site.asked if path.endswith("/text")]  # only when it is needed
    matches: list[dict[str, Any]] = one.run("() => view.search('  magamis TUBA')")
    runs = [run for run in runs_of(one) if "magamistuba" in run.text.lower().replace(" ", "")]
    assert [(m["text"], m["box"]["x0"], m["box"]["y1"]) for m in matches] == [
        (r.text, r.x0, r.y1) for r in runs
    ]
    assert len(runs) > 2
    one.settle()
    assert one.state()["x_um"] == (runs[0].x0 + runs[0].x1) / 2
    for place, run in zip(rects_of(one, ".sheet-highlight"), runs, strict=True):
        assert place == pytest.approx(expected_rect(one, run), abs=3)
    one.run("() => { view.next(); view.next(); view.previous(); }")
    one.settle()
    current = rects_of(one, ".sheet-highlight.is-current")
    assert len(current) == 1
    assert current[0] == pytest.approx(expected_rect(one, runs[1]), abs=3)
    height = (runs[1].y1 - runs[1].y0) * one.state()["scale"] * CSS_PX_PER_UM
    assert height >= 13.9 or runs[1].angle  # it can be read


def test_the_search_box_counts_walks_and_closes_by_keys(open_sheet: Opener) -> None:
    one = open_sheet()
    one.settle()
    one.page.locator(".sheet-surface").focus()
    one.page.keyboard.press("Control+f")
    total = len([run for run in runs_of(one) if "ss-01" in run.text.lower()])
    assert total > 1
    one.page.keyboard.type("ss-01")
    count = one.page.locator(".sheet-search-count")
    one.page.wait_for_timeout(400)
    assert count.inner_text() == f"1 / {total}"
    one.page.keyboard.press("Enter")
    assert count.inner_text() == f"2 / {total}"
    one.page.keyboard.press("Shift+Enter")
    one.page.keyboard.press("Shift+Enter")
    assert count.inner_text() == f"{total} / {total}"
    one.page.keyboard.press("Control+a")
    one.page.keyboard.type("not on this sheet")
    one.page.wait_for_timeout(400)
    assert count.inner_text() == "searchNone 图"
    assert rects_of(one, ".sheet-highlight") == []
    one.page.keyboard.press("Escape")
    assert not one.page.locator(".sheet-search").is_visible()
    assert one.run("() => document.activeElement.className") == "sheet-surface"


def test_a_later_search_wins_over_an_earlier_one_that_answers_late(open_sheet: Opener) -> None:
    one = open_sheet()
    results = one.run("() => Promise.all([view.search('SS-01'), view.search('Wc')])")
    assert results[0] == []
    assert {match["text"] for match in results[1]} == {"Wc"}
    assert len(rects_of(one, ".sheet-highlight")) == len(results[1])


def test_text_that_cannot_be_fetched_is_an_error_and_may_be_asked_for_again(open_sheet: Opener) -> None:
    one = open_sheet()
    one.site.failing = lambda path: 500 if path.endswith("/text") else 0
    assert one.run("() => view.search('Wc')") == []
    assert one.run("() => events.filter((e) => e.type === 'error').length") == 1
    one.complaints.clear()  # the browser itself logs failed answers
    one.site.failing = lambda _: 0
    assert len(one.run("() => view.search('Wc')")) > 0


def test_a_double_click_on_text_selects_it_for_copying(open_sheet: Opener) -> None:
    one = open_sheet()
    run = next(run for run in runs_of(one) if run.text == "Sauna eesruum")
    one.go(x_um=(run.x0 + run.x1) / 2, y_um=(run.y0 + run.y1) / 2, scale=3)
    one.page.mouse.dblclick(683, 384)
    one.page.wait_for_timeout(300)
    assert one.run("() => getSelection().toString()") == "Sauna eesruum"
    assert one.state()["scale"] == 3
    place = rects_of(one, ".sheet-texts text")
    assert len(place) == 1
    assert place[0][0::2] == pytest.approx(expected_rect(one, run)[0::2], abs=4)


def test_a_double_click_beside_text_zooms(open_sheet: Opener) -> None:
    one = open_sheet()
    one.go(x_um=5_000, y_um=5_000, scale=1)
    one.page.mouse.dblclick(683, 384)
    one.page.wait_for_timeout(300)
    one.settle()
    assert one.state()["scale"] == 2


def test_text_can_be_selected_over_several_runs_and_is_copied_line_by_line(open_sheet: Opener) -> None:
    one = open_sheet()
    runs = runs_of(one)
    names = [
        run for run in runs if run.text in {"Elutuba/ köök", "Sauna eesruum", "Pesuruum"} and run.x0 > 500_000
    ]
    assert len(names) == 3
    one.go(x_um=names[1].x0, y_um=names[1].y0, scale=3)
    one.page.get_by_role("button", name="selectText").click()
    one.page.wait_for_timeout(400)
    shown = one.page.locator(".sheet-texts text").all_text_contents()
    assert {run.text for run in names} <= set(shown)
    assert len(shown) < len(runs)  # only what is in view
    one.run(
        """() => { const [a, b] = ["Elutuba/ köök", "Pesuruum"].map((text) =>
          [...document.querySelectorAll(".sheet-texts text")].filter((e) => e.textContent === text).at(-1));
        getSelection().setBaseAndExtent(a.firstChild, 3, b.firstChild, 4); }"""
    )
    copied = one.run(
        """() => { const data = new DataTransfer();
        const event = new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true });
        document.querySelector(".sheet-texts text").dispatchEvent(event);
        return data.getData("text/plain"); }"""
    ).split("\n")
    assert copied[0] == "tuba/ köök"
    assert "Sauna eesruum" in copied
    assert copied[-1] == "Pesu"


def test_in_text_mode_a_drag_over_text_selects_and_a_drag_elsewhere_pans(open_sheet: Opener) -> None:
    one = open_sheet()
    run = next(run for run in runs_of(one) if run.text == "Sauna eesruum")
    one.go(x_um=(run.x0 + run.x1) / 2, y_um=(run.y0 + run.y1) / 2, scale=4)
    one.run("() => { view.textMode = true; }")
    one.page.wait_for_timeout(300)
    left, top, right, bottom = expected_rect(one, run)
    before = one.state()
    one.page.mouse.move(left + 2, (top + bottom) / 2)
    one.page.mouse.down()
    one.page.mouse.move(right - 2, (top + bottom) / 2, steps=5)
    one.page.mouse.up()
    assert one.state() == before
    assert one.run("() => getSelection().toString()").strip() in "Sauna eesruum"
    assert len(one.run("() => getSelection().toString()")) > 8
    one.page.mouse.move(1300, 40)
    one.page.mouse.down()
    one.page.mouse.move(1200, 90, steps=3)
    one.page.mouse.up()
    assert one.state()["x_um"] > before["x_um"]


def test_marks_lie_in_millimetres_of_the_sheet_and_follow_the_view(open_sheet: Opener) -> None:
    one = open_sheet()
    one.run(
        """() => { const r = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        for (const [k, v] of Object.entries({ x: 100, y: 200, width: 40, height: 10, id: "mark" })) r.setAttribute(k, v);
        view.overlay.append(r); }"""
    )
    mark = TextRun("", 100_000, 200_000, 140_000, 210_000)
    for place in [(120_000, 205_000, 1.0), (150_000, 190_000, 3.3)]:
        one.go(x_um=place[0], y_um=place[1], scale=place[2])
        assert rects_of(one, "#mark")[0] == pytest.approx(expected_rect(one, mark), abs=0.1)


def test_everything_has_a_name_and_every_button_can_be_reached_by_tab(open_sheet: Opener) -> None:
    one = open_sheet()
    one.settle()
    assert one.page.get_by_role("img", name="sheet 图").count() == 1
    buttons = one.page.locator(".sheet-rail button, .sheet-tools button").all()
    names = [b.get_attribute("aria-label") or "" for b in buttons]
    assert len(names) >= 10
    assert all(name.endswith("图") for name in names)
    reached = []
    for _ in range(len(names) + 1):
        one.page.keyboard.press("Tab")
        reached.append(one.run("() => document.activeElement.getAttribute('aria-label')"))
    assert reached == ["sheet 图", *names]
    rule = one.run("() => getComputedStyle(document.activeElement).outlineStyle")
    assert rule == "solid"


def test_the_modules_hold_no_words_of_any_language(open_sheet: Opener) -> None:
    one = open_sheet()
    one.settle()
    one.run("() => { view.overview = true; }")
    shown = one.run("() => document.getElementById('stage').innerText").split()
    shown = [
        word for word in shown if word not in ("mm", "gridComputedShort", "图")
    ]  # the last two are labels
    strange = [word for word in shown if not re.fullmatch(r"[A-Z]{1,2}\d+|[\d.]+[%,]?", word)]
    assert shown
    assert strange == []


def test_the_overview_shows_where_one_is_and_moves_there(open_sheet: Opener) -> None:
    one = open_sheet("annex", DESKTOP)
    one.go(x_um=300_000, y_um=200_000, scale=2)
    one.page.get_by_role("button", name="overview").click()
    one.page.wait_for_timeout(200)
    box = one.page.locator(".sheet-mini-map").bounding_box()
    assert box is not None
    one.page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25)
    one.settle()
    state, page = one.state(), one.sheet_page
    assert state["x_um"] == pytest.approx(page.width_um * 0.25, abs=page.width_um * 0.01)
    assert state["y_um"] == pytest.approx(page.height_um * 0.75, abs=page.height_um * 0.01)
    frame = rects_of(one, ".sheet-mini-frame")[0]
    assert (frame[0] + frame[2]) / 2 == pytest.approx(box["x"] + box["width"] * 0.25, abs=2)


def test_askew_text_lies_on_what_is_drawn_and_is_not_larger_than_its_box(open_sheet: Opener) -> None:
    one = open_sheet()
    run = next(
        r for r in runs_of(one) if r.text.startswith("SS-01") and r.angle % 90 > 20 and r.angle % 90 < 70
    )
    one.go(x_um=(run.x0 + run.x1) / 2, y_um=(run.y0 + run.y1) / 2, scale=6)
    one.page.mouse.dblclick(683, 384)
    one.page.wait_for_timeout(300)
    assert one.run("() => getSelection().toString()").startswith("SS-01")
    layer, box = rects_of(one, ".sheet-texts text")[0], expected_rect(one, run)
    for near, far in ((0, 2), (1, 3)):
        assert (layer[near] + layer[far]) / 2 == pytest.approx(683 if near == 0 else 384, abs=8)
        assert 0.6 < (layer[far] - layer[near]) / (box[far] - box[near]) < 1.3
