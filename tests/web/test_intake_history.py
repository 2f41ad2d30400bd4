"""A table of past drawings, and a lesson from one correction: what fits, what is refused, what is written."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.samples import sample
from tests.web.intake_house import Clerk, House, running_house

PLANS = ("TRN_PP_AR-5-01_V01_Korruseplaan.pdf", "TRN_PP_AR-5-02_V01_Katuse-plaan.pdf")


@pytest.fixture
def house(tmp_path: Path, sqlite_template: Path) -> Iterator[House]:
    with running_house(tmp_path / "data", sqlite_template) as running:
        yield running


@pytest.fixture
def batch(house: House) -> str:
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
    return clerk.ask("POST", f"/intakes/{intake_id}/history-table", data={"table": (io.BytesIO(data), "t.xlsx")})


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
    assert [p["code"] for line in lines for p in line["problems"]] == ["bad-date", "unknown-building", "no-row"]
    assert lines[0]["values"]["external_effective_date"] == "2023-05-12"
    assert clerk.data(batch)["rows"][0]["version"] == 1
    rows = [
        {"id": n["row"], "version": n["version"], "values": n["values"], **({"building_id": n["building"]} if n["setsBuilding"] else {})}
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
def test_a_file_that_is_no_plain_table_is_refused_with_the_way_out(house: House, batch: str, data: bytes) -> None:
    answer = send(house.client("owner_clerk"), batch, data)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "history-table-unreadable")
    assert "模板" in answer.get_json()["way_out"]


def test_one_correction_teaches_the_place_and_untouched_rows_follow_until_it_is_undone(house: House) -> None:
    clerk, intake_id = house.client("designer"), house.open()
    house.take(intake_id, [sample("annex", "pdf", name) for name in PLANS])
    first, second = clerk.data(intake_id)["rows"]
    words = ("PÕHIPROJEKT", "AR", "V01", "1:100")
    path = f"/intakes/{intake_id}/learn"
    for word in words:
        version = clerk.data(intake_id)["rows"][0]["version"]
        body = {"version": version, "values": {"revision": word}}
        assert clerk.ask("PATCH", f"/intake-rows/{first['id']}", body).status_code == 200
        told = clerk.ask("POST", path, {"row": first["id"], "field": "revision"}).get_json()
        if told["taught"]:
            break
    assert told == {"taught": True, "changed": [], "remaining": [second["id"]]}
    clerk.ask("POST", path, {"rows": told["remaining"]})
    now = clerk.data(intake_id)["rows"][1]
    assert now["read"]["revision"][1] == "learned"
    undone = clerk.ask("POST", path, {"forget": "revision"}).get_json()
    clerk.ask("POST", path, {"rows": undone["remaining"]})
    back = clerk.data(intake_id)["rows"][1]
    assert (back["values"], back["read"]) == (second["values"], second["read"])


def test_a_value_that_stands_nowhere_on_the_page_teaches_nothing(house: House) -> None:
    clerk, intake_id = house.client("designer"), house.open()
    house.take(intake_id, [sample("annex", "pdf", PLANS[0])])
    row = clerk.data(intake_id)["rows"][0]
    body = {"version": row["version"], "values": {"title": "页面上没有的图名"}}
    clerk.ask("PATCH", f"/intake-rows/{row['id']}", body)
    told = clerk.ask("POST", f"/intakes/{intake_id}/learn", {"row": row["id"], "field": "title"}).get_json()
    assert told == {"taught": False, "changed": [], "remaining": []}
