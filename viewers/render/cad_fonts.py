"""Letters for drawings: Noto Sans SC for every style, on every machine alike.

CAD files name fonts and do not carry them (romans.shx, hztxt.shx, Arial). Letters are drawn from one bundled open
font (``pylopdf-fonts-zh-cn``, SIL OFL 1.1), so that a view made twice, or elsewhere, is the same view; fonts that the
uploader sends along (.ttf, .otf, .ttc) are used for the styles that name them, glyph by glyph, with Noto for what
they lack. In styles of SHX fonts hanzi are drawn as high as capital letters, as big fonts do.
"""

from __future__ import annotations

import importlib.resources
import io
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PureWindowsPath

from ezdxf.addons.drawing.text_renderer import TextRenderer
from ezdxf.fonts.font_face import FontFace
from ezdxf.fonts.font_measurements import FontMeasurements
from ezdxf.fonts.fonts import AbstractFont, FontRenderType
from ezdxf.fonts.ttfonts import TTFontRenderer
from ezdxf.math import Matrix44
from ezdxf.npshapes import NumpyPath2d
from fontTools.ttLib import TTFont

FONT_NAME = "Noto Sans SC"
_FONT_SUFFIXES = {".ttf", ".otf", ".ttc"}
_NARROW = 0.82
"""Width of Arial Narrow over that of Arial."""
_ARIAL_CAP = 716
_ARIAL_FILES = {"arial.ttf", "helvetica.ttf"}
_ARIAL_WIDTHS = dict(
    zip(
        map(chr, range(32, 127)),
        (
            *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),
            *(556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556),
            *(1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778),
            *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556),
            *(333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556),
            *(556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584),
        ),
        strict=True,
    )
)
"""Advances of Arial in thousandths of an em, which are those of Helvetica (Adobe Font Metrics of the base fonts)."""
_IDEOGRAPH_TOP, _IDEOGRAPH_BOTTOM = 0.88, -0.12
"""The square of an ideograph of Noto Sans SC, in em."""


@cache
def noto() -> TTFontRenderer:
    """The outlines of Noto Sans SC Regular."""
    resource = importlib.resources.files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf"
    # Read whole: children forked from one process would share the place in an open file.
    return TTFontRenderer(TTFont(io.BytesIO(resource.read_bytes()), lazy=True))


class NotoGlyphs(TTFontRenderer):
    """Noto Sans SC; ``flat`` draws ideographs as high as capitals, as SHX big fonts do; ``narrow`` condenses."""

    def __init__(self, *, flat: bool, narrow: bool = False) -> None:
        self._flat = flat
        self._stretch = _NARROW if narrow else 1.0
        shared = noto()
        super().__init__(shared.font)
        self._scale = shared.font_measurements.cap_height / 1000 / (_IDEOGRAPH_TOP - _IDEOGRAPH_BOTTOM)

    def get_glyph_path(self, char: str) -> NumpyPath2d:
        """The raw outline of a character."""
        path = super().get_glyph_path(char)
        if self._flat and is_ideograph(char):
            lift = -_IDEOGRAPH_BOTTOM * 1000 * self._scale
            path.transform_inplace(
                Matrix44.scale(self._scale, self._scale, 1) @ Matrix44.translate(0, lift, 0)
            )
        if self._stretch != 1:
            path.transform_inplace(Matrix44.scale(self._stretch, 1, 1))
        return path

    def get_glyph_width(self, char: str) -> float:
        """The raw advance of a character."""
        width = super().get_glyph_width(char) * self._stretch
        return width * self._scale * 1.08 if self._flat and is_ideograph(char) else width


class ArialGlyphs(NotoGlyphs):
    """Noto Sans SC as wide as Arial: else paragraphs break into more lines than on the plot and run over what follows."""

    def __init__(self) -> None:
        self._ratio = noto().font_measurements.cap_height / _ARIAL_CAP
        super().__init__(flat=False)

    def get_glyph_path(self, char: str) -> NumpyPath2d:
        """The raw outline of a character."""
        path = super().get_glyph_path(char)
        wanted, drawn = self.get_glyph_width(char), super().get_glyph_width(char)
        if wanted != drawn and drawn:
            path.transform_inplace(Matrix44.scale(wanted / drawn, 1, 1))
        return path

    def get_glyph_width(self, char: str) -> float:
        """The raw advance of a character; letters with accents are as wide as without."""
        width = _ARIAL_WIDTHS.get(unicodedata.normalize("NFD", char)[:1])
        return super().get_glyph_width(char) if width is None else width * self._ratio


class CompanionGlyphs(TTFontRenderer):
    """A font sent along with the drawing; what it lacks comes from Noto Sans SC at the same height of capitals."""

    def __init__(self, path: Path) -> None:
        super().__init__(TTFont(str(path), lazy=True, fontNumber=0))
        height = noto().font_measurements.cap_height
        self._from_noto = self.font_measurements.cap_height / height

    def get_glyph_path(self, char: str) -> NumpyPath2d:
        """The raw outline of a character."""
        if ord(char) in self.cmap or not hasattr(self, "_from_noto"):
            return super().get_glyph_path(char)
        path = noto().get_glyph_path(char)
        path.transform_inplace(Matrix44.scale(self._from_noto, self._from_noto, 1))
        return path

    def get_glyph_width(self, char: str) -> float:
        """The raw advance of a character."""
        if ord(char) in self.cmap or not hasattr(self, "_from_noto"):
            return super().get_glyph_width(char)
        return noto().get_glyph_width(char) * self._from_noto


