import hashlib
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from app.kernel.errors import Refused
from app.kernel.labels import LANGUAGES
from app.seals.rules import Level, SealKind
from app.seals.sealing.fields import place_fields
from app.seals.sealing.pades import Act
from app.seals.sealing.preparing import TAKEN_LABELS, Made, make_ready
from tests.samples import sample
from tests.seals import sealing_set as given

A4 = (595, 842)
LINE = b"2 w 50 50 m 500 700 l S\n"


def _pdf(path, change, content=LINE) -> Path:
    given.sheet(path, size=A4, content=content)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        change(pdf)
        pdf.save(path, static_id=True)
    return path


def _made(folder, change, content=LINE) -> tuple[Made, pikepdf.Pdf]:
    source = _pdf(folder / "in.pdf", change, content)
    made = make_ready(source, folder / "out.pdf")
    return made, pikepdf.open(folder / "out.pdf")


def _taken(made) -> dict[str, int]:
    return {taken.code: taken.count for taken in made.taken}


def _script(pdf) -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def test_scripts_actions_and_attachments_go_and_are_listed(tmp_path):
    def change(pdf) -> None:
        pdf.Root.OpenAction = _script(pdf)
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), _script(pdf)])))
        pdf.pages[0].obj.AA = Dictionary(O=_script(pdf))
        pdf.attachments["a.txt"] = b"text"

    made, pdf = _made(tmp_path, change)
    with pdf:
        assert _taken(made)["actions"] == 3
        assert "attachments" in _taken(made)
        assert not {"/OpenAction", "/Names", "/AA"} & (set(pdf.Root.keys()) | set(pdf.pages[0].obj.keys()))
        assert not any(isinstance(item, Dictionary) and "/JS" in item for item in pdf.objects)
    assert made.pages == 1
    assert made.sha256 == hashlib.sha256((tmp_path / "out.pdf").read_bytes()).hexdigest()


def test_forms_and_annotations_become_part_of_the_drawing(tmp_path):
    def change(pdf) -> None:
        look = pdf.make_stream(b"1 0 0 rg 0 0 60 20 re f")
        look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 60, 20])
        field = pdf.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("a"), F=4,
                       Rect=Array([100, 100, 160, 120]), AP=Dictionary(N=look))
        )  # fmt: skip
        pdf.pages[0].obj.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))

    made, pdf = _made(tmp_path, change)
    with pdf:
        assert (_taken(made)["forms"], _taken(made)["annotations"]) == (1, 1)
        assert "/Annots" not in pdf.pages[0].obj
        assert "/AcroForm" not in pdf.Root
        assert any(b"1 0 0 rg" in form.read_bytes() for form in pdf.pages[0].Resources.XObject.values())


def _layers(pdf, *, off: bool) -> None:
    groups = [pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name))) for name in ("shown", "other")]
    default = Dictionary(OFF=Array([groups[1]])) if off else Dictionary()
    pdf.Root.OCProperties = Dictionary(OCGs=Array(groups), D=default)
    pdf.pages[0].obj.Resources = Dictionary(Properties=Dictionary(L0=groups[0], L1=groups[1]))


LAYERED = (
    b"/OC /L0 BDC 2 w 50 50 m 500 700 l S EMC\n/OC /L1 BDC 6 w 0 0 1 RG q 60 700 m 500 80 l S Q EMC\n"
    b"100 400 m 300 400 l S\n"
)


def test_a_hidden_layer_goes_and_what_it_set_stays(tmp_path):
    made, pdf = _made(tmp_path, lambda pdf: _layers(pdf, off=True), LAYERED)
    with pdf:
        words = [str(step.operator) for step in pikepdf.parse_content_stream(pdf.pages[0])]
        assert _taken(made)["layers"] == 1
        assert "/OCProperties" not in pdf.Root
        assert words.count("S") == 2
        assert words.count("RG") == 1
        assert not any(isinstance(item, Dictionary) and item.get("/Type") == Name.OCG for item in pdf.objects)


def test_layers_that_are_shown_stay_and_cannot_be_switched(tmp_path):
    _, pdf = _made(tmp_path, lambda pdf: _layers(pdf, off=False), LAYERED)
    with pdf:
        words = [str(step.operator) for step in pikepdf.parse_content_stream(pdf.pages[0])]
        assert words.count("S") == 3
        assert "/OCProperties" not in pdf.Root


def test_objects_nobody_refers_to_do_not_survive(tmp_path):
    source = given.sheet(tmp_path / "in.pdf", size=A4)
    content = source.read_bytes()
    cut = content.rindex(b"xref\n", 0, content.rindex(b"startxref"))
    start = len(content)
    hidden = b"77 0 obj\n<< /Length 12 >>\nstream\nforged sheet\nendstream\nendobj\n"
    table = b"xref\n77 1\n%010d 00000 n \ntrailer\n" % start
    trailer = content[content.index(b"trailer", cut) + 7 : content.rindex(b"startxref")].strip()
    trailer = trailer[:-2] + b" /Prev %d >>" % cut
    source.write_bytes(
        content + hidden + table + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % (start + len(hidden))
    )
    made = make_ready(source, tmp_path / "out.pdf")
    assert _taken(made)["unreferenced"] == 1
    assert b"forged" not in (tmp_path / "out.pdf").read_bytes()


