"""Text of a PDF knows on which layer it lies."""

from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name

from viewers.render.inspect import inspect_file
from viewers.render.manifest import runs_from_json


def layered(names: list[str], content: str) -> bytes:
    """A page with layers L0, L1 ... and a font."""
    with pikepdf.new() as pdf:
        groups = [pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String(name))) for name in names]
        pdf.Root.OCProperties = Dictionary(OCGs=Array(groups), D=Dictionary(OFF=Array(groups[-1:])))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        resources = Dictionary(
            Font=Dictionary(F1=pdf.make_indirect(font)),
            Properties=Dictionary({f"/L{n}": group for n, group in enumerate(groups)}),
        )
        page = Dictionary(
            Type=Name.Page,
            MediaBox=[0, 0, 842, 595],
            Resources=resources,
            Contents=pdf.make_stream(content.encode()),
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
        out = BytesIO()
        pdf.save(out)
        return out.getvalue()


def runs_of(tmp_path, names: list[str], content: str) -> dict[str, str | None]:
    source = tmp_path / "in.pdf"
    source.write_bytes(layered(names, content))
    (tmp_path / "out").mkdir()
    page = inspect_file(source, tmp_path / "out", has_tiles=False).pages[0]
    runs = runs_from_json((tmp_path / "out" / "text" / "0.json").read_text("utf-8"))
    return {r.text: page.layers[r.layer].name if r.layer >= 0 else None for r in runs}


def words(text: str, y: int, x: int = 60) -> str:
    return f"BT /F1 14 Tf {x} {y} Td ({text}) Tj ET"


def test_each_run_is_on_the_layer_that_is_marked_around_it(tmp_path):
    content = (
        f"/OC /L0 BDC {words('AXIS', 500)} EMC /OC /L1 BDC {words('NOTE', 400)} EMC {words('FREE', 300)}"
    )
    assert runs_of(tmp_path, ["轴线", "说明"], content) == {"AXIS": "轴线", "NOTE": "说明", "FREE": None}


def test_the_innermost_mark_counts_and_a_run_over_two_layers_is_on_none(tmp_path):
    content = (
        f"/OC /L0 BDC /OC /L1 BDC {words('INNER', 500)} EMC EMC "
        f"/OC /L0 BDC {words('KZ', 400)} EMC /OC /L1 BDC {words('-1', 400, 80)} EMC"
    )
    assert runs_of(tmp_path, ["a", "b"], content) == {"INNER": "b", "KZ-1": None}


def test_two_layers_of_one_name_cannot_be_told_apart(tmp_path):
    content = f"/OC /L0 BDC {words('ONE', 500)} EMC /OC /L2 BDC {words('TWO', 400)} EMC"
    assert runs_of(tmp_path, ["x", "x", "y"], content) == {"ONE": None, "TWO": "y"}