class SheetFont(AbstractFont):
    """A font as ezdxf wants it, at a height of capitals (1 unless said)."""

    font_render_type = FontRenderType.OUTLINE

    def __init__(self, glyphs: TTFontRenderer, cap_height: float = 1.0, width_factor: float = 1.0) -> None:
        self.glyphs = glyphs
        self.cap_height = cap_height
        self.width_factor = width_factor
        super().__init__(glyphs.font_measurements.scale(glyphs.get_scaling_factor(cap_height)))

    def sized(self, cap_height: float, width_factor: float) -> SheetFont:
        """The same letters at another size."""
        return SheetFont(self.glyphs, cap_height, width_factor)

    def text_width(self, text: str) -> float:
        """Width at the size of the font."""
        return self.text_width_ex(text, self.cap_height, self.width_factor)

    def text_width_ex(self, text: str, cap_height: float, width_factor: float = 1.0) -> float:
        """Width at the given height of capitals."""
        return self.glyphs.get_text_length(text, cap_height, width_factor) if text.strip() else 0.0

    def space_width(self) -> float:
        """Width of a space at the size of the font."""
        return self.glyphs.space_width * self.glyphs.get_scaling_factor(self.cap_height) * self.width_factor

    def text_path(self, text: str) -> NumpyPath2d:
        """Outline at the size of the font."""
        return self.text_path_ex(text, self.cap_height, self.width_factor)

    def text_path_ex(self, text: str, cap_height: float, width_factor: float = 1.0) -> NumpyPath2d:
        """Outline at the given height of capitals."""
        return self.glyphs.get_text_path(text, cap_height, width_factor)

    def text_glyph_paths(self, text: str, cap_height: float, width_factor: float = 1.0) -> list[NumpyPath2d]:
        """Outlines of the characters."""
        return self.glyphs.get_text_glyph_paths(text, cap_height, width_factor)


class SheetTextEngine(TextRenderer):
    """Resolves the font a style names; remembers the names that had to be replaced."""

    def __init__(self, companions: Mapping[str, Path]) -> None:
        self._files = {
            base_name(name): path
            for name, path in companions.items()
            if Path(base_name(name)).suffix in _FONT_SUFFIXES
        }
        self._fonts: dict[str, SheetFont] = {}
        self.replaced: set[str] = set()

    def get_font(self, font_face: FontFace) -> SheetFont:
        """The font of a face; every face has one."""
        name = _file_name(font_face)
        found = self._files.get(name)
        narrow = "narrow" if "narrow" in name or "condensed" in name else ""
        kind = "arial" if name in _ARIAL_FILES else narrow
        key = name if found else ("shx" if name.endswith(".shx") else kind)
        font = self._fonts.get(key)
        if font is None:
            font = self._fonts[key] = self._open(found, key)
        return font

    def note_used(self, font_face: FontFace | None) -> None:
        """Remember that text was drawn in this face."""
        name = _file_name(font_face) if font_face is not None else ""
        if name and name not in self._files:
            self.replaced.add(name)

    def _open(self, path: Path | None, kind: str) -> SheetFont:
        if path is not None:
            try:
                return SheetFont(CompanionGlyphs(path))
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001 - a broken font is a missing font
                self._files = {name: file for name, file in self._files.items() if file != path}
        if kind == "arial":
            return SheetFont(ArialGlyphs())
        return SheetFont(NotoGlyphs(flat=kind == "shx", narrow=kind == "narrow"))

    def is_stroke_font(self, font_face: FontFace) -> bool:  # noqa: ARG002
        """All letters are filled outlines."""
        return False

    def get_font_measurements(self, font_face: FontFace, cap_height: float = 1.0) -> FontMeasurements:
        """Measurements at the given height of capitals."""
        return self.get_font(font_face).measurements.scale(cap_height)

    def get_text_path(self, text: str, font_face: FontFace, cap_height: float = 1.0) -> NumpyPath2d:
        """Outline of a text."""
        return self.get_font(font_face).text_path_ex(text, cap_height)

    def get_text_glyph_paths(
        self, text: str, font_face: FontFace, cap_height: float = 1.0
    ) -> list[NumpyPath2d]:
        """Outlines of the characters of a text."""
        return self.get_font(font_face).text_glyph_paths(text, cap_height)

    def get_text_line_width(self, text: str, font_face: FontFace, cap_height: float = 1.0) -> float:
        """Width of a text."""
        return self.get_font(font_face).text_width_ex(text, cap_height)


def base_name(path: str) -> str:
    r"""The last part of a path of any system, in small letters: ``..\Fonts\HZTXT.SHX`` -> ``hztxt.shx``."""
    return unicodedata.normalize("NFC", PureWindowsPath(path.replace("/", "\\")).name).lower()


def _file_name(face: FontFace) -> str:
    """The file a face names; formatted text names families: ``Arial`` is taken for ``arial.ttf``."""
    return base_name(face.filename) or _family_file(face.family)


def _family_file(family: str) -> str:
    name = family.lower()
    return name if not name or "." in name else f"{name}.ttf"


def is_ideograph(char: str) -> bool:
    """Tell whether a character fills the square of a hanzi (also full-width punctuation)."""
    return char > "\u2e7f" and unicodedata.east_asian_width(char) in "WF"
