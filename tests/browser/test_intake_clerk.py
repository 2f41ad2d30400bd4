"""The clerk's day in a real browser: whole folders, one correction for many sheets, many rows set at once, a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.intake_site import OpenPage, Running, drop_from_disk, real_page
from tests.web.intake_house import House

pytestmark = pytest.mark.browser

READ = 120_000
"""Milliseconds until a handful of real pages is read, on a busy machine."""


def delivery(folder: Path) -> Path:
    """A folder as institutes send it: subfolders, litter of programs beyond one reading of a folder, one text."""
    root = folder / "第一批送图"
    real_page("2013-07-18", 1, root / "建筑" / "平面.pdf")
    real_page("2013-07-18", 3, root / "建筑" / "立面" / "南立面.pdf")
    (root / "建筑" / "立面" / ".DS_Store").write_bytes(b"\0")
    (root / "Thumbs.db").write_bytes(b"\0")
    for n in range(120):
        (root / "建筑" / f"平面_{n:03}.bak").write_bytes(b"\0")
    (root / "读我.txt").write_text("请先看总说明")
    return root


ARRIVED = [
    "第一批送图/建筑/平面.pdf",
    "第一批送图/建筑/立面/南立面.pdf",
    "第一批送图/读我.txt",
]


def arrived(house: House, intake_id: str) -> list[str]:
    return sorted(f.name for f in house.table(intake_id).files)


def filled(page: Page, rows: int) -> None:
    """Wait until the table has its rows and nothing is being read."""
    expect(page.locator("#grid .grid-row")).to_have_count(rows, timeout=READ)
    expect(page.locator("#progress")).to_be_hidden(timeout=READ)


def cell(page: Page, row: int, column: int) -> str:
    return page.locator(f"#grid .grid-row[data-index='{row}'] [data-column='{column}'] .value").inner_text()


def test_a_dragged_folder_arrives_with_its_subfolders_and_without_the_litter_of_programs(
    running: Running, open_page: OpenPage, tmp_path: Path
) -> None:
    intake_id = running.house.open()
    page = open_page(f"/intakes/{intake_id}")
    expect(page.locator("#welcome")).to_be_visible()
    drop_from_disk(page, delivery(tmp_path))
    filled(page, 2)
    assert arrived(running.house, intake_id) == ARRIVED
    expect(page.locator("#veil")).to_be_hidden()
    page.keyboard.press("Alt+2")
    refused = page.locator("#tab-files .file", has_text="读我.txt")
    expect(refused).to_contain_text("文本文件")
    expect(refused).to_contain_text("可接收 PDF")
    page.keyboard.press("Alt+1")
    expect(page.locator("#tab-block .block-file")).to_contain_text("第一批送图/建筑/")


def test_a_folder_chosen_in_a_dialog_arrives_as_a_dragged_one_does(
    running: Running, open_page: OpenPage, tmp_path: Path
) -> None:
    intake_id = running.house.open()
    page = open_page(f"/intakes/{intake_id}")
    # Whoever listens first has Chromium hand its dialog over; that takes a moment, which the keyboard does not wait for.
    page.on("filechooser", lambda _: None)
    expect(page.locator("#welcome-files")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#welcome-folder")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(delivery(tmp_path))
    filled(page, 2)
    assert arrived(running.house, intake_id) == ARRIVED


def test_one_corrected_place_is_read_again_in_the_other_sheets_and_ctrl_z_takes_it_back(
    running: Running, open_page: OpenPage, tmp_path: Path
) -> None:
    intake_id = running.house.open()
    running.house.take(intake_id, [real_page("2013-07-18", n, tmp_path / f"{n}.pdf") for n in (1, 2, 3)])
    page = open_page(f"/intakes/{intake_id}")
    filled(page, 3)
    titles = [cell(page, n, 1) for n in range(3)]
    assert titles == ["1ST & 2nd Floor", "Third Floor", "Elevations - North & West"]
    before = page.locator("#grid").bounding_box()
    page.keyboard.press("ArrowRight")
    page.keyboard.type("A102")
    page.keyboard.press("Enter")
    expect(page.locator("#taught")).to_contain_text("已按新位置重新识别 2 行的“图名”", timeout=READ)
    assert [cell(page, n, 1) for n in range(3)] == ["A102", "A103", "A201"]
    assert page.locator("#grid").bounding_box() == before, "the message moved the table"
    page.keyboard.press("Control+z")
    expect(page.locator("#toasts")).to_contain_text("2 行的“图名”恢复", timeout=READ)
    expect(page.locator("#taught")).to_be_hidden()
    assert [cell(page, n, 1) for n in range(3)] == ["A102", *titles[1:]]
    page.keyboard.press("Control+z")
    expect(page.locator("#save-state")).to_have_text("已全部保存")
    assert [cell(page, n, 1) for n in range(3)] == titles
    assert [r.values["title"] for r in running.house.table(intake_id).rows] == titles


def test_many_rows_are_set_at_once_as_the_preview_said_and_a_changed_row_is_reported(
    running: Running, open_page: OpenPage, tmp_path: Path
) -> None:
    house = running.house
    intake_id = house.open()
    house.take(intake_id, [real_page("2013-07-24", n, tmp_path / f"{n}.pdf") for n in (1, 2, 3)])
    page = open_page(f"/intakes/{intake_id}")
    filled(page, 3)
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+b")
    dialog = page.locator("#bulk-dialog")
    expect(dialog).to_contain_text("已选 3 行")
    expect(page.locator("#bulk-go")).to_be_disabled()
    dialog.locator("[data-field=discipline]").select_option("arch")
    dialog.locator("[data-field=building]").select_option(house.world.building_id)
    dialog.locator("[data-field=stage]").select_option("preliminary")
    dialog.locator("[data-field=revision]").fill("C1")
    dialog.locator("[data-field=date]").fill("2013-07-24")
    told = page.locator("#bulk-told")
    expect(told).to_contain_text("专业 设为“建筑”：改 0 行，3 行已是此值")
    expect(told).to_contain_text("版次 设为“C1”：改 3 行")
    expect(told.locator("tr").first).to_contain_text("总图 → 1#")
    assert [r.version for r in house.table(intake_id).rows] == [1, 1, 1], "the preview wrote something"
    other = house.table(intake_id).rows[1]
    body = {"version": other.version, "values": {"title": "同事刚改的"}}
    assert house.client("lead").ask("PATCH", f"/intake-rows/{other.id}", body).status_code == 200
    dialog.locator("[data-field=date]").press("Enter")
    expect(told).to_contain_text("已设置 2 行。 1 行未办理", timeout=20_000)
    expect(told.locator("tr")).to_contain_text("他人修改")
    told.get_by_role("button", name="A103").click()
    expect(dialog).to_be_hidden()
    now = house.table(intake_id).rows
    assert [r.values.get("revision", "") for r in now] == ["C1", other.values.get("revision", ""), "C1"]
    assert [r.values["date"] for r in now[::2]] == ["2013-07-24", "2013-07-24"]
    assert [r.values["stage"] for r in now[::2]] == ["preliminary", "preliminary"]
    assert [r.building_id for r in now] == [house.world.building_id, None, house.world.building_id]
    page.keyboard.press("Control+z")
    expect(page.locator("#toasts")).to_contain_text("已撤销 8 处修改")
    expect(page.locator("#save-state")).to_have_text("已全部保存")
    page.wait_for_timeout(500)
    assert [r.building_id for r in house.table(intake_id).rows] == [None, None, None]


def test_a_line_cut_while_setting_many_is_said_in_words_above_the_dialog(
    running: Running, open_page: OpenPage, tmp_path: Path
) -> None:
    intake_id = running.house.open()
    running.house.take(intake_id, [real_page("2013-10-12", 1, tmp_path / "1.pdf")])
    page = open_page(f"/intakes/{intake_id}")
    filled(page, 1)
    page.keyboard.press("Space")
    page.keyboard.press("Control+b")
    page.locator("#bulk-dialog [data-field=revision]").fill("Z")
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    toast = page.locator(".toast", has_text="连接中断")
    expect(toast).to_be_visible()
    above = toast.evaluate("(note) => note.matches(':popover-open *')")
    assert above, "the dialog's veil lies over the message"
    page.context.set_offline(False)
    page.locator("#bulk-go").click()
    expect(page.locator("#bulk-dialog")).to_be_hidden()
    assert running.house.table(intake_id).rows[0].values["revision"] == "Z"


def test_on_a_phone_nothing_hangs_over_the_edge_and_a_second_tap_edits(
    running: Running, open_page: OpenPage, tmp_path: Path
) -> None:
    house = running.house
    intake_id = house.open()
    house.take(intake_id, [real_page("2013-07-18", 2, tmp_path / "1.pdf")])
    for path in (f"/projects/{house.world.project_id}/intakes", f"/intakes/{intake_id}"):
        page = running.open(path, width=390, height=844, is_phone=True)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("() => document.documentElement.scrollWidth") == 390, path
        boxes = [box.bounding_box() for box in page.locator(".card, .sheet-table, .side").all()]
        assert boxes
        assert all(box["x"] + box["width"] <= 390 for box in boxes if box), path
    filled(page, 1)
    title = page.locator("#grid [data-column='1']").first
    title.tap()
    title.tap()
    expect(page.locator(".cell-editor.is-open")).to_have_value("Third Floor")
