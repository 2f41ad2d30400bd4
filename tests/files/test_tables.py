"""Tables of strangers: what is read, and what is refused before a parser sees it."""

import io
import zipfile
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from app.files import tables
from app.files.tables import TableUnreadable, cell_text, read_rows


def book(*rows: tuple[Any, ...]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_workbook_and_a_csv_give_the_same_rows():
    rows = [("标准编号", "条款号"), ("GB 1", "3.2.1")]
    text = "\ufeff标准编号,条款号\r\nGB 1,3.2.1\r\n"
    wanted = [(1, ("标准编号", "条款号")), (2, ("GB 1", "3.2.1"))]
    for data in (book(*rows), text.encode("utf-8"), text.removeprefix("\ufeff").encode("gb18030")):
        assert [(r.number, r.cells) for r in read_rows(data, most=10)] == wanted


def test_empty_rows_are_left_out_and_the_others_keep_their_numbers():
    found = read_rows(book(("a",), (None,), ("  ",), ("b",)), most=10)
    assert [(r.number, r.cells) for r in found] == [(1, ("a",)), (4, ("b",))]


def test_cells_keep_their_lines_and_lose_what_is_invisible():
    assert cell_text("一层\r\n二层\u200b") == "一层\n二层"
    assert cell_text(3.0) == "3"
    assert cell_text(datetime(2024, 5, 12, 8, 0)) == "2024-05-12"  # noqa: DTZ001  a cell has no zone
    assert cell_text("《规范》，第１条") == "《规范》，第１条", "full-width marks stay"


def test_more_rows_than_allowed_are_refused():
    with pytest.raises(TableUnreadable, match="more than 2 rows"):
        read_rows(book(("a",), ("b",), ("c",)), most=2)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04 nothing else", "damaged"),
        (b"%PDF-1.7\x00\x01", "neither"),
        (b"\xff\xfe\xfd" * 9, "encoding"),
        (b"", ""),
    ],
)
def test_what_is_no_table_is_named(data: bytes, why: str):
    if not data:
        assert read_rows(data, most=9) == []
        return
    with pytest.raises(TableUnreadable, match=why):
        read_rows(data, most=9)


def changed(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, content if entry.filename == name else old.read(entry))
    return out.getvalue()


def test_a_document_type_and_a_bomb_are_refused_unread(monkeypatch: pytest.MonkeyPatch):
    def never(*args: Any, **more: Any) -> None:
        raise AssertionError("the parser saw it")

    monkeypatch.setattr(tables.openpyxl, "load_workbook", never)
    honest = book(("a",))
    sheet = "xl/worksheets/sheet1.xml"
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y "z">]><worksheet/>'
    with pytest.raises(TableUnreadable, match="document type"):
        read_rows(changed(honest, sheet, entity), most=9)
    with pytest.raises(TableUnreadable, match="ratio"):
        read_rows(changed(honest, sheet, b"<a>" + b" " * 9_000_000), most=9)
