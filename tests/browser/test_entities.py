"""Marks on entities of a CAD sheet: pointed at with mouse or keyboard, drawn, and found again."""

from collections.abc import Iterator
from io import StringIO

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.compare_site import released
from tests.browser.product_site import Product, built, listening_at
from tests.browser.viewer_site import DESKTOP, PHONE
from tests.viewers.render.cad_drawings import add_frame, new_doc

pytestmark = pytest.mark.browser
LINE = "直线 · 图层 墙线 · 句柄 "


def drawing() -> bytes:
    """A frame of A1 with one line across its middle on a layer of its own, and nothing near."""
    doc = new_doc()
    add_frame(doc.modelspace(), 0, 0, 84_100, 59_400)
    doc.layers.add("墙线", color=7)
    doc.modelspace().add_line((20_000, 50_000), (60_000, 50_000), dxfattribs={"layer": "墙线"})
    out = StringIO()
    doc.write(out)
    return out.getvalue().encode("utf-8")


class Office(Product):
    """The product with one sheet that is a DXF."""

    sheet = ""

    def open(self, seat: dict[str, object] = DESKTOP) -> Page:
        page = self.page(seat)
        page.goto(f"{self.address}/sheets/{self.sheet}")
        expect(page.locator(".sheet-place b")).not_to_be_empty()
        page.locator("#mark-tools [data-act=open]").click()
        return page


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Office]:
    with built(tmp_path_factory) as site:
        rendition = released(site, "建施-95", drawing(), "A", "dxf")
        with listening_at(site) as address:
            office = Office(site, address, browser)
            sheets = (
                site.as_("contractor")
                .get(f"/projects/{site.world.project_id}/register", headers={"Accept": "application/json"})
                .json
            )
            at = sheets["columns"].index
            (office.sheet,) = [r[at("sheet")] for r in sheets["rows"] if r[at("number")] == "建施-95"]
            assert site.as_("contractor").get(f"/renditions/{rendition}/entities.json").json["entities"]
            yield office


@pytest.fixture
def office(listening: Office) -> Iterator[Office]:
    """The office; at the end nothing may have gone wrong on any page."""
    yield listening
    listening.end()


def place_of_the_line(page: Page) -> tuple[float, float]:
    """Where its middle is drawn, CSS px: at 47.6 % of the width and 84.2 % of the height of the paper."""
    paper = page.evaluate(
        """() => {
          const space = document.querySelector(".sheet-overlay > g").getScreenCTM();
          const point = new DOMPoint(400, 500).matrixTransform(space);
          return [point.x, point.y];
        }"""
    )
    return paper[0], paper[1]


def marks(office: Office) -> list[dict[str, object]]:
    html = office.site.as_("contractor").get(f"/sheets/{office.sheet}").text
    revision = html.split('"revision": "')[-1] if '"revision": "' in html else html.split('"revision":"')[-1]
    found: list[dict[str, object]] = (
        office.site.as_("contractor").get(f"/revisions/{revision[:20]}/marks").json["marks"]
    )
    return found


def test_an_entity_is_ringed_under_the_pointer_and_a_click_draws_about_it(office: Office):
    page = office.open()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.locator("[data-act=entity]").click()
    expect(page.locator(".entity-said")).to_contain_text("指向一个对象")
    assert sum(url.endswith("/entities.json") for url in fetched) == 1
    page.mouse.move(*place_of_the_line(page))
    expect(page.locator(".entity-said")).to_contain_text(LINE)
    expect(page.locator(".entity-hover")).to_have_attribute("d", "M200 500L600 500")
    page.mouse.click(*place_of_the_line(page))
    page.locator("#mark-editor textarea").fill("此墙应为 200 厚")
    page.locator("#mark-editor button.primary").click()
    expect(page.locator(".mark-item")).to_contain_text("此墙应为 200 厚")
    expect(page.locator(".mark-entity")).to_contain_text(LINE)
    expect(page.locator(".entity-chosen")).to_have_attribute("d", "M200 500L600 500")
    mark = marks(office)[-1]
    assert mark["kind"] == "cloud"
    anchor = mark["anchor"]
    assert isinstance(anchor, dict)
    assert anchor["type"] == "entity"
    assert LINE + str(anchor["handle"]) == page.locator(".mark-entity").inner_text()


def test_by_keyboard_the_cross_finds_it_and_enter_marks_it(office: Office):
    page = office.open()
    page.locator("[data-act=entity]").press("Enter")
    expect(page.locator(".entity-said")).to_contain_text("指向一个对象")
    for _ in range(40):
        if "墙线" in page.locator(".entity-said").inner_text():
            break
        page.keyboard.press("ArrowUp")
    expect(page.locator(".entity-said")).to_contain_text(LINE)
    page.keyboard.press("Enter")
    expect(page.locator("#mark-editor")).to_be_visible()
    page.keyboard.press("Escape")


def test_entities_of_a_hidden_layer_are_not_pointed_at(office: Office):
    page = office.open()
    page.locator('.sheet-rail [data-act="layers"]').click()
    page.locator(".sheet-layer-list label", has_text="墙线").locator("input").uncheck()
    page.locator("[data-act=entity]").click()
    expect(page.locator(".entity-said")).to_contain_text("指向一个对象")
    page.mouse.move(*place_of_the_line(page))
    expect(page.locator(".entity-said")).not_to_contain_text("墙线")
    page.keyboard.press("Escape")
    expect(page.locator(".entity-said")).to_be_hidden()


def test_a_finger_taps_it_and_pans_as_ever(office: Office):
    page = office.open(PHONE)
    page.locator("[data-act=entity]").tap()
    expect(page.locator(".entity-said")).to_contain_text("指向一个对象")
    page.touchscreen.tap(*place_of_the_line(page))
    expect(page.locator("#mark-editor")).to_be_visible()
