"""Codes within texts: as CAD programs write them, in every kind of text and of file."""

from pathlib import Path

import pytest
from ezdxf.addons.drawing.recorder import SolidLinesRecord

from tests.viewers.render.cad_drawings import add_frame, codes, new_doc, render, render_doc
from viewers.render.cad_draw import draw_layout
from viewers.render.cad_text_codes import Stroke, decode_escapes, numbered_characters, read_codes
from viewers.render.manifest import runs_from_json


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("%%c20", "Ø20"), ("%%D", "°"), ("%%p0.000", "±0.000"), ("50%%%", "50%"), ("%%176", "°"), ("m%%178", "m²"),
        ("%%127 %%128 %%129", "° ± Ø"), ("%%065", "A"), ("100%", "100%"), ("%%x %%9", "%%x %%9"),
        # Signs of reinforcement are each font's own: shown as written rather than as another sign.
        ("%%130 %%131 %%132", "%%130 %%131 %%132"), ("%%007 %%999", "%%007 %%999"),
    ],
)  # fmt: skip
def test_codes_of_characters(text, plain):
    assert read_codes(text) == (plain, [])


def test_lines_along_letters_begin_and_end_where_the_codes_stand():
    assert read_codes("%%u一层%%u平面%%o图") == (
        "一层平面图",
        [Stroke(0, 2, -0.2), Stroke(4, 5, 1.2)],
    )
    assert read_codes("a%%Kb%%kc")[1] == [Stroke(1, 2, 0.5)]
    assert read_codes("%%u%%u")[1] == []


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"m\U+00B2", "m²"), (r"\U+4E2D\U+6587", "中文"), (r"\M+5B2CE", "参"), (r"\M+1B2CE", "\uff72\uff8e"),
        (r"\P \U+12 \M+9B2CE", r"\P \U+12 \M+9B2CE"),
    ],
)  # fmt: skip
def test_escapes_of_characters_a_code_page_lacks(text, plain):
    assert decode_escapes(text) == plain


def test_formatted_text_has_numbered_characters_but_lines_of_its_own():
    # The codes of one letter are read where formatted text is.
    assert numbered_characters("%%176 %%c %%130 %%u") == "° %%c %%130 %%u"


def _texts(folder: Path) -> set[str]:
    return {run.text for run in runs_from_json((folder / "out" / "text" / "0.json").read_text("utf-8"))}


def test_every_kind_of_text_shows_and_finds_characters_instead_of_codes(tmp_path):
    doc = new_doc()
    space = doc.modelspace()
    add_frame(space, 0, 0, 84_100, 59_400)
    space.add_text(r"T %%178 \U+00B2 %%u平面%%u", height=500).set_placement((3000, 5000))
    space.add_mtext(r"M %%178 \U+00B2", {"char_height": 500, "insert": (30_000, 5000)})
    doc.blocks.new("B").add_attdef("X", (0, 0), height=500)
    reference = space.add_blockref("B", (3000, 9000))
    reference.add_attrib("X", r"A %%178 \U+00B2", (3000, 9000), {"height": 500})
    render_doc(doc, tmp_path)
    assert {"T ² ² 平面", "M ² ²", "A ² ²"} <= _texts(tmp_path)


def test_a_gbk_drawing_shows_what_gbk_cannot_say(tmp_path):
    doc = new_doc()
    add_frame(doc.modelspace(), 0, 0, 84_100, 59_400)
    doc.modelspace().add_text("面积 12 SQUARE", height=500).set_placement((3000, 5000))
    doc.modelspace().add_text("编码 MIF", height=500).set_placement((3000, 8000))
    source = tmp_path / "utf8.dxf"
    doc.saveas(source)
    text = source.read_text("utf-8").replace("AC1024", "AC1015").replace("ANSI_1252", "ANSI_936")
    text = text.replace("SQUARE", r"m\U+00B2").replace("MIF", r"\M+5B2CE")
    (tmp_path / "gbk.dxf").write_bytes(text.encode("gbk"))
    found = render(tmp_path / "gbk.dxf", tmp_path / "out")
    assert {"面积 12 m²", "编码 参"} <= _texts(tmp_path)
    assert not {"encoding-guessed", "recovered"} & codes(found)


def test_an_underline_lies_under_its_letters_and_turns_with_them():
    doc = new_doc()
    doc.modelspace().add_text("A%%uBC%%uD", height=10, rotation=90).set_placement((100, 0))
    recording = draw_layout(doc, doc.modelspace(), {}, unit_mm=1, draw_dashes=True)
    (line,) = [r for r in recording.records if isinstance(r, SolidLinesRecord)]
    (x0, y0), (x1, y1) = line.lines.np_vertices().tolist()
    assert x0 == pytest.approx(102)
    assert x1 == pytest.approx(102)
    letters = recording.boxes[0]
    assert letters[1] < y0 < y1 < letters[3]
    assert y0 == pytest.approx(8, abs=1.5)
