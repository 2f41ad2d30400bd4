"""Recordings of layouts -> ``view.pdf``: vectors, one PDF layer per DXF layer, hidden searchable text.

Content is written in hundredths of a point (3.5 um) as whole numbers. Letters are drawn as outlines, so that nothing
depends on a font, and lie again as invisible text (render mode 3) in a font without a file whose codes map to
Unicode: that is what search and copying find.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from viewers.render.cad_pdf_content import PageContent
from viewers.render.cad_pdf_file import PdfFile, number, ref_list, text_string
from viewers.render.cad_text import PlacedText
from viewers.render.manifest import UM_PER_POINT

_CODES_PER_BLOCK = 100


@dataclass
class PdfSheet:
    """A finished page of the view."""

    content: PageContent
    width_um: int
    height_um: int
    texts: Sequence[PlacedText] = field(default_factory=list)
    """In um of the page."""


class HiddenFont:
    """A Type 0 font without a file: codes 1, 2, 3, ... in order of first use, each with its Unicode value."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def encode(self, text: str) -> bytes:
        """Hexadecimal codes of a text."""
        codes = (self._codes.setdefault(char, len(self._codes) + 1) for char in text)
        return "".join(f"{code:04x}" for code in codes if code < 0xFFFF).encode("ascii")

    def fill(self, pdf: PdfFile, number_of_font: int) -> None:
        """Give the reserved object its font, with descriptor and map to Unicode."""
        descriptor = pdf.add(
            b"<</Type/FontDescriptor/FontName/OneSetHidden/Flags 4/FontBBox[0 -200 1000 900]"
            b"/ItalicAngle 0/Ascent 900/Descent -200/CapHeight 733/StemV 80>>"
        )
        descendant = pdf.add(
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont/OneSetHidden/CIDToGIDMap/Identity/DW 1000"
            b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R>>"
            % descriptor
        )
        to_unicode = pdf.add_stream(self._to_unicode())
        pdf.fill(
            number_of_font,
            b"<</Type/Font/Subtype/Type0/BaseFont/OneSetHidden/Encoding/Identity-H"
            b"/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>" % (descendant, to_unicode),
        )

    def _to_unicode(self) -> bytes:
        lines = [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /OneSet def /CMapType 2 def",
            "1 begincodespacerange <0000> <ffff> endcodespacerange",
        ]
        pairs = [(code, char) for char, code in self._codes.items() if code < 0xFFFF]
        for start in range(0, len(pairs), _CODES_PER_BLOCK):
            block = pairs[start : start + _CODES_PER_BLOCK]
            lines.append(f"{len(block)} beginbfchar")
            lines.extend(f"<{c:04x}> <{char.encode('utf-16-be', 'replace').hex()}>" for c, char in block)
            lines.append("endbfchar")
        lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
        return "\n".join(lines).encode("ascii")


def write_pdf(path: Path, sheets: Iterable[PdfSheet], title: str = "") -> None:
    """Write the view; nothing of time or place goes into it, so that equal sheets are equal bytes."""
    pdf = PdfFile()
    pages_number = pdf.reserve()
    font_number = pdf.reserve()
    font = HiddenFont()
    groups: dict[str, int] = {}
    pages = [_add_page(pdf, sheet, pages_number, font, font_number, groups) for sheet in sheets]
    font.fill(pdf, font_number)
    pdf.fill(pages_number, b"<</Type/Pages/Kids%s/Count %d>>" % (ref_list(pages), len(pages)))
    layers = ref_list(list(groups.values()))
    root = pdf.add(
        b"<</Type/Catalog/Pages %d 0 R/OCProperties<</OCGs%s/D<</Order%s/ON%s>>>>>>"
        % (pages_number, layers, layers, layers)
    )
    info = pdf.add(b"<</Producer(OneSet)/Title%s>>" % text_string(title))
    pdf.write(path, root, info)


def _add_page(
    pdf: PdfFile, sheet: PdfSheet, parent: int, font: HiddenFont, font_number: int, groups: dict[str, int]
) -> int:
    content = sheet.content
    for layer in content.layers:
        if layer not in groups:
            groups[layer] = pdf.add(b"<</Type/OCG/Name%s>>" % text_string(layer))
    stream = pdf.add_stream(content.stream + _hidden_text(sheet.texts, font))
    layers = b"".join(b"/L%d %d 0 R" % (n, groups[layer]) for n, layer in enumerate(content.layers))
    states = b"".join(
        b"/G%d<</CA %s/ca %s>>" % (alpha, number(alpha / 255), number(alpha / 255))
        for alpha in content.alphas
    )
    images = b"".join(
        b"/I%d %d 0 R" % (n, _add_image(pdf, pixels)) for n, pixels in enumerate(content.images)
    )
    resources = b"<</Font<</F %d 0 R>>/Properties<<%s>>/ExtGState<<%s>>/XObject<<%s>>>>" % (
        font_number, layers, states, images,
    )  # fmt: skip
    box = b"[0 0 %s %s]" % (number(sheet.width_um / UM_PER_POINT), number(sheet.height_um / UM_PER_POINT))
    return pdf.add(
        b"<</Type/Page/Parent %d 0 R/MediaBox%s/Contents %d 0 R/Resources%s>>"
        % (parent, box, stream, resources)
    )


def _add_image(pdf: PdfFile, pixels: npt.NDArray[np.uint8]) -> int:
    height, width = pixels.shape[:2]
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8" % (width, height)
    mask = b""
    if (pixels[:, :, 3] != 255).any():
        alpha = pdf.add_stream(
            np.ascontiguousarray(pixels[:, :, 3]).tobytes(), head + b"/ColorSpace/DeviceGray"
        )
        mask = b"/SMask %d 0 R" % alpha
    rgb = np.ascontiguousarray(pixels[:, :, :3]).tobytes()
    return pdf.add_stream(rgb, head + b"/ColorSpace/DeviceRGB" + mask)


def _hidden_text(texts: Sequence[PlacedText], font: HiddenFont) -> bytes:
    """Each run stretched over the width it is drawn with; its em is the height of capitals over 0.733."""
    if not texts:
        return b""
    out = [b"BT 3 Tr /F 1 Tf\n"]
    scale = 1 / UM_PER_POINT
    for text in texts:
        count = max(1, len(text.text))
        ax, ay = (text.end[0] - text.start[0]) / count, (text.end[1] - text.start[1]) / count
        ux, uy = (text.top[0] - text.start[0]) / 0.733, (text.top[1] - text.start[1]) / 0.733
        values = (ax, ay, ux, uy, *text.start)
        matrix = b" ".join(number(value * scale) for value in values)
        out.append(b"%s Tm <%s> Tj\n" % (matrix, font.encode(text.text)))
    out.append(b"ET\n")
    return b"".join(out)
