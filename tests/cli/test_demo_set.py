import csv
import hashlib
import re

import ezdxf
import pypdfium2
import pytest

from app.cli.demo_set import draw_demo_set
from app.cli.demo_set.building import storey
from app.cli.demo_set.canvas import Canvas, Path, Text
from app.cli.demo_set.catalogue import SHEETS
from app.cli.demo_set.demo import draw_sheet
from app.cli.demo_set.dxf_writer import Placed, write_dxf
from app.cli.demo_set.frame import PAPERS
from app.cli.demo_set.notes_arch import DOORS

POINTS_PER_MM = 72 / 25.4


def squeezed(text):
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def issues(tmp_path_factory):
    root = tmp_path_factory.mktemp("demo")
    return {n: (root / str(n), draw_demo_set(root / str(n), issue=n)) for n in (1, 2)}


@pytest.fixture(scope="module")
def page_texts(issues):
    texts = {}
    for issue, (folder, made) in issues.items():
        for file in made.files:
            if file.endswith(".pdf"):
                pdf = pypdfium2.PdfDocument(folder / file)
                for number, page in enumerate(pdf, start=1):
                    texts[issue, file, number] = (page.get_textpage().get_text_range(), page.get_size())
    return texts


def test_an_issue_drawn_twice_has_the_same_bytes(issues, tmp_path):
    folder, made = issues[2]
    again = draw_demo_set(tmp_path / "again", issue=2)
    assert again == made
    for file in made.files:
        first = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        second = hashlib.sha256((tmp_path / "again" / file).read_bytes()).hexdigest()
        assert first == second, file


def test_the_two_issues_hold_the_promised_sheets(issues):
    first = {s.number: s for s in issues[1][1].sheets}
    second = {s.number: s for s in issues[2][1].sheets}
    assert len(first) == 42
    assert sum(s.revision == "B" for s in second.values()) == 12
    assert set(second) - set(first) == {"建施-13", "结施-08"}
    assert "建施-10" in first
    assert "建施-10" not in second
    assert all(s.revision == "A" for s in first.values())


def test_every_label_is_printed_on_its_page(issues, page_texts):
    for issue, (_, made) in issues.items():
        for sheet in made.sheets:
            file, page = next(p for p in sheet.pages if p[0].endswith(".pdf"))
            text = squeezed(page_texts[issue, file, page][0])
            for value in (sheet.number, sheet.title, sheet.date, sheet.building, "演示", "施工图"):
                assert squeezed(value) in text, (sheet.number, value)
            if sheet.scale != "-":
                assert sheet.scale in text


def test_pages_have_the_size_of_their_paper(issues, page_texts):
    for issue, (_, made) in issues.items():
        for sheet in made.sheets:
            file, page = next(p for p in sheet.pages if p[0].endswith(".pdf"))
            width, height = page_texts[issue, file, page][1]
            assert (round(width / POINTS_PER_MM), round(height / POINTS_PER_MM)) == PAPERS[sheet.paper]


def test_labels_csv_says_what_the_set_says(issues):
    folder, made = issues[1]
    with (folder / "labels.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert {(r["file"], int(r["page"]), r["number"]) for r in rows} == {
        (file, page, s.number) for s in made.sheets for file, page in s.pages
    }


def test_the_deliberate_faults_are_where_the_notes_say(issues, page_texts):
    list_text = squeezed(
        next(t for (i, f, p), (t, _) in page_texts.items() if i == 1 and "结施" in f and p == 1)
    )
    assert "结施-08" in list_text
    assert "二层梁配筋图" in list_text
    assert "二层梁平法施工图" not in list_text
    assert not any(s.number == "结施-08" for s in issues[1][1].sheets)
    late = squeezed(next(t for (i, f, _), (t, _) in page_texts.items() if i == 2 and f.startswith("建施-00")))
    assert "作废" in late
    assert "建施-13" in late
    assert any("结施-08" in note for note in issues[1][1].notes)


def test_drawings_stay_inside_the_sheet(issues):
    for spec in SHEETS:
        canvas = draw_sheet(spec, 2)
        for p in canvas.drawing:
            points = p.points if isinstance(p, Path) else ((p.x, p.y),) if isinstance(p, Text) else ()
            for x, y in points:
                assert -0.01 <= x <= canvas.width + 0.01, (spec.number, p)
                assert -0.01 <= y <= canvas.height + 0.01, (spec.number, p)


def test_cad_files_audit_clean_and_carry_chinese(issues):
    versions = set()
    for folder, made in (issues[1], issues[2]):
        for file in (f for f in made.files if f.endswith(".dxf")):
            doc = ezdxf.readfile(folder / file)
            assert not doc.audit().has_issues, file
            versions.add(doc.dxfversion)
            assert "墙体" in doc.layers
            assert doc.styles.get("HZ").dxf.bigfont == "gbcbig.shx"
            shown = " ".join(t.dxf.text for t in doc.modelspace().query("TEXT ATTRIB"))
            shown += " ".join(a.dxf.text for i in doc.modelspace().query("INSERT") for a in i.attribs)
            for sheet in made.sheets:
                if any(file == place for place, _ in sheet.pages):
                    assert sheet.number in shown, (file, sheet.number)
    assert versions == {"AC1015", "AC1024", "AC1032"}


def test_the_old_cad_file_is_really_gbk(issues):
    folder, made = issues[1]
    name = next(f for f in made.files if f.startswith("建施-04") and f.endswith(".dxf"))
    content = (folder / name).read_bytes()
    assert b"ANSI_936" in content
    assert "二层平面图".encode("gbk") in content
    assert "二层平面图".encode() not in content
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")


def test_what_gbk_cannot_say_is_written_as_cad_programs_do(tmp_path):
    sheet = Canvas(420, 297, [Text(100, 100, "面积 12m²", 3.5, "房间文字")])
    write_dxf(tmp_path / "old.dxf", [Placed(sheet, 1)], "R2000")
    content = (tmp_path / "old.dxf").read_bytes()
    assert "面积 12m".encode("gbk") + b"\\U+00B2" in content
    assert b"\\x" not in content


def test_the_title_block_of_one_file_is_a_block_with_attributes(issues):
    folder, made = issues[1]
    name = next(f for f in made.files if f.startswith("建施-03") and f.endswith(".dxf"))
    block = next(
        i for i in ezdxf.readfile(folder / name).modelspace().query("INSERT") if "图签" in i.dxf.name
    )
    values = {a.dxf.tag: a.dxf.text for a in block.attribs}
    assert values["图号"] == "建施-03"
    assert values["版次"] == "A"


def test_an_unknown_issue_is_refused(tmp_path):
    with pytest.raises(ValueError):
        draw_demo_set(tmp_path, issue=3)


def test_the_door_schedule_counts_what_the_plans_draw():
    for row in DOORS[1:]:
        drawn = [
            sum(o.tag == row[1] for wall in storey(index, 1).walls for o in wall.openings)
            for index in (1, 2, 3)
        ]
        assert [0 if n == "-" else int(n) for n in row[3:6]] == drawn, row[1]
        assert int(row[6]) == sum(drawn), row[1]


def test_the_moved_wall_moves_on_the_upper_storeys_only():
    for index in (1, 2, 3):
        first, second = (next(r for r in storey(index, n).rooms if r.name == "教师办公室") for n in (1, 2))
        assert first.x1 - second.x1 == (0 if index == 1 else 1500)
