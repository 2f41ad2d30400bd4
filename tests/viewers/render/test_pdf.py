import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import numpy as np
import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pikepdf import Array, Dictionary, Name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from tests.samples import sample
from tests.viewers.render.pdf_samples import MM, add_layers, line, text_at, write_pdf
from viewers.render.errors import RenderRefused
from viewers.render.manifest import UM_PER_POINT, RuledLine, rules_from_json, runs_from_json
from viewers.render.pdf import inspect_pdf, load_page, open_pdf
from viewers.render.pdf_lines import merge_lines
from viewers.render.tiles import render_area


def runs(out, page=0):
    return runs_from_json((out / "text" / f"{page}.json").read_text("utf-8"))


def rules(out, page=0):
    return rules_from_json((out / "rules" / f"{page}.json").read_text("utf-8"))


def ink(path, box_um=None, page=0, scale=2.0):
    """Dark pixels of a page, or of a box of sheet space, from an independent look at the picture."""
    with open_pdf(path) as document:
        loaded = load_page(document, page)
        width, height = (round(n * scale) for n in loaded.get_size())
        dark = np.asarray(render_area(loaded, scale, 0, 0, width, height).convert("L")) < 128
    if box_um is None:
        return int(dark.sum())
    x0, y0, x1, y1 = (n / UM_PER_POINT * scale for n in box_um)
    return int(
        dark[
            max(0, round(height - y1 - 1)) : round(height - y0 + 1), max(0, round(x0 - 1)) : round(x1 + 1)
        ].sum()
    )


def codes(problems):
    return {p.code for p in problems}


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (20 * MM, 30 * MM, 500 * MM, 400 * MM)])
def test_text_boxes_lie_on_the_ink_of_a_turned_and_cropped_page(tmp_path, rotate, crop):
    path = write_pdf(tmp_path / "a.pdf", text_at(60, 50, "A-101 Plan", 30), rotate=rotate, crop=crop)
    manifest = inspect_pdf(path, tmp_path / "out")
    (run,) = runs(tmp_path / "out")
    assert run.text == "A-101 Plan"
    assert run.angle == -rotate % 360
    assert ink(path, (run.x0, run.y0, run.x1, run.y1)) == ink(path) > 500
    page = manifest.pages[0]
    wide, high = (480_000, 370_000) if crop else (594_000, 420_000)
    assert (page.width_um, page.height_um) == pytest.approx(
        (high, wide) if rotate in (90, 270) else (wide, high), abs=2
    )
    assert page.rotation == rotate


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_ruled_lines_lie_on_the_ink_too(tmp_path, rotate):
    content = "2 w\n" + line(50, 60, 150, 60) + line(200, 30, 200, 90)
    path = write_pdf(tmp_path / "a.pdf", content, rotate=rotate)
    inspect_pdf(path, tmp_path / "out")
    found = rules(tmp_path / "out")
    assert [n.x1 - n.x0 + n.y1 - n.y0 for n in found] == pytest.approx([100_000, 60_000], abs=50)
    boxes = [(n.x0 - 400, n.y0 - 400, n.x1 + 400, n.y1 + 400) for n in found]
    assert sum(ink(path, box) for box in boxes) == ink(path) > 500


def test_ruled_lines_come_from_rectangles_thin_areas_and_scaled_forms(tmp_path):
    def add_form(pdf) -> None:
        form = pikepdf.Stream(pdf, b"0 0 m 10 0 l S")
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, -1, 10, 1])
        pdf.pages[0].Resources.XObject = Dictionary(Fm=pdf.make_indirect(form))

    content = (
        f"{20 * MM} {20 * MM} {80 * MM} {30 * MM} re S\n"  # four edges
        f"{20 * MM} {100 * MM} {60 * MM} {0.7 * MM} re f\n"  # a thick line drawn as an area
        f"{20 * MM} {150 * MM} {3 * MM} {3 * MM} re S\n"  # too short
        + line(20, 200, 60, 210)  # oblique
        + f"q {20 * MM} 0 0 1 {50 * MM} {250 * MM} cm /Fm Do Q"  # 10 points, 20 mm each
    )
    path = write_pdf(tmp_path / "a.pdf", content, edit=add_form)
    manifest = inspect_pdf(path, tmp_path / "out")
    found = {(n.x0, n.y0, n.x1, n.y1) for n in rules(tmp_path / "out")}
    wanted = [
        (20_000, 20_000, 100_000, 20_000),
        (20_000, 50_000, 100_000, 50_000),
        (20_000, 20_000, 20_000, 50_000),
        (100_000, 20_000, 100_000, 50_000),
        (20_000, 100_350, 80_000, 100_350),
        (50_000, 250_000, 250_000, 250_000),
    ]
    assert len(found) == len(wanted)
    for want in wanted:
        assert any(np.abs(np.subtract(want, have)).max() <= 60 for have in found), want
    assert manifest.pages[0].vector_paths == 5


