"""Annotations of other programs, read in sheet space; and our own copies with marks, which they read."""

import io

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from tests.viewers.render.pdf_samples import MM, write_pdf
from viewers.render.compose import Stamp
from viewers.render.errors import RenderRefused
from viewers.render.marks.annotations import read_annotations
from viewers.render.marks.annotations_wire import AnnotatedFile
from viewers.render.marks.compose import compose_marks
from viewers.render.marks.pages import list_pages
from viewers.render.marks.values import DrawnMark, MarkSheet, Said
from viewers.render.pdf import load_page, open_pdf

AT = "D:20260601093000+08'00'"
BOX = (100, 100, 160, 140)
STAMP = Stamp("http://example.org/v/abc", ("带批注副本 Copy with marks",))


def mm(*values: float):
    return Array([v * MM for v in values])


def annotated(path, *items: object, rotate=0):
    """A sheet with annotations, each a dictionary of its own."""
    write_pdf(path, f"1 0 0 rg 0 0 {MM} {MM} re f\n", rotate=rotate)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        made = []
        for item in items:
            made.append(pdf.make_indirect(item(made) if callable(item) else item))
        pdf.pages[0].obj.Annots = Array(made)
        pdf.save(path)
    return path


def note(subtype, rect=BOX, **more: object):
    usual = {"T": String("王审图"), "CreationDate": String(AT), "Contents": String("核实"), "Rect": mm(*rect)}
    return Dictionary(Type=Name.Annot, Subtype=Name(f"/{subtype}"), **{**usual, **more})


def read(path):
    """Through the wire, as the parent gets it."""
    file = read_annotations(path)
    assert AnnotatedFile.from_json(file.to_json()) == file
    return file.pages[0].found


@pytest.mark.parametrize(
    ("item", "kind", "first"),
    [
        (note("Square"), "rectangle", [[100_000, 100_000], [160_000, 140_000]]),
        (note("Square", BE=Dictionary(S=Name.C)), "cloud", None),
        (note("Circle"), "ink", None),
        (note("Line", L=mm(100, 100, 160, 140)), "ink", [[100_000, 100_000], [160_000, 140_000]]),
        (
            note("Line", L=mm(100, 100, 160, 140), LE=Array([Name.OpenArrow, Name("/None")])),
            "arrow",
            [[160_000, 140_000], [100_000, 100_000]],
        ),
        (note("PolyLine", Vertices=mm(100, 100, 160, 140, 100, 140)), "ink", None),
        (note("Polygon", Vertices=mm(100, 100, 160, 140, 100, 140), BE=Dictionary(S=Name.C)), "cloud", None),
        (
            note("Ink", InkList=Array([mm(100, 100, 160, 140)])),
            "ink",
            [[100_000, 100_000], [160_000, 140_000]],
        ),
        (
            note("Highlight", QuadPoints=mm(100, 140, 160, 140, 100, 100, 160, 100)),
            "rectangle",
            [[100_000, 100_000], [160_000, 140_000]],
        ),
        (note("StrikeOut", QuadPoints=mm(100, 110, 160, 110, 100, 100, 160, 100)), "ink", None),
        (note("FreeText", DA=String("/Helv 10 Tf 0 g")), "text", [[100_000, 140_000 - 3_528]]),
        (note("Text"), "ink", None),
        (note("Stamp", Name=Name.Approved), "rectangle", None),
    ],
    ids=str,
)
def test_each_kind_becomes_a_shape_where_it_stands(tmp_path, item, kind, first):
    (found,) = read(annotated(tmp_path / "a.pdf", item))
    assert (found.kind, found.why, found.author, found.at) == (kind, "", "王审图", AT)
    points = [p for path in found.paths for p in path]
    assert all(95_000 <= x <= 165_000 and 95_000 <= y <= 145_000 for x, y in points)
    if first is not None:
        assert [[pytest.approx(v, abs=2) for v in p] for p in first] == found.paths[0]


