"""DWG -> DXF text that the one DXF path reads, and a list of what was lost on the way.

``pycadkit`` converts R13 to R2018 and names every entity it could not; ``ezdwg`` reads the parts of the sheet
set-up that ``pycadkit`` drops: ``$LTSCALE`` and the paper of the layouts.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cadkit
import ezdwg
from ezdxf.document import Drawing

from viewers.render.cad_dwg_notes import SpaceNotes, read_notes
from viewers.render.cad_refused import CadRefused

_OLD_VERSIONS = {
    "MC0.0", "AC1.2", "AC1.40", "AC1.50", "AC2.10", "AC1001", "AC1002", "AC1003", "AC1004", "AC1006", "AC1009",
}  # fmt: skip
_COUNTED = frozenset(
    {"ARC", "CIRCLE", "DIMENSION", "ELLIPSE", "HATCH", "IMAGE", "LEADER", "LINE", "MTEXT", "SPLINE", "TEXT"}
)
"""Types that both readers name alike."""
_LOST = re.compile(r"(\d+) (\S+) entit")


@dataclass(frozen=True)
class ConvertedDwg:
    """A DXF made from a DWG."""

    version: str
    """``AC1032``"""
    lost: dict[str, int] = field(default_factory=dict)
    """Entities that the converter says it did not write, by type."""
    model: tuple[SpaceNotes, ...] = ()
    """What it read, so that more of it can be put into the document."""
    notes: tuple[str, ...] = ()
    """Other warnings of the converter."""


def convert_dwg(source: Path, target: Path) -> ConvertedDwg:
    """Write the DXF of a DWG to ``target``.

    Raises:
        CadRefused: ``dwg-too-old`` (R12 and before) or ``dwg-unreadable``.
    """
    with source.open("rb") as file:
        version = file.read(6).rstrip(b"\x00").decode("ascii", "replace")
    if version in _OLD_VERSIONS:
        raise CadRefused("dwg-too-old", {"version": version, "oldest": "AC1012"})
    try:
        document = cadkit.read(str(source))
        text = document.to_dxf()
        warnings = list(document.warnings)
        model = tuple(read_notes(document))
    except MemoryError:
        raise
    except Exception as error:
        detail = {"version": version, "error": f"{type(error).__name__}: {error}"[:200]}
        raise CadRefused("dwg-unreadable", detail) from error
    # The text has CRLF already; translating it again would double the CR and readers would see nothing.
    with target.open("w", encoding="utf-8", newline="") as out:
        out.write(text)
    lost, notes = _read_warnings(warnings)
    return ConvertedDwg(version, lost, model, notes)


def patch_from_dwg(doc: Drawing, source: Path) -> dict[str, int]:
    """Put ``$LTSCALE`` and the paper of each layout, which the conversion drops, into ``doc``.

    Returns entities of model space that this second reader sees and the conversion lost without a word, by type:
    pictures, mostly. A DWG that ``ezdwg`` cannot read leaves the document as it is; its pages then say
    ``paper-size-unknown``.
    """
    try:
        dwg = ezdwg.read(str(source))
        header: dict[str, Any] = dwg.header_variables()
        layouts: dict[str, dict[str, Any]] = dwg.layouts()
        seen = Counter(str(entity.dxftype) for entity in dwg.modelspace().query())
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a second reader's failure costs two settings, not the drawing
        return {}
    scale = header.get("ltscale")
    if isinstance(scale, float) and 0 < scale < 1e9:
        doc.header["$LTSCALE"] = scale
    for layout in doc.layouts:
        found = layouts.get(layout.name)
        if found is not None and not layout.is_modelspace:
            _patch_paper(layout.dxf, found)
    kept = Counter(e.dxftype() for e in doc.modelspace())
    return {name: seen[name] - kept[name] for name in sorted(_COUNTED) if seen[name] > kept[name]}


def _patch_paper(dxf: Any, found: dict[str, Any]) -> None:
    dxf.layout_flags = int(found.get("flags", 1)) & 0xFFFF
    width, height = found.get("paper_width", 0.0), found.get("paper_height", 0.0)
    if not (1 < width < 20_000 and 1 < height < 20_000):
        return
    dxf.paper_width, dxf.paper_height = width, height
    dxf.plot_rotation = found.get("plot_rotation", 0)
    dxf.plot_paper_units = found.get("paper_units", 1)
    if found.get("limmax", (0.0, 0.0)) > (0.0, 0.0):
        dxf.limmin, dxf.limmax = found["limmin"], found["limmax"]
    left, bottom, right, top = found.get("margins", (0.0, 0.0, 0.0, 0.0))
    dxf.left_margin, dxf.bottom_margin, dxf.right_margin, dxf.top_margin = left, bottom, right, top
    if "plot_type" in found:
        dxf.plot_type = found["plot_type"]
    numerator, denominator = found.get("plot_scale", (1.0, 1.0))
    if 0 < numerator < 1e9 and 0 < denominator < 1e9:
        dxf.scale_numerator, dxf.scale_denominator = numerator, denominator


def _read_warnings(warnings: list[dict[str, Any]]) -> tuple[dict[str, int], tuple[str, ...]]:
    lost: Counter[str] = Counter()
    notes: set[str] = set()
    for warning in warnings:
        message = str(warning.get("message", ""))
        found = _LOST.match(message)
        if warning.get("code") == "dwg.unsupported_entity" and found:
            lost[found.group(2)] += int(found.group(1))
        else:
            notes.add(f"{warning.get('code')}: {message}"[:160])
    return dict(sorted(lost.items())), tuple(sorted(notes)[:50])
