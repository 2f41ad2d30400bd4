"""PDF files made by the tests, byte by byte where it matters."""

import zlib
from functools import cache
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name

MM = 72 / 25.4


def write_pdf(
    path: Path, *contents: str | bytes, size=(594 * MM, 420 * MM), rotate=0, crop=None, edit=None
) -> Path:
    """One page per content stream, with Helvetica as /F1; ``edit(pdf)`` may change all before it is saved."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    )
    for content in contents:
        page = pdf.add_blank_page()
        page.MediaBox = Array([0, 0, *size])
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        page.Contents = pdf.make_stream(content.encode("latin-1") if isinstance(content, str) else content)
        if rotate:
            page.Rotate = rotate
        if crop:
            page.CropBox = Array(crop)
    if edit:
        edit(pdf)
    pdf.save(path, deterministic_id=True)
    return path


def text_at(x_mm: float, y_mm: float, text: str, size: float = 12, turn: str = "1 0 0 1") -> str:
    return f"BT /F1 {size} Tf {turn} {x_mm * MM:.3f} {y_mm * MM:.3f} Tm ({text}) Tj ET\n"


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{x0 * MM:.4f} {y0 * MM:.4f} m {x1 * MM:.4f} {y1 * MM:.4f} l S\n"


def raw_pdf(*objects: bytes, root: int = 1) -> bytes:
    """A file from numbered objects, with a correct cross-reference table; for what no library will write."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer <</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, start)
    return bytes(out)


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<</Length %d%b>>stream\n%b\nendstream" % (len(data), extra, data)


def one_page(content: bytes, extra: bytes = b"", box: bytes = b"[0 0 842 595]") -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox %b/Contents 4 0 R/Resources<<>>>>" % box
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream(content, extra)
    )


def deflate_bomb() -> bytes:
    """A content stream of one repeated operator, twice deflated: a few kilobytes that unfold to gigabytes."""
    return one_page(_twice_deflated(), b"/Filter[/FlateDecode/FlateDecode]")


def form_bomb() -> bytes:
    """The same, hidden in a form that the page draws."""
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>"
    )
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Filter[/FlateDecode/FlateDecode]"
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page,
        stream(b"/F Do"),
        stream(_twice_deflated(), form),
    )


@cache
def _twice_deflated(gigabytes: int = 4) -> bytes:
    """After a full flush the same piece deflates to the same bytes: it is deflated once and repeated."""
    piece, count = b"0 0 m 9 9 l S\n" * 80_000, gigabytes * 1000
    inner = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = inner.compress(piece) + inner.flush(zlib.Z_FULL_FLUSH)
    check = 1
    for _ in range(count):
        check = zlib.adler32(piece, check)
    once = b"\x78\xda" + block * count + inner.flush() + check.to_bytes(4, "big")
    return zlib.compress(once, 9)


def nested_pages(depth: int) -> bytes:
    """A page tree that goes down ``depth`` levels before its one page."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>"]
    objects += [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (i + 3) for i in range(depth)]
    objects.append(b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 842 595]>>" % (depth + 1))
    return raw_pdf(*objects)


def many_pages(levels: int = 8, width: int = 10) -> bytes:
    """A page tree whose nodes name the same child again and again: a few objects, ``width ** levels`` pages."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>"]
    for i in range(levels):
        kids = b"%d 0 R " % (i + 3) * width
        objects.append(b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, width ** (levels - i)))
    objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]>>")
    return raw_pdf(*objects)


def add_layers(pdf, **layers: bool) -> None:
    """Layers by name; the content of page 0 can use /L0, /L1, ... as properties."""
    groups = [pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String(name))) for name in layers]
    off = [g for g, is_on in zip(groups, layers.values(), strict=True) if not is_on]
    pdf.Root.OCProperties = Dictionary(OCGs=Array(groups), D=Dictionary(OFF=Array(off), Order=Array(groups)))
    for page in pdf.pages:
        page.Resources.Properties = Dictionary({f"/L{i}": g for i, g in enumerate(groups)})


def add_field(pdf, page, kind: str, rect, appearance: bytes, name="seal", value=None):
    """A form field with one widget whose look is ``appearance``."""
    form = pikepdf.Stream(pdf, appearance)
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox = Array([0, 0, rect[2] - rect[0], rect[3] - rect[1]])
    field = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name(kind),
        T=pikepdf.String(name),
        Rect=Array(rect),
        F=4,
        AP=Dictionary(N=pdf.make_indirect(form)),
        P=page.obj,
    )
    if value is not None:
        field.V = value
    field = pdf.make_indirect(field)
    page.obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
