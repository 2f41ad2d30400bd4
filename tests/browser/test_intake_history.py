"""A half-built project's past (半途项目补录) in a real browser: from the table to a record that answers both clocks."""

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Download, Page, expect

from tests.browser.intake_site import OpenPage, Running, real_page

pytestmark = pytest.mark.browser

READ = 120_000


def fill_in(download: Download, place: Path) -> Path:
    """What a clerk types into the template: dates, a certificate, a slip of the pen, and a sheet that is not here."""
    download.save_as(place)
    book = openpyxl.load_workbook(place)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    rows = {sheet.cell(n, columns["图号"]).value: n for n in range(2, sheet.max_row + 1)}
    assert set(rows) == {"A102", "A103"}
    for number, header, text in (
        ("A102", "生效日期", datetime(2013, 7, 18)),  # noqa: DTZ001  a spreadsheet's date has no zone
        ("A102", "审查合格书编号", "苏审2013-001"),
        ("A102", "单体", "1#"),
        ("A103", "生效日期", "2013年7月"),
        ("A103", "专业", "炼金"),
    ):
        sheet.cell(rows[number], columns[header], text)
    sheet.append(["A999", "没有到的图"])
    book.save(place)
    return place


def record_at(page: Page, running: Running, query: str) -> list[str]:
    """Numbers on the record page, as somebody sees them."""
    page.goto(f"{running.address}/projects/{running.house.world.project_id}/record?{query}")
    page.wait_for_load_state("networkidle")
    return page.locator("#grid .grid-row .sheet-no").all_inner_texts()


def test_a_past_is_entered_from_a_table_released_backdated_and_answers_by_both_clocks(
    running: Running, open_page: OpenPage, tmp_path: Path
) -> None:
    house, project = running.house, running.house.world.project_id
    page = open_page(f"/projects/{project}/intakes", "owner_clerk")
    page.locator("[name=title]").fill("2013 年图纸补录")
    page.keyboard.press("Enter")
    page.wait_for_url("**/intakes/*")
    intake_id = page.url.rsplit("/", 1)[-1]
    page.locator("#welcome-files").set_input_files(
        [real_page("2013-07-18", n, tmp_path / f"{n}.pdf") for n in (1, 2)]
    )
    expect(page.locator("#grid .grid-row")).to_have_count(2, timeout=READ)
    expect(page.locator("#progress")).to_be_hidden(timeout=READ)

    with page.expect_download() as download:
        page.get_by_role("link", name="下载补录表").click()
    assert download.value.suggested_filename == "补录表.xlsx"
    page.locator("#history-file").set_input_files(fill_in(download.value, tmp_path / "补录表.xlsx"))
    told = page.locator("#history-told")
    for sentence in (
        "2 行与本批图纸对应",
        "1 行有内容要填入",
        "1 行有内容不能识别",
        "1 行没有对应",
        "没有这个专业（炼金）",
        "生效日期须为完整日期，如 2024-05-12（2013年7月）",
        "苏审2013-001",
    ):
        expect(told).to_contain_text(sentence)
    assert all(r.version == 1 for r in house.table(intake_id, "owner_clerk").rows), (
        "the preview wrote something"
    )
    page.locator("#history-go").press("Enter")
    expect(page.locator("#history-dialog")).to_be_hidden()
    expect(page.locator("#toasts")).to_contain_text("已填入 1 行")
    rows = house.table(intake_id, "owner_clerk").rows
    first = next(r for r in rows if r.values["number"] == "A102")
    assert first.values["external_effective_date"] == "2013-07-18"
    assert first.building_id == house.world.building_id

    page.keyboard.press("Control+Enter")
    accepting = page.locator("#accept-told")
    expect(accepting).to_contain_text("不作已验证显示")
    expect(accepting).to_contain_text("1 行没有原生效日期")
    accepting.get_by_role("button", name="去核对").last.click()
    expect(page.locator("#accept-dialog")).to_be_hidden()
    page.locator("#grid .grid-row", has_text="A103").locator("[data-column='5']").click()
    page.keyboard.type("去年七月")
    page.keyboard.press("Enter")
    expect(page.locator("#save-state")).to_have_text("1 处未被接受，未保存（F 键前往）")
    page.keyboard.press("Control+Home")
    page.keyboard.press("f")
    expect(page.locator("#tab-block .notice.stop")).to_contain_text("如 2024-05-12")
    page.keyboard.type("2013.7.24")
    page.keyboard.press("Enter")
    expect(page.locator("#save-state")).to_have_text("已全部保存")
    page.keyboard.press("Control+Enter")
    expect(accepting).to_contain_text("新增 2 张图")
    expect(accepting).not_to_contain_text("没有原生效日期")
    expect(page.locator("#accept-go")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("已收 2 行")

    before_release = datetime.now(UTC)
    owner = open_page(f"/projects/{project}/register", "owner")
    expect(owner.locator("#grid .grid-row")).to_have_count(2)
    owner.locator("#grid").focus()
    owner.keyboard.press("Control+a")
    owner.locator("#acts").get_by_role("button", name="发布").click()
    expect(owner.locator("#act-dialog")).to_contain_text("补录的图纸按各自的原生效日期")
    owner.locator("#act-dialog textarea").fill("图纸移交，补录开工以来的发布")
    owner.locator("#act-go").click()
    expect(owner.locator("#toasts")).to_contain_text("2 张完成")

    assert record_at(owner, running, "as_of=2013-07-20T00:00:00Z") == ["A102"]
    expect(owner.locator("#grid .grid-row").first).to_contain_text("补记")
    expect(owner.locator("#band")).to_contain_text("2013-07-20")
    assert record_at(owner, running, "as_of=2013-08-01T00:00:00Z") == ["A102", "A103"]
    assert record_at(owner, running, "as_of=2013-07-01T00:00:00Z") == []
    known = before_release.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert record_at(owner, running, f"as_of=2013-08-01T00:00:00Z&known_at={known}") == []
    expect(owner.locator("#band")).to_contain_text("时已登记的内容")
    reasons = [
        row[answer["columns"].index("reason")]
        for answer in [house.client("owner").ask("GET", f"/projects/{project}/record").get_json()]
        for row in answer["rows"]
    ]
    assert reasons == ["图纸移交，补录开工以来的发布"] * 2
