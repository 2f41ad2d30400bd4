"""A table of past drawings, and a lesson from one correction: what fits, what is refused, what is written."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pytest

from tests.samples import sample
from tests.web.intake_house import Clerk, House

PLANS = ("TRN_PP_AR-5-01_V01_Korruseplaan.pdf", "TRN_PP_AR-5-02_V01_Katuse-plaan.pdf")


def prepare_batch(house: House) -> str:
    """The batch of this module: real sheets of a past, read."""
    intake_id = house.open("owner_clerk", "history")
    house.take(intake_id, [sample("annex", "pdf", name) for name in PLANS], "owner_clerk")
    return intake_id


def xlsx(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(clerk: Clerk, intake_id: str, data: bytes) -> Any:
    return clerk.ask(
        "POST", f"/intakes/{intake_id}/history-table", data={"table": (io.BytesIO(data), "t.xlsx")}
    )


def test_a_table_is_matched_by_file_name_previewed_and_then_applied(house: House, batch: str) -> None:
    clerk = house.client("owner_clerk")
    table = xlsx(
        ("滨河小学 补录表",),
        ("文件名", "图号", "图名", "专业", "单体", "版次", "生效日期", "审查合格书编号", "签章情况"),
        (PLANS[0], "建施-01", "一层平面图", "建筑", "1#", "B", "2023.5.12", "苏审2023-001", "出图章、注册章"),
        (PLANS[1].removesuffix(".pdf"), "建施-02", "屋顶平面图", "建施", "9#", "A", "昨天", "", ""),
        ("没有这个文件.pdf", "建施-99", "", "", "", "", "", "", ""),
    )
    lines = send(clerk, batch, table).get_json()["lines"]
    assert [p["code"] for line in lines for p in line["problems"]] == [
        "bad-date",
        "unknown-building",
        "no-row",
    ]
    assert lines[0]["values"]["external_effective_date"] == "2023-05-12"
    assert clerk.data(batch)["rows"][0]["version"] == 1
    rows = [
        {
            "id": n["row"],
            "version": n["version"],
            "values": n["values"],
            **({"building_id": n["building"]} if n["setsBuilding"] else {}),
        }
        for n in lines
        if n["row"]
    ]
    assert len(clerk.ask("PATCH", f"/intakes/{batch}/rows", {"rows": rows}).get_json()["done"]) == 2
    first = clerk.data(batch)["rows"][0]
    assert first["values"]["external_certificate"] == "苏审2023-001"
    assert first["building"] == house.world.building_id
    told = clerk.ask("POST", f"/intakes/{batch}/accept", {"rows": [first["id"]]}).get_json()
    assert told["done"] == [first["id"]]


def test_the_template_filled_in_nowhere_changes_nothing(house: House, batch: str) -> None:
    clerk = house.client("owner_clerk")
    data = clerk.client.get(f"/intakes/{batch}/history-table.xlsx").data
    lines = send(clerk, batch, data).get_json()["lines"]
    assert len(lines) == 2
    assert all(line["row"] and not line["values"] and not line["problems"] for line in lines)


def test_a_former_date_without_its_day_is_refused_where_it_is_typed_and_named_in_the_preview(
    house: House, batch: str
) -> None:
    clerk = house.client("owner_clerk")
    row = clerk.data(batch)["rows"][0]
    path, wanted = f"/intake-rows/{row['id']}", "external_effective_date"
    for typed in ("2023年5月", "去年"):
        answer = clerk.ask("PATCH", path, {"version": row["version"], "values": {wanted: typed}})
        assert answer.status_code == 422
        assert "2024-05-12" in answer.get_json()["refused"][row["id"]]["message"]
    body = {"version": row["version"], "values": {wanted: "2023年5月12日"}}
    assert clerk.ask("PATCH", path, body).status_code == 200
    assert clerk.data(batch)["rows"][0]["values"][wanted] == "2023-05-12"
    table = xlsx(("文件名", "专业", "生效日期"), (PLANS[1], "炼金", "2023年5月"))
    told = [(p["code"], p["told"]) for p in send(clerk, batch, table).get_json()["lines"][0]["problems"]]
    assert told == [("unknown-discipline", "炼金"), ("bad-date", "2023年5月")]


def test_the_template_explains_itself_and_offers_what_may_be_chosen(house: House, batch: str) -> None:
    data = house.client("owner_clerk").client.get(f"/intakes/{batch}/history-table.xlsx").data
    book = openpyxl.load_workbook(io.BytesIO(data))
    table, explained = book.worksheets
    told = " ".join(str(c) for row in explained.iter_rows(values_only=True) for c in row if c)
    assert "2024-05-12" in told
    assert "不作已验证显示" in told
    assert {"结构", "1#"} <= set(told.split())
    rules = {str(r.sqref): r.formula1 for r in table.data_validations.dataValidation}
    assert [ref[0] for ref in rules] == ["C", "D"]
    assert rules["D2:D5000"] == "'填写说明'!$E$2:$E$2"


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b"<workbook>" + b" " * (30 << 20) + b"</workbook>")
    return out.getvalue()


def with_entity() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>')
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04 nothing", b"a,b,c", bomb(), with_entity(), xlsx(("甲", "乙"), ("1", "2")), xlsx()],
    ids=["empty", "torn", "csv", "bomb", "entity", "no header", "blank"],
)
def test_a_file_that_is_no_plain_table_is_refused_with_the_way_out(
    house: House, batch: str, data: bytes
) -> None:
    answer = send(house.client("owner_clerk"), batch, data)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "history-table-unreadable")
    assert "模板" in answer.get_json()["way_out"]


def sheet(path: Path, number: str, title: str) -> Path:
    """A sheet whose number and title stand bare, without labels, at one place."""
    with pikepdf.new() as pdf:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        content = f"BT /F1 12 Tf 560 120 Td ({title}) Tj 0 -40 Td ({number}) Tj ET"
        page = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=[0, 0, 842, 595],
            Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font))),
            Contents=pdf.make_stream(content.encode()),
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
        pdf.save(path)
    return path


def test_one_correction_teaches_the_place_and_untouched_rows_follow_until_it_is_undone(
    house: House, tmp_path: Path
) -> None:
    clerk, intake_id = house.client("designer"), house.open()
    titles = {"one": "Ground floor plan", "two": "Roof plan", "three": "Section drawing"}
    house.take(
        intake_id, [sheet(tmp_path / f"{n}.pdf", f"X-{i}", t) for i, (n, t) in enumerate(titles.items())]
    )
    rows = {r["file"]: r for r in clerk.data(intake_id)["rows"]}
    assert [r["values"].get("title") for r in rows.values()] != list(titles.values())
    for name, title in (("one", "Ground floor plan"), ("three", "What the clerk typed")):
        body = {"version": 1, "values": {"title": title}}
        assert clerk.ask("PATCH", f"/intake-rows/{rows[f'{name}.pdf']['id']}", body).status_code == 200
    path = f"/intakes/{intake_id}/learn"
    told = clerk.ask("POST", path, {"row": rows["one.pdf"]["id"], "field": "title"}).get_json()
    assert told == {"taught": True, "changed": [], "remaining": [rows["two.pdf"]["id"]]}
    everybody = [r["id"] for r in rows.values()]
    changed = clerk.ask("POST", path, {"rows": everybody}).get_json()["changed"]
    assert changed == [rows["two.pdf"]["id"]]
    now = {r["file"]: r for r in clerk.data(intake_id)["rows"]}
    assert now["two.pdf"]["values"]["title"] == "Roof plan"
    assert now["two.pdf"]["read"]["title"][1] == "learned"
    assert now["three.pdf"]["values"]["title"] == "What the clerk typed"
    undone = clerk.ask("POST", path, {"forget": "title"}).get_json()
    clerk.ask("POST", path, {"rows": undone["remaining"]})
    back = next(r for r in clerk.data(intake_id)["rows"] if r["file"] == "two.pdf")
    assert (back["values"], back["read"]) == (rows["two.pdf"]["values"], rows["two.pdf"]["read"])


def test_a_value_that_stands_nowhere_on_the_page_teaches_nothing(house: House) -> None:
    clerk, intake_id = house.client("designer"), house.open()
    house.take(intake_id, [sample("annex", "pdf", PLANS[0])])
    row = clerk.data(intake_id)["rows"][0]
    body = {"version": row["version"], "values": {"title": "页面上没有的图名"}}
    clerk.ask("PATCH", f"/intake-rows/{row['id']}", body)
    told = clerk.ask("POST", f"/intakes/{intake_id}/learn", {"row": row["id"], "field": "title"}).get_json()
    assert told == {"taught": False, "changed": [], "remaining": []}
