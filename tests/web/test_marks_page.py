"""Marks in a real browser: drawn with mouse and finger, undone, lost line and all; and others' marks come by themselves."""

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from app.access.queries import rights_of
from app.markups.queries.marks import MarkView, marks_of
from app.markups.rules import MarkKind
from tests.markups.drawn import drawn
from tests.web.site import Site
from tests.web.test_mark_files import annotated, jpeg

pytestmark = pytest.mark.browser

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
Opener = Callable[..., Page]


@pytest.fixture
def open_sheet(desk_site: Site, browser: Browser) -> Iterator[Opener]:
    """Opens the released sheet as somebody; no page may err or break the policy for scripts."""
    server = make_server("127.0.0.1", 0, desk_site.application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address, contexts, faults = f"http://127.0.0.1:{server.server_port}", [], []

    def open_(who: str = "contractor", *, phone: bool = False, sheet: str = "") -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP, has_touch=phone, is_mobile=phone, locale="zh-CN"
        )
        contexts.append(context)
        secret = desk_site.secrets[who][0]
        context.add_cookies([{"name": desk_site.cookie, "value": secret, "url": address}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: faults.append(m.text) if "Content Security" in m.text else None)
        page.goto(f"{address}/sheets/{sheet or desk_site.things['sheet:released']}")
        shown = ".marks-carry:not([hidden])" if sheet else "#stage g.mark:not(.is-draft)"
        page.wait_for_selector(shown, state="attached")
        return page

    yield open_
    for context in contexts:
        context.close()
    server.shutdown()
    thread.join()
    server.server_close()
    assert faults == []


def stored(site: Site, who: str = "contractor", revision: str = "") -> list[MarkView]:
    with site.services.database.read() as session:
        rights = rights_of(session, site.world.actor(who), site.clock.now())
        return list(marks_of(session, rights, revision or site.things["revision:released"]))


def new(site: Site, known: int = 2) -> list[MarkView]:
    """What was drawn beside the two marks of the site."""
    return stored(site)[known:]


def use(page: Page, kind: str) -> None:
    if not page.locator("#mark-tools.is-open").count():
        page.locator("#mark-tools [data-act=open]").click()
    page.locator(f"#mark-tools [data-kind={kind}]").click()


def drag(page: Page, start: tuple[int, int], end: tuple[int, int]) -> None:
    box = page.locator(".sheet-surface").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + start[0], box["y"] + start[1])
    page.mouse.down()
    page.mouse.move(box["x"] + (start[0] + end[0]) / 2, box["y"] + (start[1] + end[1]) / 2)
    page.mouse.move(box["x"] + end[0], box["y"] + end[1])
    page.mouse.up()


def eventually(page: Page, wanted: Callable[[], Any]) -> None:
    for _ in range(200):
        if wanted():
            return
        page.wait_for_timeout(100)
    raise AssertionError("did not come about")


def test_every_kind_is_drawn_with_the_mouse(desk_site: Site, open_sheet: Opener) -> None:
    page = open_sheet()
    for n, kind in enumerate(MarkKind):
        use(page, kind)
        drag(page, (150 + 40 * n, 260), (180 + 40 * n, 300))
        if kind in (MarkKind.TEXT, MarkKind.PHOTO) or kind.startswith("markup_"):
            editor = page.locator("#mark-editor")
            if kind == MarkKind.PHOTO:
                photo = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
                editor.locator(".mark-photo input").last.set_input_files(photo)
            if kind.startswith("markup_"):
                editor.locator("[name=name]").fill("设计变更通知单")
            editor.locator("textarea").fill(f"第{n}处")
            editor.locator("button.primary").click()
        eventually(page, lambda n=n: len(new(desk_site)) == n + 1)
    assert [m.kind for m in new(desk_site)] == [str(k) for k in MarkKind]
    expect(page.locator("svg .mark[data-kind]")).to_have_count(len(MarkKind) + 2)
    assert page.locator("svg .mark.is-unsaved").count() == 0


def test_a_mark_is_moved_undone_done_again_and_taken_back(desk_site: Site, open_sheet: Opener) -> None:
    page = open_sheet()
    use(page, "rectangle")
    drag(page, (300, 250), (400, 320))
    eventually(page, lambda: len(new(desk_site)) == 1)
    (first,) = new(desk_site)
    drag(page, (300, 285), (340, 285))  # by its left edge
    eventually(page, lambda: new(desk_site)[0].version == 2)
    moved = new(desk_site)[0]
    step = moved.shape["paths"][0][0][0] - first.shape["paths"][0][0][0]
    assert step > 0
    assert moved.shape["paths"][0][1][0] - first.shape["paths"][0][1][0] == step
    page.keyboard.press("Control+z")
    eventually(page, lambda: new(desk_site)[0].shape == first.shape)
    page.keyboard.press("Control+Shift+z")
    eventually(page, lambda: new(desk_site)[0].shape == moved.shape)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    eventually(page, lambda: new(desk_site)[0].taken_back_at is not None)
    page.keyboard.press("Control+y")
    eventually(page, lambda: new(desk_site)[0].taken_back_at is None)
    page.locator(f".mark-item[data-key='{first.id}']").click()
    page.keyboard.press("Delete")
    eventually(page, lambda: new(desk_site)[0].taken_back_at is not None)
    expect(page.locator(f".mark-item[data-key='{first.id}'] .mark-status")).to_have_text("已撤回")


