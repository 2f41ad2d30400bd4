"""Small real drawings, made on the spot."""

from io import BytesIO

import pikepdf


def small_pdf(text: str, *, pages: int = 1, stamp: int = 0, ballast: bytes = b"") -> bytes:
    """A real A4 sheet with a frame and one line of text, each on a layer.

    ``stamp`` makes the bytes differ, ``ballast`` makes them more.
    """
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
        )
        groups = [
            pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String(name)))
            for name in ("frame", "text")
        ]
        layers = pikepdf.Dictionary(L0=groups[0], L1=groups[1])
        pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=groups, D=pikepdf.Dictionary(Order=groups))
        for number in range(pages):
            shown = "".join(c if 32 <= ord(c) < 127 else "?" for c in text)
            safe = shown.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            frame = "/OC /L0 BDC 1 w 28 28 786 539 re S EMC"
            words = f"/OC /L1 BDC BT /F1 14 Tf 60 {300 + number} Td ({safe} {stamp}) Tj ET EMC"
            content = f"{frame} {words}"
            page = pikepdf.Dictionary(
                Type=pikepdf.Name.Page,
                MediaBox=[0, 0, 842, 595],
                Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font), Properties=layers),
                Contents=pdf.make_stream(content.encode()),
            )
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
        if ballast:
            pdf.Root.Ballast = pdf.make_stream(ballast)
        out = BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()
