"""The typesetter: what strangers write stays text, every character is shown or said to be missing, bytes repeat."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pikepdf
import pypdf
import pytest
import zxingcpp
from PIL import Image

from app.kernel.errors import Refused
from app.papers import typesetting
from app.papers.typesetting import qr_squares, showable, typeset

AT = datetime(2024, 5, 12, 6, 30, tzinfo=UTC)


def certificate(**more: Any) -> dict[str, Any]:
    """The least that the template of a certificate asks for."""
    return {
        "title": "合格书",
        "author": "审查机构",
        "running": "合格书",
        "mark": "",
        "head": {"zh": "合格书", "en": "Certificate", "under": "编号"},
        "status": None,
        "facts": [{"zh": "名称", "en": "Name", "value": "滨河小学", "wide": True}],
        "statement": {"zh": "审查合格。", "en": "Passed."},
        "remark": "",
        "numbers": [],
        "signing": [],
        "chain": [],
        "rounds": [],
        "sheets": [],
        "sheets_count": "0",
        "digest": "ab" * 32,
        "foot": {"qr": qr_squares("https://oneset.example/c/0123456789"), "lines": ["核验"]},
        **more,
    }


def words(data: bytes) -> str:
    pages = pypdf.PdfReader(BytesIO(data)).pages
    return "".join("".join(page.extract_text().replace("\u200b", "").split()) for page in pages)


def test_the_same_values_give_the_same_bytes():
    assert typeset("certificate", certificate(), made_at=AT) == typeset(
        "certificate", certificate(), made_at=AT
    )


def test_markup_of_strangers_is_text():
    hostile = '#panic("x") *bold* $1/0$ #read("/etc/passwd") \\ @ref <label> [x] //'
    data = typeset("certificate", certificate(remark=hostile), made_at=AT)
    assert '#panic("x")*bold*$1/0$#read("/etc/passwd")' in words(data)


def test_a_character_without_a_glyph_is_shown_as_missing():
    data = typeset("certificate", certificate(remark="甲\U0002ffff乙\ue000丙"), made_at=AT)
    assert "甲〓乙〓丙" in words(data)


def test_long_words_may_break_and_short_ones_do_not():
    assert showable("GB 55037-2022") == "GB 55037-2022"
    assert showable({"a": ["x" * 30]}) == {"a": ["x" * 12 + "\u200b" + "x" * 12 + "\u200b" + "x" * 6]}


def test_it_says_that_it_is_pdf_a_and_holds_its_fonts():
    with pikepdf.open(BytesIO(typeset("certificate", certificate(), made_at=AT))) as pdf:
        metadata = bytes(pdf.Root.Metadata.read_bytes())
        assert b"<pdfaid:part>2</pdfaid:part>" in metadata
        fonts = [f for page in pdf.pages for f in page.Resources.Font.values()]
        assert fonts
        for font in fonts:
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert "/FontFile3" in descriptor or "/FontFile2" in descriptor


def test_the_code_in_the_foot_reads():
    found = qr_squares("https://oneset.example/c/0123456789")
    side, unit = found["size"], 6
    picture = Image.new("L", ((side + 8) * unit,) * 2, 255)
    for row, first, length in found["runs"]:
        box = ((first + 4) * unit, (row + 4) * unit, (first + length + 4) * unit, (row + 5) * unit)
        picture.paste(0, box)
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == ["https://oneset.example/c/0123456789"]


def test_too_much_for_one_paper_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(typesetting, "MOST_TEXT", 2_000)
    with pytest.raises(Refused, match="paper-too-long"):
        typeset("certificate", certificate(remark="长" * 3_000), made_at=AT)