def test_undo_while_a_mark_is_on_its_way_means_this_mark(desk_site: Site, open_sheet: Opener) -> None:
    page, held = open_sheet(), []
    use(page, "rectangle")
    page.route(
        "**/marks", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
    )
    drag(page, (300, 250), (400, 320))
    eventually(page, lambda: bool(held))
    page.keyboard.press("Control+z")
    page.wait_for_timeout(200)
    held[0].continue_()
    eventually(page, lambda: [m.taken_back_at is not None for m in new(desk_site)] == [True])


def test_escape_leaves_nothing_behind(desk_site: Site, open_sheet: Opener) -> None:
    page = open_sheet()
    use(page, "text")
    drag(page, (300, 250), (301, 250))
    expect(page.locator("#mark-editor")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#mark-editor")).to_be_hidden()
    use(page, "cloud")
    page.keyboard.press("Escape")
    expect(page.locator("#mark-tools [aria-pressed=true]")).to_have_count(0)
    assert new(desk_site) == []
    assert page.locator("svg .mark.is-unsaved").count() == 0


def test_on_a_cut_line_a_mark_stays_unsaved_survives_a_reload_and_exists_once(
    desk_site: Site, open_sheet: Opener
) -> None:
    page = open_sheet()
    page.route("**/revisions/*/marks", lambda r: r.abort() if r.request.method == "POST" else r.continue_())
    use(page, "cloud")
    drag(page, (300, 250), (420, 330))
    expect(page.locator("svg .mark.is-unsaved")).to_have_count(1)
    assert new(desk_site) == []
    page.reload()
    expect(page.locator("svg .mark.is-unsaved")).to_have_count(1)
    page.locator(".panel-tabs [data-tab=marks]").click()
    page.locator(".mark-item", has_text="未保存").click()
    page.unroute("**/revisions/*/marks")
    eventually(page, lambda: len(new(desk_site)) == 1)  # tried again by itself once the server answers
    expect(page.locator("svg .mark.is-unsaved")).to_have_count(0)
    expect(page.locator("svg .mark[data-kind=cloud]")).to_have_count(3)


def test_an_answer_that_was_lost_draws_nothing_twice(desk_site: Site, open_sheet: Opener) -> None:
    page = open_sheet()

    def swallow(route: Any) -> None:
        if route.request.method == "POST":
            route.fetch()  # the server has it
            route.abort()  # the page does not know
        else:
            route.continue_()

    page.route("**/revisions/*/marks", swallow, times=3)
    use(page, "rectangle")
    drag(page, (300, 250), (420, 330))
    eventually(page, lambda: len(new(desk_site)) == 1)
    expect(page.locator("svg .mark.is-unsaved")).to_have_count(0)
    page.wait_for_timeout(3_500)
    assert len(new(desk_site)) == 1


def test_a_refused_mark_says_why_and_can_be_discarded(desk_site: Site, open_sheet: Opener) -> None:
    page = open_sheet()
    page.evaluate("sessionStorage.clear()")
    body = '{"code":"too-many-marks","message":"已达上限","way_out":"请回复","data":{}}'
    page.route(
        "**/revisions/*/marks",
        lambda r: (
            r.fulfill(status=409, content_type="application/json", body=body)
            if r.request.method == "POST"
            else r.continue_()
        ),
    )
    use(page, "rectangle")
    drag(page, (300, 250), (420, 330))
    expect(page.locator(".marks-thread .notice")).to_contain_text("已达上限")
    page.wait_for_timeout(3_500)
    expect(page.locator("svg .mark.is-unsaved")).to_have_count(1)
    page.get_by_role("button", name="放弃").click()
    expect(page.locator("svg .mark.is-unsaved")).to_have_count(0)


def test_marks_and_threads_of_others_appear_without_reloading(desk_site: Site, open_sheet: Opener) -> None:
    mine, theirs = open_sheet("contractor"), open_sheet("supervisor")
    known = mine.locator("svg .mark[data-kind]").count()
    use(theirs, "arrow")
    drag(theirs, (300, 250), (420, 330))
    expect(mine.locator("svg .mark[data-kind]")).to_have_count(known + 1, timeout=8_000)
    mine.locator(".panel-tabs [data-tab=marks]").click()
    mine.locator(".mark-item", has_text="箭头").click()
    mine.locator(".marks-thread textarea").fill("已安排核实")
    mine.locator(".marks-thread").get_by_role("button", name="答复").click()
    expect(mine.locator(".marks-thread .mark-said")).to_have_text("已安排核实")
    theirs.locator(".mark-item", has_text="箭头").click()
    expect(theirs.locator(".marks-thread .mark-said")).to_have_text("已安排核实", timeout=8_000)
    theirs.locator(".marks-thread").get_by_role("button", name="解决", exact=True).click()
    expect(mine.locator(".mark-item", has_text="箭头")).to_contain_text("已解决", timeout=8_000)


def test_what_is_being_typed_survives_what_others_do(desk_site: Site, open_sheet: Opener) -> None:
    page = open_sheet()
    page.locator(".panel-tabs [data-tab=marks]").click()
    page.locator(".mark-item").first.click()
    page.locator(".marks-thread textarea").fill("写到一半")
    drawn(desk_site.world, "supervisor", desk_site.things["revision:released"], "ink")
    expect(page.locator(".mark-item")).to_have_count(3, timeout=8_000)
    assert page.locator(".marks-thread textarea").input_value() == "写到一半"


def test_a_partys_own_mark_and_the_filter(desk_site: Site, open_sheet: Opener) -> None:
    page = open_sheet("supervisor")
    page.locator(".panel-tabs [data-tab=marks]").click()
    expect(page.locator(".mark-item")).to_have_count(1)  # the contractor's second is his party's own
    page.locator("[name=whose]").select_option("mine")
    expect(page.locator(".mark-item")).to_have_count(0)
    page.locator("[name=whose]").select_option("")
    page.locator(".marks-filter [name=kind]").select_option("ink")
    expect(page.locator(".marks-none")).to_be_visible()


def test_who_may_only_look_gets_no_tools(open_sheet: Opener) -> None:
    page = open_sheet("investigator")
    expect(page.locator("#mark-tools")).to_be_hidden()
    page.locator(".panel-tabs [data-tab=marks]").click()
    page.locator(".mark-item").first.click()
    expect(page.locator(".marks-thread")).to_be_visible()
    expect(page.locator(".marks-thread textarea")).to_have_count(0)


def test_on_a_phone_a_finger_draws_and_two_fingers_draw_nothing(desk_site: Site, open_sheet: Opener) -> None:
    page = open_sheet(phone=True)
    page.locator("#mark-tools [data-act=open]").tap()
    for button in page.locator("#mark-tools button:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    page.locator("#mark-tools [data-kind=ink]").tap()
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[int, int]) -> None:
        where = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    send("touchStart", (120, 320))
    for n in range(1, 8):
        send("touchMove", (120 + 10 * n, 320 + 6 * n))
    send("touchEnd")
    eventually(page, lambda: len(new(desk_site)) == 1)
    assert len(new(desk_site)[0].shape["paths"][0]) >= 3
    page.locator("#mark-tools [data-kind=ink]").tap()
    send("touchStart", (120, 320))
    send("touchMove", (130, 330))
    send("touchStart", (130, 330), (240, 400))
    send("touchMove", (110, 330), (280, 440))
    send("touchEnd")
    page.wait_for_timeout(500)
    assert len(new(desk_site)) == 1


def test_a_mark_is_drawn_with_the_keyboard_alone(desk_site: Site, open_sheet: Opener) -> None:
    page = open_sheet()
    expect(
        page.locator("#mark-tools [data-act=open]")
    ).to_be_visible()  # once the server said that he may draw
    page.locator("#mark-tools [data-act=open]").press("Enter")
    page.locator("#mark-tools [data-kind=rectangle]").press("Enter")
    expect(page.locator(".mark-hint")).to_be_visible()
    for key in ("ArrowLeft", "Enter", "Shift+ArrowRight", "Shift+ArrowUp", "Enter"):
        page.keyboard.press(key)
    eventually(page, lambda: len(new(desk_site)) == 1)
    ((a, b),) = new(desk_site)[0].shape["paths"]
    assert (b[0] - a[0], b[1] - a[1]) == pytest.approx((b[0] - a[0],) * 2), "60 px to the right and up"
    assert b[0] > a[0]
    page.locator("#mark-tools [data-kind=measurement]").press("Enter")
    for key in ("Enter", "Shift+ArrowRight", "Enter", "Enter"):  # the same point twice ends it
        page.keyboard.press(key)
    eventually(page, lambda: len(new(desk_site)) == 2)
    page.locator("#mark-tools [data-kind=cloud]").press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert len(new(desk_site)) == 2


def test_the_list_is_walked_with_arrows(open_sheet: Opener) -> None:
    page = open_sheet()
    page.locator(".panel-tabs [data-tab=marks]").click()
    page.locator(".mark-item").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".mark-item").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".mark-item").nth(1)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".marks-thread textarea")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".mark-item").nth(1)).to_be_focused()