def test_pieces_of_one_line_are_joined():
    pieces = [RuledLine(0, 5, 10_000, 5), RuledLine(10_050, 5, 20_000, 5), RuledLine(30_000, 5, 40_000, 5)]
    assert merge_lines(pieces) == [RuledLine(0, 5, 20_000, 5), RuledLine(30_000, 5, 40_000, 5)]
    assert merge_lines([RuledLine(7, 0, 7, 9_000), RuledLine(7, 4_000, 7, 20_000)]) == [
        RuledLine(7, 0, 7, 20_000)
    ]


def test_cells_of_a_row_are_runs_of_their_own_and_upright_text_says_so(tmp_path):
    content = (
        text_at(20, 100, "Drawing no.")
        + text_at(60, 100, "A-101")
        + text_at(200, 50, "Axis", turn="0 1 -1 0")
    )
    inspect_pdf(write_pdf(tmp_path / "a.pdf", content), tmp_path / "out")
    assert [(r.text, r.angle) for r in runs(tmp_path / "out")] == [
        ("Drawing no.", 0),
        ("A-101", 0),
        ("Axis", 90),
    ]


def test_text_without_meaning_is_reported_unusable(tmp_path):
    def to_private_use(pdf) -> None:
        cmap = b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange "
        cmap += b"1 beginbfrange <20> <7E> <E020> endbfrange endcmap"
        pdf.pages[0].Resources.Font.F1.ToUnicode = pdf.make_stream(cmap)

    cases = {
        "private": write_pdf(tmp_path / "p.pdf", text_at(20, 20, "PLAN"), edit=to_private_use),
        "gbk": write_pdf(
            tmp_path / "g.pdf", text_at(20, 20, "平面图".encode("gbk").decode("latin-1") + " 1:100")
        ),
        "utf8": write_pdf(tmp_path / "u.pdf", text_at(20, 20, "\u00c3\u00a4\u00c3\u00b6 x")),
    }
    for name, path in cases.items():
        page = inspect_pdf(path, tmp_path / name).pages[0]
        assert not page.text_usable, name
        assert "text-unusable" in codes(page.problems)
    accented = write_pdf(
        tmp_path / "e.pdf", text_at(20, 20, "K\u00c4\u00c4RIKU t\u00fc\u00fcp s\u00f5\u00f5r")
    )
    assert inspect_pdf(accented, tmp_path / "e").pages[0].text_usable


def test_layers_are_those_the_page_reaches_with_their_default_state(tmp_path):
    path = write_pdf(tmp_path / "a.pdf", "0 0 m", edit=lambda pdf: add_layers(pdf, 轴线=True, 隐藏=False))
    page = inspect_pdf(path, tmp_path / "out").pages[0]
    assert [(n.name, n.is_on) for n in page.layers] == [("轴线", True), ("隐藏", False)]


def test_active_content_is_reported_by_kind(tmp_path):
    def arm(pdf) -> None:
        script = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        pdf.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([]), Next=script)
        pdf.pages[0].AA = Dictionary(O=Dictionary(S=Name.Launch, F=pikepdf.String("calc.exe")))
        pdf.attachments["a.txt"] = b"hello"

    problems = codes(inspect_pdf(write_pdf(tmp_path / "a.pdf", "", edit=arm), tmp_path / "out").problems)
    assert problems == {"pdf-javascript", "pdf-launch", "pdf-embedded-files"}
    assert not inspect_pdf(write_pdf(tmp_path / "b.pdf", ""), tmp_path / "out2").problems


def sign(path, *, then_append=b""):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test")])
    now = dt.datetime.now(dt.UTC)
    cert = (x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + dt.timedelta(days=9))).sign(
        key, hashes.SHA256()
    )
    p12 = serialization.pkcs12.serialize_key_and_certificates(
        b"t", key, cert, None, serialization.BestAvailableEncryption(b"x")
    )
    file = path.with_suffix(".p12")
    file.write_bytes(p12)
    signer = signers.SimpleSigner.load_pkcs12(file, passphrase=b"x")
    writer = IncrementalPdfFileWriter(BytesIO(path.read_bytes()))
    fields.append_signature_field(writer, fields.SigFieldSpec("Review", on_page=0, box=(300, 10, 400, 60)))
    meta = signers.PdfSignatureMetadata(field_name="Design", subfilter=fields.SigSeedSubFilter.PADES)
    pdf_signer = signers.PdfSigner(meta, signer, new_field_spec=fields.SigFieldSpec("Design"))
    with ThreadPoolExecutor(1) as pool:  # pyHanko starts a loop; a browser's loop may run in this thread
        out = pool.submit(pdf_signer.sign_pdf, writer).result()
    path.write_bytes(out.getvalue() + then_append)
    return path


