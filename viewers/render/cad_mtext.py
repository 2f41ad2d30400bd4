"""Formatted text (MTEXT) laid out with the widths of the letters that are drawn.

The add-on measures with another font that it looks for on this machine, and it guesses the width of a text that has
none, which breaks lines that the author did not break.
"""

from __future__ import annotations

from typing import Any, cast

from ezdxf.addons.drawing.mtext_complex import ComplexMTextRenderer
from ezdxf.entities.mtext import MText
from ezdxf.fonts.font_face import FontFace
from ezdxf.tools import text_layout
from ezdxf.tools.text import MTextContext, MTextParser, TokenType

from viewers.render.cad_fonts import SheetFont, SheetTextEngine

_ALLOWANCE = 1.02
"""Letters may be this much wider than the author's before a line breaks elsewhere."""
_TAB_CAPS = 4.0


class SheetMTextRenderer(ComplexMTextRenderer):
    """The add-on's renderer with our measures."""

    def get_font(self, ctx: MTextContext) -> SheetFont:
        """The drawn font at the size of the context."""
        engine = cast(SheetTextEngine, cast(Any, self._backend).text_engine)
        return engine.get_font(cast("FontFace | None", ctx.font_face) or FontFace()).sized(
            ctx.cap_height, ctx.width_factor
        )

    def layout_engine(self, mtext: MText) -> text_layout.Layout:
        """Lay out; a text without a width gets the width of its longest line."""
        stated = mtext.dxf.get("width", 0.0)
        if mtext.has_columns:
            return super().layout_engine(mtext)
        mtext.dxf.width = (stated if stated > 1e-6 else self._natural_width(mtext)) * _ALLOWANCE
        try:
            return super().layout_engine(mtext)
        finally:
            mtext.dxf.width = stated

    def _natural_width(self, mtext: MText) -> float:
        longest = line = 0.0
        height = max(mtext.dxf.char_height, 1e-6)
        for token in MTextParser(mtext.all_columns_raw_content(), self.make_mtext_context(mtext)):
            if token.type in (TokenType.NEW_PARAGRAPH, TokenType.NEW_COLUMN):
                line = 0.0
            elif token.type == TokenType.TABULATOR:
                line += _TAB_CAPS * height
            elif token.type in (TokenType.SPACE, TokenType.NBSP):
                line += self.get_font(token.ctx).space_width()
            elif token.type == TokenType.WORD:
                line += self.get_font(token.ctx).text_width(token.data)
            elif token.type == TokenType.STACK:
                upper, lower, _ = token.data
                font = self.get_font(token.ctx)
                line += max(font.text_width(upper), font.text_width(lower))
            indent = max(0.0, token.ctx.paragraph.left + token.ctx.paragraph.indent) * height
            longest = max(longest, line + indent)
        return float(max(longest, height))
