"""The font of made-up drawings: :mod:`viewers.render.noto_font`."""

from viewers.render.noto_font import advance, cid_of, embed

__all__ = ["advance", "cid_of", "embed"]