def test_signatures_are_found_as_they_are_claimed(tmp_path):
    path = sign(write_pdf(tmp_path / "a.pdf", ""))
    found = {s.field: s for s in inspect_pdf(path, tmp_path / "out").signatures}
    assert set(found) == {"Design", "Review"}
    assert (found["Design"].is_signed, found["Design"].covers_whole_file) == (True, True)
    assert found["Design"].sub_filter == "ETSI.CAdES.detached"
    assert found["Design"].claimed_at.startswith("D:") or found["Design"].claimed_at == ""
    assert not found["Review"].is_signed


def test_one_byte_behind_a_signature_is_not_covered(tmp_path):
    path = sign(write_pdf(tmp_path / "a.pdf", ""), then_append=b"\n")
    found = {s.field: s for s in inspect_pdf(path, tmp_path / "out").signatures}
    assert found["Design"].is_signed
    assert not found["Design"].covers_whole_file


def test_a_file_that_needs_a_password_is_refused_and_one_with_rights_only_is_reported(tmp_path):
    path = write_pdf(tmp_path / "a.pdf", text_at(20, 20, "hello"))
    for user, name in (("secret", "user.pdf"), ("", "owner.pdf")):
        with pikepdf.open(path) as pdf:
            pdf.save(tmp_path / name, encryption=pikepdf.Encryption(owner="boss", user=user, R=6))
    with pytest.raises(RenderRefused) as refusal:
        inspect_pdf(tmp_path / "user.pdf", tmp_path / "out")
    assert refusal.value.code == "pdf-encrypted"
    assert "pdf-restricted" in codes(inspect_pdf(tmp_path / "owner.pdf", tmp_path / "out2").problems)


def test_sizes_no_paper_has_and_units_of_their_own_are_reported(tmp_path):
    huge = write_pdf(tmp_path / "a.pdf", "", size=(90_000, 90_000))
    assert "page-size-odd" in codes(inspect_pdf(huge, tmp_path / "1").pages[0].problems)

    def unit(pdf) -> None:
        pdf.pages[0].UserUnit = 2

    scaled = write_pdf(tmp_path / "b.pdf", "", edit=unit)
    assert "user-unit" in codes(inspect_pdf(scaled, tmp_path / "2").pages[0].problems)


def test_a_title_block_of_a_real_sheet_reads_cell_by_cell(tmp_path):
    path = sample("annex", "pdf", "K4.1_VARIKATUSTE_PLAAN.pdf")
    page = inspect_pdf(path, tmp_path).pages[0]
    texts = {r.text: r for r in runs(tmp_path)}
    assert (page.paper, page.rotation) == ("A0", 270)
    assert texts["K4.1"].angle == texts["VARIKATUSTE PLAAN"].angle == 0
    assert texts["joonise nr.:"].x1 < texts["K4.1"].x0
    assert texts["G.1"].angle == 12


def test_the_same_file_gives_the_same_manifest_and_pictures(tmp_path):
    path = sample("barber-house", "2013-07-18.pdf")
    made = []
    for name in ("a", "b"):
        manifest = inspect_pdf(path, tmp_path / name)
        files = sorted(p for p in (tmp_path / name).rglob("*") if p.is_file())
        made.append((manifest.to_json(), [(p.name, p.read_bytes()) for p in files]))
    assert made[0] == made[1]
    assert manifest.pages[0].paper == "ANSI B"


def test_a_font_the_file_does_not_carry_is_named(tmp_path):
    def plot_with_fangsong(pdf) -> None:
        below = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/FangSong"))
        below.FontDescriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name("/FangSong"), Flags=4)
        font = Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/FangSong"), DescendantFonts=Array([below])
        )
        pdf.pages[0].Resources.Font.F2 = font

    problems = inspect_pdf(
        write_pdf(tmp_path / "a.pdf", "", edit=plot_with_fangsong), tmp_path / "1"
    ).problems
    assert [(p.code, p.detail["fonts"]) for p in problems] == [("font-not-embedded", ["FangSong"])]
    assert not inspect_pdf(write_pdf(tmp_path / "b.pdf", text_at(9, 9, "x")), tmp_path / "2").problems