def test_a_turned_page_is_read_as_it_is_seen(tmp_path):
    """A1 of 841 x 594 mm turned by 90: what lay at the left foot stands at the left top."""
    plain, turned = tmp_path / "a.pdf", tmp_path / "b.pdf"
    (flat,) = read(annotated(plain, note("Square")))
    (up,) = read(annotated(turned, note("Square"), rotate=90))
    width = read_annotations(plain).pages[0].width_um
    (x0, y0), (x1, y1) = flat.paths[0]
    assert up.paths[0] == [
        [pytest.approx(y0, abs=2), pytest.approx(width - x1, abs=2)],
        [pytest.approx(y1, abs=2), pytest.approx(width - x0, abs=2)],
    ]


def test_replies_hang_on_what_they_answer_however_deep(tmp_path):
    def reply(to) -> object:
        return lambda made: note(
            "Text", IRT=made[to], Contents=String(f"答{to}"), CreationDate=String(f"D:2026060{to + 2}")
        )

    (found,) = read(annotated(tmp_path / "a.pdf", note("Square"), reply(0), reply(1), note("Popup")))
    assert [r.text for r in found.replies] == ["答0", "答1"]


def test_what_cannot_be_shown_is_listed_with_its_reason(tmp_path):
    path = annotated(
        tmp_path / "a.pdf",
        note("FileAttachment"),
        note("Square", F=2),
        note("Ink", InkList=Array([])),
        note("Polygon", Vertices=Array([Name.X, 1])),
        note("FreeText", Contents=String(" ")),
        note("Line"),
        lambda _: note("Text", IRT=note("Square")),
        note("Link"),
    )
    whys = [(a.subtype, a.why) for a in read(path)]
    assert whys == [
        ("FileAttachment", "kind-not-taken"),
        ("Square", "hidden"),
        ("Ink", "nothing-drawn"),
        ("Polygon", "malformed"),
        ("FreeText", "no-text"),
        ("Line", "malformed"),
        ("Text", "reply-to-nothing"),
    ]


def test_a_chain_of_replies_that_bites_its_tail_ends(tmp_path):
    path = annotated(tmp_path / "a.pdf", note("Text"), lambda made: note("Text", IRT=made[0]))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        one, other = pdf.pages[0].obj.Annots
        one.IRT = other
        pdf.save(path)
    assert {a.why for a in read(path)} == {"reply-to-nothing"}


def test_too_many_points_are_thinned_and_it_says_so(tmp_path):
    many = Array([v for n in range(9_000) for v in (300 + n / 100, 300 + (n % 7))])
    (found,) = read(annotated(tmp_path / "a.pdf", note("Ink", InkList=Array([many]))))
    assert found.note == "points-thinned"
    assert 1_000 < len(found.paths[0]) <= 2_000


@pytest.mark.parametrize("data", [b"", b"no pdf", b"%PDF-1.7\n" + b"x" * 50])
def test_what_is_no_pdf_is_refused(tmp_path, data):
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    with pytest.raises(RenderRefused) as refused:
        read_annotations(path)
    assert refused.value.code == "pdf-unreadable"


# -- copies that we make -----------------------------------------------------------------------------------------------

SQUARE = ((100_000, 100_000), (160_000, 100_000), (160_000, 140_000), (100_000, 140_000))
LINE = SQUARE[::2]
PATHS = {
    "cloud": SQUARE, "arrow": LINE, "text": SQUARE[:1], "ink": SQUARE, "rectangle": LINE, "stamp": LINE,
    "measurement": LINE, "photo": SQUARE[:1], "markup_strike": LINE, "markup_cross": LINE, "markup_ring": SQUARE,
}  # fmt: skip


def drawn(kind="cloud", number=1, **more: object):
    thread = (Said("李设计", "2026-06-02", "D:20260602", "同意", f"c{number}"),)
    usual = {
        "number": number, "key": f"m{number}", "kind": kind, "kind_label": "云线", "paths": (PATHS[kind],),
        "ink": "#b42318", "size": 5_000, "is_closed": False, "caption": "", "text": "门洞尺寸请核实", "basis": "",
        "facts": (), "field": "C3", "status": "待处理", "author": "赵大川", "at": "2026-06-01", "stamp": AT,
        "thread": thread,
    }  # fmt: skip
    return DrawnMark(**{**usual, **more})


