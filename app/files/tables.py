"""Tables of strangers (XLSX, CSV) as rows of texts, read only after their sizes and their XML were looked at.

An XLSX is a ZIP of XML: sizes, ratio, entry names and document types are checked before a parser sees it (SECURITY 3, 28).
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl

from app.kernel.text import printable

MAX_BYTES = 16 << 20
MAX_CSV_BYTES = 32 << 20
"""A CSV is not packed."""
MAX_ENTRIES = 300
MAX_UNPACKED = 96 << 20
MAX_RATIO = 150
"""Of one entry; Office packs repetitive sheets about fifty to one."""
MAX_COLUMNS = 60


class TableUnreadable(Exception):  # noqa: N818  an answer about a file, not a fault
    """The bytes are no table that can be read, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class TableRow:
    """A row as typed."""

    number: int
    """In the file, as people see it: the first is 1."""
    cells: tuple[str, ...]


def read_rows(data: bytes, *, most: int) -> list[TableRow]:
    """The rows of the first sheet of a workbook, or of a CSV in UTF-8 or GB 18030; empty ones are left out.

    Raises:
        TableUnreadable: neither of the two, abnormal sizes, or more than ``most`` rows.
    """
    found: list[TableRow] = []
    for number, cells in enumerate(_cells(data, most), start=1):
        last = max((n for n, cell in enumerate(cells) if cell is not None), default=-1)
        texts = tuple(cell_text(cell) for cell in cells[: last + 1])
        if not any(texts):
            continue
        if len(found) >= most:
            raise TableUnreadable(f"超过 {most} 行", f"more than {most} rows")
        found.append(TableRow(number, texts))
    return found


def cell_text(value: Any) -> str:
    """A cell as text: days as ISO dates, whole numbers without a point, lines kept, nothing invisible."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    if not text or (text.isascii() and text.isprintable() and "  " not in text):
        return text.strip()
    return "\n".join(filter(None, (printable(line) for line in text.splitlines())))


def check_workbook(data: bytes) -> None:
    """Look at an XLSX before a parser does.

    Raises:
        TableUnreadable: it is none, or its sizes, names or XML are not those of an honest one.
    """
    if len(data) > MAX_BYTES:
        raise TableUnreadable("文件过大", "it is too large")
    if not data.startswith(b"PK\x03\x04"):
        raise TableUnreadable("不是 .xlsx 文件", "it is no .xlsx file")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_entries(archive, archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise TableUnreadable("文件已损坏", "the file is damaged") from error


def _cells(data: bytes, most: int) -> Iterator[Sequence[Any]]:
    if not data.startswith(b"PK"):
        yield from _csv(data)
        return
    check_workbook(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            yield from book.worksheets[0].iter_rows(
                max_row=2 * most + 100, max_col=MAX_COLUMNS, values_only=True
            )
        finally:
            book.close()
    except Exception as error:  # a parser of foreign bytes may raise anything
        raise TableUnreadable("文件已损坏", "the file is damaged") from error


def _csv(data: bytes) -> Iterator[Sequence[str]]:
    if len(data) > MAX_CSV_BYTES:
        raise TableUnreadable("文件过大", "it is too large")
    if b"\x00" in data:
        raise TableUnreadable("不是 .xlsx 或 .csv 文件", "it is neither .xlsx nor .csv")
    text = _decoded(data)
    head = text[: text.find("\n") if "\n" in text else None]
    delimiter = max(",;\t", key=head.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield row[:MAX_COLUMNS]
    except csv.Error as error:
        raise TableUnreadable("文件已损坏", "the file is damaged") from error


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableUnreadable("文字编码无法识别", "its text encoding is unknown")


def _check_entries(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> None:
    names = {e.filename for e in entries}
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise TableUnreadable("不是 .xlsx 文件", "it is no .xlsx file")
    if len(entries) > MAX_ENTRIES or len(names) != len(entries):
        raise TableUnreadable("压缩包结构异常", "its archive is abnormal")
    if sum(e.file_size for e in entries) > MAX_UNPACKED:
        raise TableUnreadable("解压后过大", "it unfolds to too much")
    for entry in entries:
        if entry.file_size > MAX_RATIO * max(entry.compress_size, 4_096):
            raise TableUnreadable("压缩比异常", "its compression ratio is abnormal")
        if entry.filename.endswith((".xml", ".rels")):
            _check_xml(archive, entry)


def _check_xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """No document type, hence no entities; UTF-8 only, so that the search cannot be dodged by another encoding."""
    with archive.open(entry) as stream:
        before, left = b"", entry.file_size
        while chunk := stream.read(1 << 20):
            left -= len(chunk)
            if left < 0:
                raise TableUnreadable("压缩包结构异常", "its archive is abnormal")
            window = before + chunk
            if b"\x00" in chunk or b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                raise TableUnreadable("含有不允许的 XML 声明", "its XML declares a document type")
            before = chunk[-16:]
