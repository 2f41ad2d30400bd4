"""The intake in a real browser: drop drawings, watch the table fill, correct by keyboard, accept; cut lines and restarts."""

import re
import threading

import pytest
from playwright.sync_api import Page, expect

from tests.browser.intake_site import OpenPage, Running, drop
from tests.samples import sample

pytestmark = pytest.mark.browser

PLANS = (
    "TRN_PP_AR-5-01_V01_Korruseplaan.pdf",
    "TRN_PP_AR-5-02_V01_Katuse-plaan.pdf",
    "TRN_PP_AR-6-01_V01_Loiked.pdf",
)
DXF = ("cad", "dxfkit__public_samples_floorplan.dxf")


def files_of(*names: str) -> dict[str, bytes]:
    return {name: sample("annex", "pdf", name).read_bytes() for name in names}


def focused(page: Page) -> str:
    """The text of the focused cell."""
    return page.locator("#grid .is-cell .value").inner_text()


def test_dropped_drawings_become_rows_are_corrected_by_keyboard_and_become_sheets(
    running: Running, open_page: OpenPage
) -> None:
    intake_id = running.house.open()
    page = open_page(f"/intakes/{intake_id}")
    expect(page.get_by_text("把图纸拖到这里")).to_be_visible()
    drop(page, {**files_of(*PLANS), "楼层.dxf": sample(*DXF).read_bytes(), "笔记.txt": b"no drawing"})
    expect(page.locator("#grid .grid-row")).to_have_count(5, timeout=60_000)
    expect(page.locator("#tab-files")).to_contain_text("文本文件")
    page.locator("#grid .grid-row").first.locator("[data-column='1']").click()
    page.keyboard.type("首层平面图")
    page.keyboard.press("Enter")
    expect(page.locator("#save-state")).to_have_text("已全部保存")
    first = running.house.table(intake_id).rows[0]
    assert (first.values["title"], first.corrected) == ("首层平面图", ("title",))
    page.keyboard.press("Control+Home")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#accept-dialog")).to_be_visible()
    page.locator("#accept-go").click()
    expect(page.locator("#toasts")).to_contain_text("已收 1 行")
    register = running.house.client("designer").ask(
        "GET", f"/projects/{running.house.world.project_id}/register"
    )
    assert len(register.get_json()["rows"]) == 1


def test_escape_restores_and_typing_survives_a_reload_without_a_server(
    running: Running, open_page: OpenPage
) -> None:
    intake_id = running.house.open()
    running.house.take(intake_id, [sample("annex", "pdf", PLANS[0])])
    page = open_page(f"/intakes/{intake_id}")
    cell = page.locator("#grid .grid-row").first.locator("[data-column='1']")
    cell.click()
    before = focused(page)
    page.keyboard.type("不要的")
    page.keyboard.press("Escape")
    assert focused(page) == before
    page.context.set_offline(True)
    page.keyboard.type("断网时填的")
    page.keyboard.press("Enter")
    expect(page.locator("#save-state")).to_contain_text("未保存")
    page.on("dialog", lambda dialog: dialog.accept())
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#save-state")).to_have_text("已全部保存")
    expect(cell).to_contain_text("断网时填的")
    assert running.house.table(intake_id).rows[0].values["title"] == "断网时填的"


def test_a_cell_that_somebody_else_changed_shows_both_values_and_the_clerk_chooses(
    running: Running, open_page: OpenPage
) -> None:
    intake_id = running.house.open()
    running.house.take(intake_id, [sample("annex", "pdf", PLANS[0])])
    page = open_page(f"/intakes/{intake_id}")
    page.locator("#grid .grid-row").first.locator("[data-column='1']").click()
    row = running.house.table(intake_id).rows[0]
    other = running.house.client("lead")
    body = {"version": row.version, "values": {"title": "同事填的"}}
    assert other.ask("PATCH", f"/intake-rows/{row.id}", body).status_code == 200
    page.keyboard.type("我填的")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    conflict = page.locator(".conflict")
    expect(conflict).to_contain_text("我填的")
    expect(conflict).to_contain_text("同事填的")
    conflict.get_by_role("button", name="我填的：").click()
    expect(page.locator("#save-state")).to_have_text("已全部保存")
    assert running.house.table(intake_id).rows[0].values["title"] == "我填的"