def test_selected_text_and_the_whole_sheet_are_marked(desk_site: Site, open_sheet: Opener) -> None:
    page = open_sheet()
    page.locator("#mark-tools [data-act=open]").click()
    expect(page.locator("#mark-tools [data-text=rectangle]")).to_be_hidden()
    page.get_by_role("button", name="选取文字").click()
    page.wait_for_selector(".sheet-texts text", state="attached")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.sheet-texts text'))")
    page.locator("#mark-tools [data-text=rectangle]").click()
    page.locator("#mark-editor textarea").fill("此文字有误")
    page.locator("#mark-editor button.primary").click()
    eventually(page, lambda: len(new(desk_site)) == 1)
    assert new(desk_site)[0].anchor["type"] == "text"
    assert new(desk_site)[0].anchor["text"]
    page.locator("#mark-tools [data-act=sheet]").click()
    page.locator("#mark-editor textarea").fill("整图比例未注")
    page.locator("#mark-editor button.primary").click()
    eventually(page, lambda: len(new(desk_site)) == 2)
    assert new(desk_site)[1].anchor == {"type": "sheet"}
    expect(page.locator(".mark-item", has_text="整图比例未注")).to_contain_text("整图")


def test_every_mark_says_in_which_field_it_lies(open_sheet: Opener) -> None:
    page = open_sheet()
    page.locator(".panel-tabs [data-tab=marks]").click()
    text = page.locator(".mark-item").first.locator(".mark-by").inner_text()
    assert re.search(r"(?:^| )[A-Z]{1,2}\d{1,2}$", text), text


