"""Noto Sans SC, cut down to the characters of one document and embedded as a CID font (ISO 32000-1, 9.7)."""

import io
from collections.abc import Iterable
from functools import lru_cache

import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Stream
from pylopdf_fonts_zh_cn import sans_path

FONT_NAME = "ONESET+NotoSansSC-Regular"


@lru_cache(maxsize=1)
def _source() -> tuple[bytes, dict[int, int], dict[int, int]]:
    """The font file, the CID of each character and the advance of each CID in thousandths of the em."""
    content = sans_path().read_bytes()
    font = TTFont(io.BytesIO(content), lazy=True)
    advances = font["hmtx"].metrics
    cids = {code: int(name[3:]) for code, name in font.getBestCmap().items()}
    names = set(font.getBestCmap().values())
    return content, cids, {int(name[3:]): advances[name][0] for name in names}


def has(char: str) -> bool:
    """True when the font can show a character."""
    return ord(char) in _source()[1]


def cid_of(char: str) -> int:
    """The CID of a character. Raises KeyError for one the font lacks: a box on a drawing is a wrong drawing."""
    return _source()[1][ord(char)]


@lru_cache(maxsize=8192)
def advance(text: str) -> float:
    """The width of a line at font size 1, unsqueezed."""
    _, cids, widths = _source()
    return sum(widths[cids[ord(c)]] for c in text) / 1000


@lru_cache(maxsize=8)
def _subset(chars: frozenset[str]) -> bytes:
    """The bare CFF table with just these characters; the CIDs stay what they were.

    Kept for a few sets: cutting takes a second of CPU, and a sheet and its next revision need the same letters.
    """
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"]
    font = TTFont(io.BytesIO(_source()[0]), lazy=True, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(c) for c in chars])
    cutter.subset(font)
    out = io.BytesIO()
    font.save(out)
    return bytes(TTFont(io.BytesIO(out.getvalue()), lazy=True).getTableData("CFF "))


def _to_unicode(pairs: Iterable[tuple[int, str]]) -> bytes:
    """The CMap that lets readers copy and search the text."""
    lines = [f"<{cid:04x}> <{char.encode('utf-16-be').hex()}>" for cid, char in pairs]
    chunks = [lines[i : i + 100] for i in range(0, len(lines), 100)]
    body = "\n".join(f"{len(c)} beginbfchar\n" + "\n".join(c) + "\nendbfchar" for c in chunks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()


def embed(pdf: pikepdf.Pdf, chars: frozenset[str]) -> Dictionary:
    """A Type 0 font object in the PDF that can show these characters."""
    _, cids, widths = _source()
    pairs = sorted((cids[ord(c)], c) for c in chars)
    program = Stream(pdf, _subset(chars))
    program[Name.Subtype] = Name.CIDFontType0C
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/" + FONT_NAME),
        Flags=4,
        FontBBox=Array([-1000, -1050, 2930, 1810]),
        ItalicAngle=0,
        Ascent=880,
        Descent=-120,
        CapHeight=733,
        StemV=80,
        FontFile3=pdf.make_indirect(program),
    )
    w = Array()
    for cid, _char in pairs:
        w.extend(Array([cid, Array([widths[cid]])]))
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0,
        BaseFont=Name("/" + FONT_NAME),
        CIDSystemInfo=Dictionary(
            Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
        ),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=1000,
        W=w,
    )
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name("/" + FONT_NAME),
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(descendant)]),
        ToUnicode=Stream(pdf, _to_unicode(pairs)),
    )
    return pdf.make_indirect(font)  # type: ignore[return-value,unused-ignore]