@pytest.mark.parametrize("what", ["encrypted", "external", "postscript", "damaged", "sealed"])
def test_what_cannot_be_made_harmless_is_refused_in_both_languages(tmp_path, what):
    source, code = tmp_path / "in.pdf", "pdf-cannot-be-made-harmless"
    given.sheet(source, size=A4)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        if what in {"external", "postscript"}:
            form = pdf.make_stream(b"")
            form.Subtype = Name.PS if what == "postscript" else Name.Form
            pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=form))
            if what == "external":
                form.F = Dictionary(Type=Name.Filespec, F=String("other.pdf"))
        lock = pikepdf.Encryption(owner="a", user="b") if what == "encrypted" else None
        pdf.save(source, encryption=lock or False)
    if what == "damaged":
        source.write_bytes(b"%PDF-1.7\nnothing")
    if what == "sealed":
        source.write_bytes(place_fields(source.read_bytes(), given.fields([SealKind.ISSUE])))
        given.desk(Level.B).seal(source, source, Act("issue-0"))
        code = "pdf-already-sealed"
    with pytest.raises(Refused) as refused:
        make_ready(source, tmp_path / "out.pdf")
    assert refused.value.code == code
    assert not (tmp_path / "out.pdf").exists()


def test_a_file_only_its_owner_may_change_is_opened_and_said_so(tmp_path):
    source = given.sheet(tmp_path / "in.pdf", size=A4)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        pdf.save(source, encryption=pikepdf.Encryption(owner="secret", user=""))
    made = make_ready(source, tmp_path / "out.pdf")
    assert _taken(made)["encryption"] == 1
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        assert not pdf.is_encrypted


def test_equal_input_gives_equal_bytes_and_is_ready_already(tmp_path):
    source = _pdf(tmp_path / "in.pdf", lambda pdf: _layers(pdf, off=True), LAYERED)
    first, again = make_ready(source, tmp_path / "1.pdf"), make_ready(source, tmp_path / "2.pdf")
    assert first == again
    assert make_ready(tmp_path / "1.pdf", tmp_path / "3.pdf").taken == ()


@pytest.mark.parametrize(
    "name", ["K1.1_VUNDAMENDITALDMIKE_PLAAN.pdf", "TRN_PP_AR-7-10_V01_Magamistoa-terrass.pdf"]
)
def test_a_real_sheet_made_ready_takes_seals(tmp_path, name):
    made = make_ready(sample("annex", "pdf", name), tmp_path / "out.pdf")
    assert "layers" in _taken(made)
    path = tmp_path / "out.pdf"
    path.write_bytes(place_fields(path.read_bytes(), given.fields([SealKind.ISSUE, SealKind.REVIEW])))
    for field in ("issue-0", "review-1"):
        given.desk(Level.T).seal(path, path, Act(field))
    given.all_hold(path.read_bytes(), Level.T, ["issue-0", "review-1"])


def test_everything_that_is_taken_out_has_words():
    for label in TAKEN_LABELS.values():
        assert all(label.in_(language) for language in LANGUAGES)


def test_a_hidden_image_goes_and_fonts_the_file_lacks_are_named(tmp_path):
    def change(pdf) -> None:
        _layers(pdf, off=True)
        image = pdf.make_stream(bytes(range(256)))
        image.Subtype, image.Width, image.Height, image.BitsPerComponent = Name.Image, 16, 16, 8
        image.ColorSpace, image.OC = Name.DeviceGray, pdf.Root.OCProperties.OCGs[1]
        pdf.pages[0].Resources.XObject = Dictionary(I=image)
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        pdf.pages[0].Resources.Font = Dictionary(F=pdf.make_indirect(font))

    content = LAYERED + b"q 200 0 0 200 100 100 cm /I Do Q BT /F 20 Tf 60 60 Td (text) Tj ET"
    made, pdf = _made(tmp_path, change, content)
    with pdf:
        assert pdf.pages[0].Resources.XObject.I.Subtype == Name.Form
        assert pdf.pages[0].Resources.XObject.I.read_bytes() == b""
    assert made.loose_fonts == ("Helvetica",)


@pytest.mark.parametrize("where", ["Resources", "Contents", "Annots"])
def test_a_number_where_a_dictionary_belongs_on_a_page_does_no_harm(tmp_path, where):
    def change(pdf) -> None:
        pdf.pages[0].obj[f"/{where}"] = 7
        pdf.Root.OCProperties = Dictionary(OCGs=Array([]), D=Dictionary())

    made, pdf = _made(tmp_path, change)
    with pdf:
        assert _taken(made) == {"layers": 1}


def test_a_number_where_the_layers_belong_is_refused(tmp_path):
    def change(pdf) -> None:
        pdf.Root.OCProperties = 7

    with pytest.raises(Refused) as refused:
        _made(tmp_path, change)
    assert refused.value.code == "pdf-cannot-be-made-harmless"
    assert not (tmp_path / "out.pdf").exists()
