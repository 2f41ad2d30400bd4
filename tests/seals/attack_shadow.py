"""Shadow attacks: prepared before the seal, switched after."""

import re

import pikepdf
from pikepdf import Array, Dictionary
from pikepdf import Name as PdfName
from pyhanko.pdf_utils import generic

from tests.seals.attack_after import CHANGED, FILLED, field_look, new_font
from tests.seals.attack_tools import (
    Victim,
    Writer,
    attack,
    later,
    page_of,
)  # fmt: skip
from tests.seals.makers import DRAWING, sheet


@attack("shadow", CHANGED)
def hide_by_annotation(v: Victim) -> bytes:
    """The sealer saw a cover with harmless words; afterwards it is hidden and the true words show."""

    def prepare(pdf: pikepdf.Pdf) -> None:
        look = pdf.make_stream(b"1 1 1 rg 0 0 300 60 re f 0 g 10 10 80 20 re f")
        look.update(Dictionary(Type=PdfName.XObject, Subtype=PdfName.Form, BBox=Array([0, 0, 300, 60])))
        cover = Dictionary(
            Type=PdfName.Annot,
            Subtype=PdfName.Square,
            F=4,
            Rect=Array([490, 490, 790, 550]),
            AP=Dictionary(N=look),
        )
        pdf.pages[0].obj.Annots.append(pdf.make_indirect(cover))

    def hide(w: Writer) -> None:
        cover = page_of(w)["/Annots"].raw_get(1).get_object()
        cover["/F"] = generic.NumberObject(2)
        w.update_container(cover)

    return later(v.desk.seal(sheet(prepare), certify=True), hide)


@attack("shadow", CHANGED)
def hide_by_picture(v: Victim) -> bytes:
    def prepare(pdf: pikepdf.Pdf) -> None:
        look = pdf.make_stream(b"1 1 1 rg 0 0 300 60 re f")
        look.update(Dictionary(Type=PdfName.XObject, Subtype=PdfName.Form, BBox=Array([0, 0, 300, 60])))
        page = pdf.pages[0].obj
        page.Resources.XObject = Dictionary(Cover=pdf.make_indirect(look))
        page.Contents = pdf.make_stream(page.Contents.read_bytes() + b" q 1 0 0 1 490 490 cm /Cover Do Q")

    def hide(w: Writer) -> None:
        cover = w.root["/Pages"]["/Kids"].raw_get(0).get_object()["/Resources"]["/XObject"]["/Cover"]
        cover._data, cover._encoded_data = b" ", None
        w.update_container(cover)

    return later(v.desk.seal(sheet(prepare), certify=True), hide)


@attack("shadow", CHANGED)
def replace_by_font(v: Victim) -> bytes:
    return later(v.two, new_font)


@attack("shadow", FILLED)
def replace_by_field(v: Victim) -> bytes:
    """The field shows one text and holds another; afterwards its look is made from what it holds."""

    def prepare(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm.Fields[0].V = pikepdf.String("C15 slab 80 mm")

    return later(v.desk.seal(sheet(prepare)), field_look)


def _two_faces(pdf: pikepdf.Pdf) -> None:
    """A second content lies unused in the file that is sealed."""
    hidden = pdf.make_stream(DRAWING.replace(b"C30 slab 120", b"C15 slab  80"))
    pdf.Root.PieceInfo = Dictionary(X=Dictionary(LastModified=pikepdf.String("D:20260101"), Private=hidden))


@attack("shadow", CHANGED)
def hide_and_replace_by_reference(v: Victim) -> bytes:
    def switch(w: Writer) -> None:
        page_of(w)["/Contents"] = w.root["/PieceInfo"]["/X"].raw_get("/Private")

    return later(v.desk.seal(sheet(_two_faces), certify=True), switch)


@attack("shadow", CHANGED + " unreadable contents-moved")
def hide_and_replace_by_table(v: Victim) -> bytes:
    """Nothing new but a table that sends the number of the content to the hidden bytes."""
    import io  # noqa: PLC0415

    data = v.desk.seal(sheet(_two_faces), certify=True)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        number = pdf.pages[0].obj.Contents.objgen[0]
        hidden = pdf.Root.PieceInfo.X.Private.objgen[0]
    place = re.search(rb"[\r\n]%d 0 obj" % hidden, data).start() + 1  # type: ignore[union-attr]
    trailer = data[data.rindex(b"trailer") : data.rindex(b"startxref")]
    start = data[data.rindex(b"startxref") + 9 : data.rindex(b"%%EOF")].strip()
    trailer = re.sub(rb"/Prev\s+\d+", b"/Prev " + start, trailer)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, place)
    return data + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(data)