def copy(tmp_path, *marks: DrawnMark, has_list=True, stamp=STAMP):
    out = tmp_path / "out"
    out.mkdir(exist_ok=True)
    source = write_pdf(tmp_path / "s.pdf", f"0 g {300 * MM} {300 * MM} {MM} {MM} re f\n")
    sheet = MarkSheet("批注清单", "说明", "副本", "第 {n} 页 共 {all} 页", "没有批注。", has_list, marks)
    sheet.write(tmp_path / "marks.json")
    compose_marks(source, 0, MarkSheet.read(tmp_path / "marks.json"), stamp, out)
    return out / "copy.pdf"


@pytest.mark.parametrize("kind", sorted(PATHS))
def test_every_kind_is_drawn_in_its_place_and_read_again(tmp_path, kind):
    path = copy(tmp_path, drawn(kind))
    (found,) = read(path)
    assert (found.name, found.author, found.text) == ("oneset-m1", "赵大川", "门洞尺寸请核实")
    assert [r.text for r in found.replies] == ["同意"]
    document = open_pdf(path.read_bytes())
    page = load_page(document, 0)
    scale = 72 / 25.4
    picture = page.render(scale=1.0).to_pil().convert("RGB")
    height = page.get_height()
    page.close()
    document.close()
    box = [80 * scale, height - 165 * scale, 190 * scale, height - 85 * scale]
    pixels = np.asarray(picture.crop(tuple(map(int, box)))).astype(int)
    reddish = int((pixels[:, :, 0] > pixels[:, :, 1] + 60).sum())
    assert reddish > 20


def test_the_list_has_every_mark_with_its_thread_and_says_which_page(tmp_path):
    marks = [drawn(number=n, text="长" * 300) for n in range(1, 41)]
    path = copy(tmp_path, *marks)
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) > 5
        assert "Copy with marks" in str(pdf.docinfo.Title)
    document = open_pdf(path.read_bytes())
    text = "".join(document[n].get_textpage().get_text_bounded() for n in range(1, len(document)))
    count = len(document) - 1
    document.close()
    assert text.count("待处理") == 40
    assert text.count("同意") == 40
    assert f"第 {count} 页 共 {count} 页" in text


def test_no_line_of_the_list_leaves_the_paper(tmp_path):
    del tmp_path
    mark = drawn(text="Wördlongerthanaline" * 30 + "字" * 500 + "\u0b95")
    for content in list_pages(MarkSheet("题", "", "", "{n}/{all}", "", True, (mark,))):
        assert b" -" not in content.replace(b"c -", b"")
        assert b"Tj" in content


def test_equal_marks_give_equal_bytes(tmp_path):
    first = copy(tmp_path, drawn(), drawn("stamp", 2, caption="待核实")).read_bytes()
    assert copy(tmp_path, drawn(), drawn("stamp", 2, caption="待核实")).read_bytes() == first


def test_the_copy_of_a_full_sheet_reads_in_sheet_space_above_its_strip(tmp_path):
    """Where the stamp finds no room, the paper grows at its foot: what is drawn on the copy still lies where it lies."""
    out = tmp_path / "out"
    out.mkdir()
    source = write_pdf(tmp_path / "s.pdf", f"0 g 0 0 {900 * MM} {900 * MM} re f\n")
    compose_marks(source, 0, MarkSheet("", "", "", "", "", False, (drawn("rectangle"),)), STAMP, out)
    data = (out / "copy.pdf").read_bytes()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert float(pdf.pages[0].mediabox[1]) < 0
    (found,) = read(out / "copy.pdf")
    assert min(y for p in found.paths for _, y in p) == pytest.approx(100_000, abs=5)
