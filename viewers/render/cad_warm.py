"""Loaded by the stem for its children: what of the CAD libraries costs time at its first use."""

from viewers.render.cad_fonts import noto

noto()
