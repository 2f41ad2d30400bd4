"""Why a CAD file is not drawn."""

from __future__ import annotations

from viewers.render.errors import RenderRefused


class CadRefused(RenderRefused):
    """A CAD file that is not drawn, with a stable code and data for the message.

    Codes: ``dxf-unreadable``, ``dwg-unreadable``, ``dwg-too-old``, ``too-large``, ``too-many-primitives``,
    ``block-cycle``, ``block-depth``, ``text-too-long``, ``spline-too-long``, ``nothing-to-draw``.
    """