def test_a_block_from_a_spreadsheet_is_pasted_and_filled_down(running: Running, open_page: OpenPage) -> None:
    intake_id = running.house.open()
    running.house.take(intake_id, [sample("annex", "pdf", name) for name in PLANS])
    page = open_page(f"/intakes/{intake_id}")
    page.locator("#grid .grid-row").first.locator("[data-column='0']").click()
    page.evaluate(
        "navigator.clipboard.writeText('建施-01\\t一层平面图\\t建筑\\n建施-02\\t二层平面图\\t结构\\n')"
    )
    page.keyboard.press("Control+V")
    expect(page.locator("#save-state")).to_have_text("已全部保存")
    page.keyboard.press("Control+Home")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.type("C1")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+D")
    expect(page.locator("#save-state")).to_have_text("已全部保存")
    page.wait_for_timeout(300)
    found = [r.values for r in running.house.table(intake_id).rows]
    assert [(v["number"], v["title"], v["discipline"]) for v in found[:2]] == [
        ("建施-01", "一层平面图", "arch"),
        ("建施-02", "二层平面图", "struct"),
    ]
    assert [v["revision"] for v in found] == ["C1", "C1", "C1"]


def test_an_upload_goes_on_by_itself_after_the_connection_and_the_server_were_gone(
    running: Running, open_page: OpenPage
) -> None:
    intake_id = running.house.open()
    page = open_page(f"/intakes/{intake_id}")
    offsets: list[int] = []

    def cut(route: object, request: object) -> None:
        """The first two chunks get through halfway: the line breaks, then the server."""
        offsets.append(int(request.headers["upload-offset"]))  # type: ignore[attr-defined]
        if len(offsets) == 2:
            port = running.server.server_port
            running.stop()
            threading.Timer(1.5, running.start, [port]).start()
        if len(offsets) <= 2:
            route.abort("connectionreset")  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route(
        re.compile(r"/uploads/.+"),
        lambda route, request: cut(route, request) if request.method == "PATCH" else route.continue_(),
    )
    drop(page, files_of(PLANS[0]))
    expect(page.locator("#grid .grid-row")).to_have_count(1, timeout=60_000)
    assert len(offsets) >= 3
    assert len(running.house.table(intake_id).files) == 1


def test_an_upload_cut_by_a_reload_goes_on_where_it_stopped_when_the_file_is_given_again(
    running: Running, open_page: OpenPage
) -> None:
    intake_id = running.house.open()
    page = open_page(f"/intakes/{intake_id}")
    page.on("dialog", lambda dialog: dialog.accept())
    big = {"大图.pdf": sample("annex", "pdf", PLANS[0]).read_bytes() + b"\n%" + b"x" * (18 << 20)}
    asked: list[int] = []

    def first_only(route: object, request: object) -> None:
        asked.append(int(request.headers["upload-offset"]))  # type: ignore[attr-defined]
        route.continue_() if asked[-1] == 0 else route.abort("connectionreset")  # type: ignore[attr-defined]

    page.route(
        re.compile(r"/uploads/.+"),
        lambda route, request: first_only(route, request) if request.method == "PATCH" else route.continue_(),
    )
    drop(page, big)
    page.wait_for_function("() => document.querySelector('#tab-files').textContent.includes('等待续传')")
    page.unroute_all()
    page.reload()
    page.get_by_role("tab", name="文件").click(force=True) if page.locator(
        "#workbench"
    ).is_visible() else None
    resumed: list[int] = []
    page.on(
        "request",
        lambda r: (
            resumed.append(int(r.headers["upload-offset"]))
            if r.method == "PATCH" and "/uploads/" in r.url
            else None
        ),
    )
    drop(page, big)
    expect(page.locator("#grid .grid-row")).to_have_count(1, timeout=60_000)
    assert min(resumed) == 8 << 20
    assert running.house.table(intake_id).files[0].size == len(big["大图.pdf"])