def test_annotations_of_a_pdf_are_shown_before_they_come_in(desk_site: Site, open_sheet: Opener) -> None:
    page = open_sheet()
    page.locator(".panel-tabs [data-tab=marks]").click()
    file = {"name": "意见.pdf", "mimeType": "application/pdf", "buffer": annotated(desk_site)}
    for made, known in ((1, 0), (0, 1)):
        page.locator(".marks-menu summary").click()
        with page.expect_file_chooser() as chooser:
            page.locator(".marks-menu [data-act=import]").click()
        chooser.value.set_files(file)
        expect(page.locator(".marks-import")).to_contain_text(
            f"可导入 {made} 个，已有 {known} 个，无法表示 1 个"
        )
        expect(page.locator(".marks-import")).to_contain_text("此类批注无法表示")
        if made:
            page.locator(".marks-import .primary").click()
            eventually(page, lambda: len(new(desk_site)) == 1)
        page.keyboard.press("Escape")
    page.locator(".mark-item", has_text="来自文件").click()
    expect(page.locator(".marks-thread")).to_contain_text("王审图")


def test_older_marks_are_carried_with_both_places_in_sight(desk_site: Site, open_sheet: Opener) -> None:
    old, sheet = desk_site.things["revision:superseded"], desk_site.things["sheet:superseded"]
    for text in ("其一", "其二"):
        drawn(desk_site.world, "supervisor", old, "rectangle", text=text)
    page = open_sheet("supervisor", sheet=sheet)
    page.locator(".panel-tabs [data-tab=marks]").click()
    page.locator(".marks-carry").click()
    expect(page.locator(".carry-item")).to_have_count(2)
    expect(page.locator(".carry-item").first.locator("img")).to_have_count(2)
    expect(page.locator(".carry-item").first).to_contain_text("区域未变")
    page.get_by_role("button", name="沿用全部未变的 (2)").click()
    expect(page.locator(".marks-carrying")).to_be_hidden()
    marks = stored(desk_site, "supervisor", desk_site.things["revision:newer"])
    assert [(m.text, m.carried_from is not None) for m in marks] == [("其一", True), ("其二", True)]


def test_on_a_phone_a_photo_is_taken_and_placed(desk_site: Site, open_sheet: Opener) -> None:
    page = open_sheet(phone=True)
    page.locator("#mark-tools [data-act=open]").tap()
    page.locator("#mark-tools [data-kind=photo]").tap()
    box = page.locator(".sheet-surface").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 150, box["y"] + 200)
    camera = page.locator(".mark-photo input[capture=environment]")
    assert camera.get_attribute("accept") == "image/jpeg,image/png"
    page.locator("#mark-editor button.primary").tap()
    assert new(desk_site) == [], "nothing is sent without a photo"
    camera.set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    page.locator("#mark-editor button.primary").tap()
    eventually(page, lambda: len(new(desk_site)) == 1)
    photo = page.locator(".mark-photo-shown img")
    eventually(page, lambda: photo.evaluate("image => image.naturalWidth") == 240)
